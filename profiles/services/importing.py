"""Taking a table of creators in: files found by account or created, facts filled, figures recorded.

DOMAIN 3.4, 3.14. A transaction per chunk: what was taken in stays, and running the file again does the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from kol_crm.core import copying
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, User
from kol_crm.core.said import said as _
from kol_crm.core.text import fold
from profiles.importing.asked import Asked
from profiles.importing.facts import FactReader
from profiles.importing.reading import Source
from profiles.importing.report import Report
from profiles.importing.table import How, ReadTable, read_table
from profiles.models import Account, Field, Kol, Snapshot
from profiles.rules.handle import fold_handle
from profiles.rules.twin import AccountMark, Card
from profiles.services import (
    access,
    attribute,
    figures,
    import_twins,
    many,
    many_parts,
    matching,
    no_go,
    note,
)
from profiles.services import import_chunks as chunks
from profiles.services.filling import Filling
from profiles.services.import_chunks import Book
from profiles.services.kol import team_of
from profiles.services.link import own_pattern
from profiles.services.matching import SOURCE, Case

DOOR = "import"
BOTH, ONLY_NEW, ONLY_KNOWN = "both", "new", "known"
ATTEMPTS = 3  # when somebody else takes the same account in at the same moment
MANY = 1000  # new files after which the database's planner must look again


@dataclass(frozen=True)
class Order:
    """What the importer asks for. ``platform`` "" : a list of contacts. ``owner``: of new and unowned files.

    ``mode``: new files only, files on record only, or both. ``dry_run``: tell, write nothing. ``decisions``:
    what somebody said of rows that look like a file on record; None: nobody is there to be asked.
    """

    platform: str
    owner: User | None = None
    overwrite: bool = False
    dry_run: bool = False
    mode: str = BOTH
    decisions: import_twins.Decisions | None = None


def read(
    path: Source | Path, platform: str, actor: Actor, *, day: date | None = None, how: How | None = None
) -> ReadTable:
    """Understand the table; handles on file help to tell handles from names. Raises ``UnreadableTable``."""
    known = Account.objects.filter(platform=platform).exclude(handle_folded="")
    handles = set(known.values_list("handle_folded", flat=True))
    how = replace(how or How(day=day), own_link=own_pattern())
    return read_table(
        path,
        platform,
        today=localdate(actor.at),
        day=day,
        known_handles=handles,
        how=how,
        asked=asked(),
    )


def asked() -> list[Asked]:
    """The attributes that tables may bring (one query)."""
    return [
        Asked(one.field, str(one), one.kind, (one.name_en, one.name_zh), tuple(one.choices))
        for one in attribute.standing()
    ]


def demand_importer(actor: Actor, owner: User | None) -> None:
    """Raise ``ValidationError`` keyed ``as`` or ``owner``: the actor may not create, or not give, files."""
    if actor.user is not None and not access.may_create(actor.user):
        raise ValidationError({"as": _("%(user)s may not create files.") % {"user": actor.user}})
    if owner is not None:
        access.demand_owner(actor.user, owner)


def take_in(
    actor: Actor,
    table: ReadTable,
    order: Order,
    report: Report,
    progress: Callable[[Report], None],
    book: Book | None = None,
) -> None:
    """Take every row in; ``report`` counts and lists, ``progress`` is called with it after each chunk.

    ``book`` says which rows are in already, and writes the outcomes down in the transaction of the chunk.
    """
    book = book or Book()
    fields = {field.slug: field for field in Field.objects.all()}
    reader = FactReader(
        {name.casefold(): slug for slug, row in fields.items() for name in _names(row)},
        order.platform,
        {slug for slug, row in fields.items() if row.retired},
    )
    for rejected, chunk in chunks.of(table, book):
        cases = [matching.case_of(account, reader) for account in chunk]
        with chunks.collector_at_rest(), transaction.atomic():
            _take_chunk(actor, cases, order, fields, table.key, book)
            book.write(rejected, cases)
        for row in rejected:
            report.reject(row, str(row.rejected))
        for case in cases:
            _tell(report, case)
        progress(report)
    report.left_out = reader.left_out
    if report.created >= MANY and not order.dry_run:
        copying.analyze(Kol, Account, Snapshot, Change)


def _names(field: Field) -> tuple[str, str, str]:
    return field.slug, field.name_en, field.name_zh


def _take_chunk(
    actor: Actor, cases: list[Case], order: Order, fields: Mapping[str, Field], key: str, book: Book
) -> None:
    def look_up(kols: QuerySet[Kol]) -> None:
        _look_up(actor, cases, order, kols, key)
        if order.decisions is not None:
            import_twins.flag(cases, order.platform, fields, order.decisions, book.made)

    if order.dry_run:
        look_up(Kol.objects.all())
        return
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                look_up(Kol.objects.select_for_update(of=("self",)))
                _write(actor, cases, order, fields)
        except IntegrityError:
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _look_up(actor: Actor, cases: list[Case], order: Order, kols: QuerySet[Kol], key: str) -> None:
    place = partial(import_twins.place, decisions=order.decisions or {})
    matching.look_up(actor, cases, order.platform, kols, overwrite=order.overwrite, key=key, place=place)
    _remember(actor, cases, order)
    for case in cases:
        case.left_out = ""
        if order.mode == ONLY_NEW and case.kol and not case.refused:
            case.left_out = _("on file already; only new files are taken in")
        elif order.mode == ONLY_KNOWN and case.is_new and not case.refused:
            case.left_out = _("not on file; only files on record are filled")
        if order.owner and case.kol and case.kol.owner_id is None and case.taken:
            case.settled.facts["owner"] = order.owner
            case.settled.sources.add(case.rows[0].number)
    import_twins.demand_room(cases, order.platform)


def _remember(actor: Actor, cases: Sequence[Case], order: Order) -> None:
    """Mark whom the no-go memory knows; bar new files of those whose date lies ahead (DOMAIN 4.10)."""
    on_file = no_go.of_files([case.kol.pk for case in cases if case.kol])
    by_marks = no_go.find([_card_of(case, order) for case in cases])
    known = [
        {one.no_go.pk: one for one in (*found, *(on_file[case.kol.pk] if case.kol else ()))}
        for case, found in zip(cases, by_marks, strict=True)
    ]
    day = note.installation_day(actor)
    told = no_go.tell_all(actor.user, [list(found.values()) for found in known], day)
    for case, words in zip(cases, told, strict=True):
        case.known = "; ".join(one.words for one in words)
        case.barred = any(one.blocks for one in words)


def _card_of(case: Case, order: Order) -> Card:
    """What the memory compares of a case."""
    handles = sorted(case.handles) or [""]
    return Card(
        contacts={digest: (channel, row.mask) for (channel, digest), row in case.settled.contacts.items()},
        accounts=tuple(AccountMark(order.platform, case.external_id, handle) for handle in handles),
        agency=fold(case.settled.facts.get("agency", "")) or None,
    )


def _write(actor: Actor, cases: Sequence[Case], order: Order, fields: Mapping[str, Field]) -> None:
    taken = [case for case in cases if case.taken]
    team = team_of(order.owner or actor.user)
    agencies = many_parts.agencies(
        actor, [case.settled.facts["agency"] for case in taken if "agency" in case.settled.facts]
    )
    filling = Filling(order.platform, order.owner, team, fields, agencies)
    new = [case for case in taken if case.is_new]
    births = many.create(actor, [filling.new_file(case) for case in new])
    many.edit(
        actor, [filling.edit(case.kol, case) for case in taken if case.kol and case.settled.writes_on_file]
    )
    for case, (kol, account) in zip(new, births, strict=True):
        case.made, case.account = kol, account
    joined = [case for case in taken if case.settled.figures and case.account is None]
    for case, account in zip(joined, _accounts_of(joined, order.platform), strict=True):
        case.account = account
    figures.record(
        actor,
        [
            figures.NewFigure(case.account.pk, metric, value, start, end, SOURCE)
            for case in taken
            if case.account
            for (metric, start, end), value in case.settled.figures.items()
        ],
        fresh={account.pk for _kol, account in births if account},
    )
    import_twins.keep_pairs(actor, new)


def _accounts_of(cases: Sequence[Case], platform: str) -> list[Account | None]:
    """The accounts that these files on record have just been given."""
    holders = [case.kol.pk for case in cases if case.kol]
    rows = Account.objects.filter(platform=platform, kol__in=holders)
    of_kol = {(row.kol_id, row.external_id, row.handle_folded): row for row in rows} if cases else {}
    found = []
    for case in cases:
        facts = case.settled.facts
        place = (facts.get("external_id", ""), fold_handle(facts.get("handle", "")))
        found.append(of_kol.get((case.kol.pk, *place)) if case.kol else None)
    return found


def _tell(report: Report, case: Case) -> None:
    """Each row is one of created, updated, unchanged, rejected."""
    report.unreadable(case.rows)
    if case.refused or case.left_out:
        for row in case.rows:
            report.reject(row, case.refused or case.left_out)
        return
    report.clash([*case.clashes, *case.settled.clashes])
    rows = case.rows
    if case.is_new:
        report.created += 1
        rows = rows[1:]
    updated = sum(row.number in case.settled.sources for row in rows)
    report.updated += updated
    report.unchanged += len(rows) - updated
