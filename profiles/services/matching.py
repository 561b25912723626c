"""Whose rows they are: accounts and files found, rights asked, rows settled against what is there."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from kol_crm.core.actor import Actor
from kol_crm.core.said import said as _
from kol_crm.core.vault import digest
from profiles.importing import people
from profiles.importing.facts import ACCOUNT_FACTS, KOL_FACTS, FactReader
from profiles.importing.gathering import AccountRows
from profiles.importing.rows import ReadRow
from profiles.importing.settling import Clash, FigureKey, OnFile, Settled, drop_refused, settle
from profiles.models import Account, ContactPoint, Kol, KolTag, Snapshot
from profiles.models.attribute import PREFIX
from profiles.rules.attribute import as_text
from profiles.rules.handle import fold_handle
from profiles.services import attribute, finding, foreign_days, reach, sharing
from profiles.services.birthday import COLUMNS as BIRTHDAY
from profiles.services.twin import Twin

SOURCE = "import"  # one for all tables: the same figure from another file is the same figure


@dataclass
class Case:
    """One account or person of the table and what becomes of it.

    ``refused``: why not; ``left_out``: why the mode leaves it be; ``known``: what the no-go memory says;
    ``kol`` None: a new file; ``account`` None though rows name one: a new account.
    """

    rows: list[ReadRow]
    facts: list[dict[str, Any]]
    external_id: str
    handles: set[str]
    key: str = ""
    account: Account | None = None
    kol: Kol | None = None
    refused: str = ""
    left_out: str = ""
    known: str = ""
    on_file: OnFile = field(default_factory=OnFile)
    settled: Settled = field(default_factory=Settled)
    clashes: list[Clash] = field(default_factory=list)
    twins: list[Twin] = field(default_factory=list)
    barred: bool = False  # the no-go memory stands in the way of a new file
    undecided: bool = False  # it may be one of the twins, or is barred, and nobody said what to do

    made: Kol | None = None  # the file that the import made of it
    revives: bool = False  # its file was made by an import that was undone

    @property
    def is_new(self) -> bool:
        return self.kol is None

    @property
    def taken(self) -> bool:
        return not self.refused and not self.left_out

    def leave_handle(self, place: int) -> None:
        """Another account has this row's handle; there it stays."""
        handle = self.facts[place].pop("handle")
        row = self.rows[place]
        self.handles.discard(row.handle_folded)
        self.clashes.append(Clash(row.number, "handle", _("on another account"), handle))


def case_of(account: AccountRows, reader: FactReader) -> Case:
    """The rows of one account, or of one person, with the facts that they name."""
    key = account.rows[0].key
    case = Case(
        account.rows, [reader.read(row) for row in account.rows], account.external_id, account.handles, key
    )
    if key:
        _keep_one_account(case)
    for place, row in enumerate(account.rows):
        if row.handle and row.handle_folded not in case.handles and "handle" in case.facts[place]:
            case.leave_handle(place)
    return case


def _keep_one_account(case: Case) -> None:
    """Rows of one person may name several accounts: the first is taken in, the others are told."""
    named = [row for row in case.rows if row.external_id or row.handle_folded]
    case.external_id = named[0].external_id if named else ""
    case.handles = {named[0].handle_folded} - {""} if named else set()
    for row, facts in zip(case.rows, case.facts, strict=True):
        account = (row.external_id, row.handle_folded)
        if named and any(account) and account != (named[0].external_id, named[0].handle_folded):
            for fact in ACCOUNT_FACTS:
                facts.pop(fact, None)
            row.figures = []
            said = row.external_id or row.handle
            case.clashes.append(Clash(row.number, "external_id", _("another account of this person"), said))


def look_up(
    actor: Actor,
    cases: list[Case],
    platform: str,
    kols: QuerySet,
    *,
    overwrite: bool,
    key: str = people.ACCOUNT,
    place: Callable[[list[Case], dict[int, Any]], None] = lambda _cases, _wanted: None,
) -> None:
    """Find each case's account and file (among ``kols``) and settle its rows; a fixed number of queries.

    Cases that turn out to be one account or one file become one. ``key``: by what files are looked for;
    ``place`` adds the files that somebody chose.
    """
    by_id, by_handle = _accounts(cases, platform)
    for case in cases:
        case.refused = ""
        case.account = _account_of(case, by_id, {} if key == people.EXTERNAL_ID else by_handle)
    for case in cases:
        if case.account is not None and case.account.kol_id is None:
            case.refused = _("nobody holds its account any more: give it to a file first")
    wanted = _files_of_keys(actor, cases, key)
    place(cases, wanted)
    _merge(cases, wanted)
    contacts = {
        digest(one.channel, one.normal) for case in cases for row in case.rows for one in row.contacts
    }
    files = {
        kol.pk: kol
        for kol in kols.filter(pk__in={*wanted.values(), *sharing.unmarked(contacts)})
        .select_related("owner", "team", "agency")
        .prefetch_related("kol_fields__field")
        .order_by("pk")
    }  # where they are locked: with those that share a contact, in one order
    rights = reach.rights(actor, files)
    undone = reach.undone(actor, files)
    standing = _standing_figures(cases)
    hanging = _hanging(cases, files)
    foreign = foreign_days.of(actor.user, cases)
    for case in cases:
        case.kol, case.twins, case.undecided = files.get(wanted.get(id(case))), [], False
        if case.kol is None and id(case) in wanted and not case.refused:
            case.refused = _("there is no such file")
        case.revives = case.kol is not None and case.kol.pk in undone
        if case.kol and not case.refused and not case.revives:
            case.refused = reach.refusal(case.kol, rights)
        if case.account and case.kol and case.account.kol_id == case.kol.pk:
            case.account.kol = case.kol
        if not case.refused:
            foreign_days.leave(case, foreign)
            _leave_taken_handles(case, by_handle)
            case.on_file = _on_file(case, standing, hanging)
            drop_refused(case.rows, case.facts, case.on_file)
            case.settled = settle(case.rows, case.facts, case.on_file, overwrite=overwrite or case.revives)
            if case.revives:
                case.settled.facts["archived_at"] = None
                case.settled.sources.add(case.rows[0].number)


def _files_of_keys(actor: Actor, cases: list[Case], key: str) -> dict[int, Any]:
    """The file of each case: its account's, or the one its keys stand on; refusals on the way."""
    keyed = {id(case): people.keys_of(key, case.rows) for case in cases if case.key}
    found = finding.files_of(actor.user, set().union(*keyed.values())) if keyed else {}
    wanted = {id(case): case.account.kol_id for case in cases if case.account and case.account.kol_id}
    for case in cases:
        if not case.key:
            continue
        files = set().union(*(found.get(one, ()) for one in keyed[id(case)]))
        if len(files) > 1:
            case.refused = _("more than one file fits: choose another key")
        elif not files and case.key.startswith("file:"):
            case.refused = _("there is no such file")
        elif case.account and {case.account.kol_id} != files:
            case.refused = _("its account is on another file")
        elif files:
            wanted[id(case)] = next(iter(files))
    return wanted


def _hanging(cases: Iterable[Case], files: Collection[Any]) -> "_Hanging":
    """Contacts, tags and attributes on record, asked only where rows name some."""
    hanging = _Hanging()
    if files and any(row.contacts for case in cases for row in case.rows):
        rows = ContactPoint.objects.filter(kol__in=files)
        for kol, channel, digest, mask in rows.values_list("kol_id", "channel", "digest", "masked"):
            hanging.contacts.setdefault(kol, set()).add((channel, digest))
            hanging.masks.setdefault(kol, set()).add(mask)
    if files and any("tags" in facts for case in cases for facts in case.facts):
        for kol, word in KolTag.objects.filter(kol__in=files).values_list("kol_id", "tag__folded"):
            hanging.tags.setdefault(kol, set()).add(word)
    if files and any(name.startswith(PREFIX) for case in cases for facts in case.facts for name in facts):
        for kol, values in attribute.values_of(files).items():
            hanging.attributes[kol] = {f"{PREFIX}{key}": as_text(value) for key, value in values.items()}
    return hanging


@dataclass
class _Hanging:
    """What hangs on files, by their id."""

    contacts: dict[Any, set[tuple[str, str]]] = field(default_factory=dict)
    masks: dict[Any, set[str]] = field(default_factory=dict)
    tags: dict[Any, set[str]] = field(default_factory=dict)
    attributes: dict[Any, dict[str, str]] = field(default_factory=dict)


def _accounts(cases: Iterable[Case], platform: str) -> tuple[dict[str, Account], dict[str, Account]]:
    ids = {case.external_id for case in cases if case.external_id}
    handles = {fold_handle(named["handle"]) for case in cases for named in case.facts if "handle" in named}
    if not platform or not (ids or handles):
        return {}, {}
    found = Account.objects.filter(platform=platform).filter(
        Q(external_id__in=ids) | Q(handle_folded__in=handles)
    )
    accounts = list(found)
    return (
        {account.external_id: account for account in accounts if account.external_id in ids},
        {account.handle_folded: account for account in accounts if account.handle_folded in handles},
    )


def _account_of(case: Case, by_id: Mapping[str, Account], by_handle: Mapping[str, Account]) -> Account | None:
    """By the id; else by a handle, unless that account has another id: handles change hands."""
    if case.external_id in by_id:
        return by_id[case.external_id]
    for handle in sorted(case.handles):
        account = by_handle.get(handle)
        if account is not None and (not account.external_id or not case.external_id):
            return account
    return None


def _merge(cases: list[Case], wanted: dict[int, Any]) -> None:
    """Rows with the id and rows with an old handle may be one account on file: they are settled together."""
    first: dict[Any, Case] = {}
    for case in list(cases):
        if case.refused:
            continue
        place = (
            case.account.pk if case.account and not case.key else wanted.get(id(case)) if case.key else None
        )
        if place is None:
            continue
        kept = first.setdefault(place, case)
        if kept is not case:
            pairs = zip([*kept.rows, *case.rows], [*kept.facts, *case.facts], strict=True)
            in_order = sorted(pairs, key=lambda pair: pair[0].number)
            kept.rows, kept.facts = [row for row, _facts in in_order], [facts for _row, facts in in_order]
            kept.handles |= case.handles
            kept.clashes += case.clashes
            kept.account = kept.account or case.account
            cases.remove(case)


def _standing_figures(cases: Iterable[Case]) -> dict[Any, dict[FigureKey, Any]]:
    standing: dict[Any, dict[FigureKey, Any]] = {case.account.pk: {} for case in cases if case.account}
    days = {figure.end for case in cases if case.account for row in case.rows for figure in row.figures}
    rows = Snapshot.objects.filter(account__in=standing, standing=True, source=SOURCE, end__in=days)
    columns = ("account_id", "metric", "start", "end", "value")
    for account, metric, start, end, value in rows.values_list(*columns):
        standing[account][metric, start, end] = value
    return standing


def _on_file(case: Case, standing: Mapping[Any, Mapping[FigureKey, Any]], hanging: _Hanging) -> OnFile:
    if case.kol is None:
        return OnFile()
    facts = {fact: getattr(case.kol, fact) for fact in KOL_FACTS if fact not in ("birthday", "agency")}
    facts |= {"likes": tuple(case.kol.likes), "dislikes": tuple(case.kol.dislikes)}
    facts["agency"] = case.kol.agency.name if case.kol.agency else ""
    birthday = tuple(getattr(case.kol, column) for column in BIRTHDAY)
    facts["birthday"] = birthday if any(birthday[1:4]) else ()
    if case.account is not None:
        facts |= {fact: getattr(case.account, fact) for fact in ACCOUNT_FACTS}
        if facts["name"] == case.account.external_id:  # no name was known when the file was made
            facts["name"] = ""
    masks = hanging.masks.get(case.kol.pk, set())
    if facts["name"] in masks:  # only a contact was known of them
        facts["name"] = ""
    kept = sorted(case.kol.kol_fields.all(), key=lambda row: row.position)
    facts["fields"] = tuple(row.field.slug for row in kept)
    facts |= hanging.attributes.get(case.kol.pk, {})
    return OnFile(
        {fact: value for fact, value in facts.items() if value},
        contacts=hanging.contacts.get(case.kol.pk, frozenset()),
        masks=masks,
        tags=hanging.tags.get(case.kol.pk, frozenset()),
        figures=standing[case.account.pk] if case.account else {},
    )


def _leave_taken_handles(case: Case, by_handle: Mapping[str, Account]) -> None:
    for place, named in enumerate(case.facts):
        taken = by_handle.get(fold_handle(named.get("handle", "")))
        if taken is not None and (case.account is None or taken.pk != case.account.pk):
            case.leave_handle(place)
