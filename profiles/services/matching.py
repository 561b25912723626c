"""Whose rows they are: accounts found on file, rights asked, rows settled against what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kol_crm.core.actor import Actor
from profiles.importing.facts import ACCOUNT_FACTS, KOL_FACTS, FactReader
from profiles.importing.gathering import AccountRows
from profiles.importing.rows import ReadRow
from profiles.importing.settling import Clash, FigureKey, OnFile, Settled, settle
from profiles.models import Account, Kol, Snapshot
from profiles.models.querysets import CLAIM, EDIT, TRASH, VIEW
from profiles.rules.handle import fold_handle

SOURCE = "import"  # one for all tables: the same figure from another file is the same figure


@dataclass
class Case:
    """One account of the table and what becomes of it. ``refused``: why not; ``account`` None: a new file."""

    rows: list[ReadRow]
    facts: list[dict[str, Any]]
    external_id: str
    handles: set[str]
    account: Account | None = None
    kol: Kol | None = None
    refused: str = ""
    settled: Settled = field(default_factory=Settled)
    clashes: list[Clash] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.account is None

    def leave_handle(self, place: int) -> None:
        """Another account has this row's handle; there it stays."""
        handle = self.facts[place].pop("handle")
        row = self.rows[place]
        self.handles.discard(row.handle_folded)
        self.clashes.append(Clash(row.number, "handle", _("on another account"), handle))


def case_of(account: AccountRows, reader: FactReader) -> Case:
    """The rows of one account with the facts that they name."""
    case = Case(
        account.rows, [reader.read(row) for row in account.rows], account.external_id, account.handles
    )
    for place, row in enumerate(account.rows):
        if row.handle and row.handle_folded not in account.handles:
            case.leave_handle(place)
    return case


def look_up(actor: Actor, cases: list[Case], platform: str, kols: QuerySet, *, overwrite: bool) -> None:
    """Find each case's account and file (among ``kols``) and settle its rows; a fixed number of queries.

    Cases that turn out to be one account become one.
    """
    by_id, by_handle = _accounts(cases, platform)
    for case in cases:
        case.account = _account_of(case, by_id, by_handle)
    _merge(cases)
    files = {
        kol.pk: kol
        for kol in kols.filter(pk__in={case.account.kol_id for case in cases if case.account})
        .select_related("owner", "team")
        .prefetch_related("kol_fields__field")
        .order_by("pk")
    }
    rights = _rights(actor, files)
    standing = _standing_figures(cases)
    for case in cases:
        case.kol = files[case.account.kol_id] if case.account else None
        case.refused = _refusal(case.kol, rights) if case.kol else ""
        if case.account and case.kol:
            case.account.kol = case.kol
        if not case.refused:
            _leave_taken_handles(case, by_handle)
            case.settled = settle(case.rows, case.facts, _on_file(case, standing), overwrite=overwrite)


def _accounts(cases: Iterable[Case], platform: str) -> tuple[dict[str, Account], dict[str, Account]]:
    ids = {case.external_id for case in cases if case.external_id}
    handles = {fold_handle(named["handle"]) for case in cases for named in case.facts if "handle" in named}
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


def _merge(cases: list[Case]) -> None:
    """Rows with the id and rows with an old handle may be one account on file: they are settled together."""
    first: dict[Any, Case] = {}
    for case in list(cases):
        if case.account is None:
            continue
        kept = first.setdefault(case.account.pk, case)
        if kept is not case:
            pairs = zip([*kept.rows, *case.rows], [*kept.facts, *case.facts], strict=True)
            in_order = sorted(pairs, key=lambda pair: pair[0].number)
            kept.rows, kept.facts = [row for row, _facts in in_order], [facts for _row, facts in in_order]
            kept.handles |= case.handles
            kept.clashes += case.clashes
            cases.remove(case)


@dataclass(frozen=True)
class _Rights:
    """Files that the actor sees, and those that may be filled: own ones and those that nobody owns."""

    seen: set[Any]
    open: set[Any]


def _rights(actor: Actor, kols: Iterable[Any]) -> _Rights:
    if actor.user is None:
        return _Rights(set(kols), set(kols))
    files = Kol.objects.filter(pk__in=list(kols))

    def may(*actions: str) -> set[Any]:
        rows = (files.visible_to(actor.user, action).values_list("pk", flat=True) for action in actions)
        return {pk for found in rows for pk in found}

    return _Rights(seen=may(VIEW, TRASH), open=may(EDIT, CLAIM))


def _refusal(kol: Kol, rights: _Rights) -> str:
    """Why these rows are not taken in (DOMAIN 2.1, 2.2); empty where they are."""
    if kol.pk not in rights.seen:
        return _("already on file with team %(team)s, ask %(owner)s") % {
            "team": kol.team,
            "owner": kol.owner or _("its manager"),
        }
    if kol.archived_at is not None:
        return _("its file is in the trash: restore it first")
    if kol.pk not in rights.open:
        return _("its file belongs to %(owner)s") % {"owner": kol.owner}
    return ""


def _standing_figures(cases: Iterable[Case]) -> dict[Any, dict[FigureKey, Any]]:
    standing: dict[Any, dict[FigureKey, Any]] = {case.account.pk: {} for case in cases if case.account}
    days = {figure.end for case in cases if case.account for row in case.rows for figure in row.figures}
    rows = Snapshot.objects.filter(account__in=standing, standing=True, source=SOURCE, end__in=days)
    columns = ("account_id", "metric", "start", "end", "value")
    for account, metric, start, end, value in rows.values_list(*columns):
        standing[account][metric, start, end] = value
    return standing


def _on_file(case: Case, standing: Mapping[Any, Mapping[FigureKey, Any]]) -> OnFile:
    if case.account is None or case.kol is None:
        return OnFile()
    facts = {fact: getattr(case.kol, fact) for fact in KOL_FACTS}
    facts |= {fact: getattr(case.account, fact) for fact in ACCOUNT_FACTS}
    if facts["name"] == case.account.external_id:  # no name was known when the file was made
        facts["name"] = ""
    kept = sorted(case.kol.kol_fields.all(), key=lambda row: row.position)
    facts["fields"] = tuple(row.field.slug for row in kept)
    return OnFile({fact: value for fact, value in facts.items() if value}, standing[case.account.pk])


def _leave_taken_handles(case: Case, by_handle: Mapping[str, Account]) -> None:
    for place, named in enumerate(case.facts):
        taken = by_handle.get(fold_handle(named.get("handle", "")))
        if taken is not None and (case.account is None or taken.pk != case.account.pk):
            case.leave_handle(place)
