"""The set forms of the verbs of a file, for doors that bring thousands of rows (HOUSE, 5).

Same rules, same history, same listeners as ``kol.create`` and ``kol.edit``; the number of statements does not
grow with the rows. A test feeds both the same rows and compares.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import copying, history
from kol_crm.core.actor import Actor
from profiles.models import Account, Field, Holding, Kol, KolField
from profiles.services import account as account_verbs
from profiles.services import birthday, naming
from profiles.services import kol as verbs

# Facts whose rules one row tells by itself; birthdays and the like are edited one by one.
FACTS = frozenset({"name", "gender", "city", "language", "introduction", "credentials", "owner", "team"})
STRENGTH = 3
Diffs = dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class NewFile:
    """A file to be created, with its first account and its fields, strongest first."""

    values: Mapping[str, Any]
    account: Mapping[str, str]
    fields: Sequence[Field] = ()


@dataclass(frozen=True)
class Edit:
    """Changes of a file and of one account on it. ``fields`` None leaves them; kept ones keep their strength.

    ``kol`` is locked by the caller; edits of one file share one instance.
    """

    kol: Kol
    account: Account
    facts: Mapping[str, Any] = field(default_factory=dict)
    account_facts: Mapping[str, str] = field(default_factory=dict)
    fields: Sequence[Field] | None = None


def create(actor: Actor, files: Sequence[NewFile]) -> list[tuple[Kol, Account]]:
    """``kol.create`` for many files.

    Raises ``ValidationError`` keyed "3.name" by place, ``IntegrityError`` where an account is on file.
    """
    if not files:
        return []
    births = [_build(actor, place, new) for place, new in enumerate(files)]
    kols = [kol for kol, _account in births]
    accounts = [account for _kol, account in births]
    fields: list[KolField] = []
    for kol, new in zip(kols, files, strict=True):
        kol.main_field = new.fields[0] if new.fields else None
        fields += _ranked(kol, _strengths(new.fields))
    with transaction.atomic():
        copying.insert(kols)
        copying.insert(accounts)
        since = localdate(actor.at)
        copying.insert([Holding(account=account, kol_id=account.kol_id, since=since) for account in accounts])
        copying.insert(fields)
        history.record_many(actor, _births(births, files))
        for begin in verbs.born:
            begin(actor, kols)
        verbs.tell(actor, [kol.pk for kol in kols])
    return births


def edit(actor: Actor, edits: Sequence[Edit]) -> None:
    """``kol.edit`` for many files, their versions raised once. Call inside the transaction that locked them.

    Raises ``ValidationError`` keyed by field.
    """
    of_kols: dict[UUID, Diffs] = {}
    entries: list[tuple[UUID, models.Model, Diffs]] = []
    for one in edits:
        changes = _given_to(one.facts)
        diffs = _set(one.kol, changes)
        of_account = _set_account(one.account, one.account_facts)
        of_fields = _fields_diff(one)
        if diffs or of_account or of_fields:
            of_kols.setdefault(one.kol.pk, {}).update(diffs)
            entries += [(one.kol.pk, one.kol, diffs), (one.kol.pk, one.account, of_account)]
            entries.append((one.kol.pk, one.kol, of_fields))
    if not of_kols:
        return
    edits = [one for one in edits if one.kol.pk in of_kols]
    kols = list({one.kol.pk: one.kol for one in edits}.values())
    copying.update(list({one.account.pk: one.account for one in edits}.values()), _ACCOUNT_COLUMNS)
    _replace_fields([one for one in edits if one.fields is not None])
    _refresh_names(kols)
    for kol in kols:
        kol.version += 1
    copying.update(kols, [*sorted(FACTS), "main_field", *_NAME_COLUMNS, "version"])
    history.record_many(actor, entries)
    _after_giving(actor, [kol for kol in kols if "owner" in of_kols[kol.pk]])


_ACCOUNT_COLUMNS = (*account_verbs.EDITABLE, "handle_folded")
_NAME_COLUMNS = ("pinyin", "sort_name", "handle", "search", "grams")


def _build(actor: Actor, place: int, new: NewFile) -> tuple[Kol, Account]:
    values = dict(new.values)
    _demand_known(values)
    owner = values.pop("owner", actor.user)
    team = values.pop("team", None) or verbs.team_of(owner)
    dormant = owner is None or actor.door == "import"
    kol = Kol(owner=owner, team=team, created_at=actor.at, dormant=dormant, **values)
    account = account_verbs.build(kol, new.account)
    _check(kol, {"name", *values}, f"{place}.")
    _check_account(account, f"{place}.account.")
    handles = [new.account.get("handle") or new.account.get("title", "")]
    for name, value in (naming.columns(kol, handles) | birthday.columns(kol, actor.at)).items():
        setattr(kol, name, value)
    return kol, account


def _births(
    births: Sequence[tuple[Kol, Account]], files: Sequence[NewFile]
) -> Iterable[tuple[UUID, models.Model, Diffs]]:
    for (kol, account), new in zip(births, files, strict=True):
        yield kol.pk, kol, {"": (None, history.snapshot(kol))}
        yield kol.pk, account, {"": (None, history.snapshot(account, account_verbs.EDITABLE))}
        if new.fields:
            yield kol.pk, kol, {"fields": ([], _in_words(_strengths(new.fields)))}


def _demand_known(values: Mapping[str, Any]) -> None:
    unknown = set(values) - FACTS
    if unknown:
        raise ValidationError({name: _("This cannot be edited here.") for name in unknown})


def _check(row: models.Model, names: Collection[str], place: str = "") -> None:
    """Field rules of the named columns; a link to another row is a row already."""
    checked = {name for name in names if not row._meta.get_field(name).is_relation}
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - checked)
    except ValidationError as error:
        raise ValidationError(
            {f"{place}{name}": messages for name, messages in error.message_dict.items()}
        ) from error


def _check_account(account: Account, place: str = "") -> None:
    _check(account, account_verbs.EDITABLE, place)
    if not account.external_id and not account.handle_folded:
        raise ValidationError({f"{place}handle": _("An account needs its id or its handle.")})


def _given_to(facts: Mapping[str, Any]) -> dict[str, Any]:
    """With an owner the file stands in the owner's team."""
    _demand_known(facts)
    owner = facts.get("owner")
    return {**facts, "team": owner.team} if owner is not None and owner.team_id else dict(facts)


def _set(row: models.Model, changes: Mapping[str, Any]) -> Diffs:
    """Set what differs, checked; the differences as the history keeps them."""
    diffs = history.put(row, changes)
    _check(row, diffs)
    return diffs


def _set_account(account: Account, changes: Mapping[str, str]) -> Diffs:
    if not changes:
        return {}
    present = {name: getattr(account, name) for name in account_verbs.EDITABLE}
    draft = account_verbs.build(account.kol, present | dict(changes))
    account.handle_folded = draft.handle_folded
    diffs = _set(account, {name: getattr(draft, name) for name in changes})
    _check_account(account)
    return diffs


def _strengths(fields: Sequence[Field]) -> list[tuple[Field, int]]:
    return [(one, STRENGTH) for one in fields]


def _kept_strengths(one: Edit) -> list[tuple[Field, int]]:
    strengths = {row.field_id: row.strength for row in one.kol.kol_fields.all()}
    return [(wanted, strengths.get(wanted.pk, STRENGTH)) for wanted in one.fields or ()]


def _in_words(strengths: Iterable[tuple[Field, int]]) -> list[dict[str, Any]]:
    return [{"field": one.slug, "strength": strength} for one, strength in strengths]


def _ranked(kol: Kol, strengths: Iterable[tuple[Field, int]]) -> list[KolField]:
    return [
        KolField(kol=kol, field=one, strength=strength, position=place)
        for place, (one, strength) in enumerate(strengths)
    ]


def _fields_diff(one: Edit) -> Diffs:
    if one.fields is None:
        return {}
    present = sorted(one.kol.kol_fields.all(), key=lambda row: row.position)
    before = _in_words((row.field, row.strength) for row in present)
    after = _in_words(_kept_strengths(one))
    return {"fields": (before, after)} if before != after else {}


def _replace_fields(edits: Sequence[Edit]) -> None:
    if not edits:
        return
    rows = []
    for one in edits:
        ranked = _ranked(one.kol, _kept_strengths(one))
        main = min(ranked, key=lambda row: (-row.strength, row.position), default=None)
        one.kol.main_field = main.field if main else None
        rows += ranked
    KolField.objects.filter(kol__in=[one.kol.pk for one in edits]).delete()
    copying.insert(rows)


def _refresh_names(kols: Sequence[Kol]) -> None:
    """Search columns again, of all accounts of these files."""
    handles: dict[UUID, list[str]] = {kol.pk: [] for kol in kols}
    for pk, *names in Account.objects.filter(kol__in=handles).values_list("kol_id", "handle", "title"):
        handles[pk] += [name for name in names if name]
    for kol in kols:
        for name, value in naming.columns(kol, handles[kol.pk]).items():
            setattr(kol, name, value)


def _after_giving(actor: Actor, kols: Sequence[Kol]) -> None:
    """What follows from a new owner: dates, and those touched already wake (DOMAIN 3.14)."""
    if not kols:
        return
    sleepers = [kol for kol in kols if kol.dormant and kol.owner_id and kol.last_touch_at]
    if sleepers:
        Kol.objects.filter(pk__in=[kol.pk for kol in sleepers]).update(dormant=False)
        for kol in sleepers:
            kol.dormant = False
        for begin in verbs.woken:
            begin(actor, sleepers)
    verbs.tell(actor, [kol.pk for kol in kols])
