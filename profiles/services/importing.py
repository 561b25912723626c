"""Taking a table of creators in: files found by account or created, facts filled, figures recorded.

DOMAIN 3.4, 3.14. A transaction per chunk: what was taken in stays, and running the file again does the rest.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Team, User
from profiles.importing.facts import ACCOUNT_FACTS, KOL_FACTS, FactReader
from profiles.importing.gathering import AccountRows, Gatherer
from profiles.importing.report import Report
from profiles.importing.table import ReadTable, read_table
from profiles.models import Account, Field, Kol, Snapshot
from profiles.services import access, figures, many, matching
from profiles.services.kol import team_of
from profiles.services.matching import SOURCE, Case

DOOR = "import"
CHUNK = 1000  # rows
ATTEMPTS = 3  # when somebody else takes the same account in at the same moment
MANY = 1000  # new files after which the database's planner must look again


@dataclass(frozen=True)
class Order:
    """What the importer asks for. ``owner``: of new and unowned files; ``dry_run``: tell, write nothing."""

    platform: str
    owner: User | None = None
    overwrite: bool = False
    dry_run: bool = False


def read(path: Path, platform: str, actor: Actor, *, day: date | None = None) -> ReadTable:
    """Understand the table; handles on file help to tell handles from names. Raises ``UnreadableTable``."""
    known = Account.objects.filter(platform=platform).exclude(handle_folded="")
    handles = set(known.values_list("handle_folded", flat=True))
    return read_table(path, platform, today=localdate(actor.at), day=day, known_handles=handles)


def demand_importer(actor: Actor, owner: User | None) -> None:
    """Raise ``ValidationError`` keyed ``as`` or ``owner``: the actor may not create, or not give, files."""
    if actor.user is not None and not access.may_create(actor.user):
        raise ValidationError({"as": _("%(user)s may not create files.") % {"user": actor.user}})
    if owner is not None:
        access.demand_owner(actor.user, owner)


def take_in(
    actor: Actor, table: ReadTable, order: Order, report: Report, progress: Callable[[Report], None]
) -> None:
    """Take every row in; ``report`` counts and lists, ``progress`` is called with it after each chunk."""
    fields = {field.slug: field for field in Field.objects.all()}
    reader = FactReader({name.casefold(): slug for slug, row in fields.items() for name in _names(row)})
    for chunk in _chunks(table, report):
        cases = [matching.case_of(account, reader) for account in chunk]
        _take_chunk(actor, cases, order, fields)
        for case in cases:
            _tell(report, case)
        progress(report)
    report.left_out = reader.left_out
    if report.created >= MANY and not order.dry_run:
        copying.analyze(Kol, Account, Snapshot, Change)


def _names(field: Field) -> tuple[str, str, str]:
    return field.slug, field.name_en, field.name_zh


def _chunks(table: ReadTable, report: Report) -> Iterator[list[AccountRows]]:
    """Accounts with all their rows, about CHUNK rows at a time; rejected rows go to the report."""
    gatherer = Gatherer(table.identities)
    chunk: list[AccountRows] = []
    rows = 0
    for row in table.rows:
        if row.rejected is not None:
            report.reject(row, row.rejected)
            continue
        account = gatherer.add(row)
        if account is None:
            continue
        chunk.append(account)
        rows += len(account.rows)
        if rows >= CHUNK:
            yield chunk
            chunk, rows = [], 0
    if chunk:
        yield chunk


def _take_chunk(actor: Actor, cases: list[Case], order: Order, fields: Mapping[str, Field]) -> None:
    if order.dry_run:
        _look_up(actor, cases, order, Kol.objects.all())
        return
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                _look_up(actor, cases, order, Kol.objects.select_for_update(of=("self",)))
                _write(actor, cases, order, fields)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _look_up(actor: Actor, cases: list[Case], order: Order, kols) -> None:
    matching.look_up(actor, cases, order.platform, kols, overwrite=order.overwrite)
    for case in cases:
        if order.owner and case.kol and case.kol.owner_id is None and not case.refused:
            case.settled.facts["owner"] = order.owner
            case.settled.sources.add(case.rows[0].number)


def _write(actor: Actor, cases: Sequence[Case], order: Order, fields: Mapping[str, Field]) -> None:
    taken = [case for case in cases if not case.refused]
    team = team_of(order.owner or actor.user)
    new = [case for case in taken if case.is_new]
    births = many.create(actor, [_new_file(case, order, team, fields) for case in new])
    many.edit(
        actor,
        [
            _edit(case.kol, case.account, case.settled.facts, fields)
            for case in taken
            if case.kol and case.account and case.settled.facts
        ],
    )
    of_case = {id(case): account for case, (_kol, account) in zip(new, births, strict=True)}
    figures.record(
        actor,
        [
            figures.NewFigure((case.account or of_case[id(case)]).pk, metric, value, start, end, SOURCE)
            for case in taken
            for (metric, start, end), value in case.settled.figures.items()
        ],
    )


def _new_file(case: Case, order: Order, team: Team, fields: Mapping[str, Field]) -> many.NewFile:
    facts = case.settled.facts
    values: dict[str, Any] = {fact: facts[fact] for fact in KOL_FACTS if fact in facts}
    values.setdefault("name", facts.get("handle") or case.external_id)
    return many.NewFile(
        values | {"owner": order.owner, "team": team},
        {fact: facts[fact] for fact in ACCOUNT_FACTS if fact in facts} | {"platform": order.platform},
        [fields[slug] for slug in facts.get("fields", ())],
    )


def _edit(kol: Kol, account: Account, facts: Mapping[str, Any], fields: Mapping[str, Field]) -> many.Edit:
    return many.Edit(
        kol,
        account,
        {fact: facts[fact] for fact in (*KOL_FACTS, "owner") if fact in facts},
        {fact: facts[fact] for fact in ACCOUNT_FACTS if fact in facts},
        [fields[slug] for slug in facts["fields"]] if "fields" in facts else None,
    )


def _tell(report: Report, case: Case) -> None:
    """Each row is one of created, updated, unchanged, rejected."""
    report.unreadable(case.rows)
    if case.refused:
        for row in case.rows:
            report.reject(row, case.refused)
        return
    report.clash([*case.clashes, *case.settled.clashes])
    rows = case.rows
    if case.is_new:
        report.created += 1
        rows = rows[1:]
    updated = sum(row.number in case.settled.sources for row in rows)
    report.updated += updated
    report.unchanged += len(rows) - updated
