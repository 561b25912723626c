"""The set forms of the verbs of a file, for doors that bring thousands of rows (HOUSE, 5).

Same rules, same history, same listeners as ``kol.create`` and ``kol.edit``; the number of statements does not
grow with the rows. A test feeds both the same rows and compares.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from kol_crm.core import copying, history, installation
from kol_crm.core.actor import Actor
from kol_crm.core.making import make
from profiles.models import Account, Field, Holding, Kol
from profiles.services import account as account_verbs
from profiles.services import birthday, catalogue, many_fields, many_parts, naming, next_due, standing_new
from profiles.services import kol as verbs
from profiles.services.many_fields import Diffs
from profiles.services.many_shapes import Birth, Edit, NewFile, Prepared

FACTS = frozenset({*verbs.FACTS, "team", "archived_at"})
STRENGTH = 3


def create(actor: Actor, files: Sequence[NewFile]) -> list[tuple[Kol, Account | None]]:
    """``kol.create`` for many files.

    Raises ``ValidationError`` keyed "3.name" by place, ``IntegrityError`` where an account is on file.
    """
    births = [build(actor, new, f"{place}.") for place, new in enumerate(files)]
    insert(actor, births)
    return [(one.kol, one.account) for one in births]


def insert(actor: Actor, births: Sequence[Birth]) -> None:
    """Write files that were built. Raises ``IntegrityError`` where an account is on file."""
    if not births:
        return
    kols = [one.kol for one in births]
    accounts = [account for one in births for account in one.accounts]
    fields = []
    for one in births:
        one.kol.main_field = _main_field(one.new)
        fields += many_fields.ranked(one.kol, _strengths(one.new.fields, one.new.strengths))
    told = [(one.kol, one.account, one.new.figures) for one in births]
    with transaction.atomic():
        levels = standing_new.settle(told, installation.day(actor.at), actor.at)
        next_due.begin(actor, kols)
        copying.insert(kols)
        copying.insert(accounts)
        copying.insert(levels)
        since = localdate(actor.at)
        copying.insert(
            [make(Holding, account=account, kol_id=account.holder_id, since=since) for account in accounts]
        )
        copying.insert(fields)
        entries = list(_births(births))
        entries += many_parts.add_contacts([(one.kol, one.new.contacts) for one in births], fresh=True)
        entries += many_parts.add_tags([(one.kol, one.new.tags) for one in births], fresh=True)
        history.record_many(actor, entries)
        many_parts.put_attributes(actor, ((one.kol, one.new.attributes) for one in births))
        verbs.tell_born(actor, kols)


def edit(actor: Actor, edits: Sequence[Edit]) -> None:
    """``kol.edit`` for many files, their versions raised once. Call inside the transaction that locked them.

    Raises ``ValidationError`` keyed by field.
    """
    write(actor, [prepare(one) for one in edits])


def prepare(one: Edit) -> Prepared:
    """Put the changes on the file and its account. Raises ``ValidationError`` keyed by field."""
    diffs = _set(one.kol, _given_to(one.facts))
    of_fields = many_fields.fields_diff(one.kol, _kept_strengths(one)) if one.fields is not None else {}
    if one.account is None and one.account_facts:
        account = account_verbs.build(one.kol, one.account_facts)
        _check_account(account)
        of_account: Diffs = {"": (None, history.snapshot(account, account_verbs.EDITABLE))}
        return Prepared(one, diffs, of_fields, account, of_account, joins=True)
    of_account = _set_account(one.account, one.account_facts) if one.account is not None else {}
    return Prepared(one, diffs, of_fields, one.account, of_account, joins=False)


def write(actor: Actor, prepared: Sequence[Prepared]) -> None:
    """Write what was prepared, where anything differs."""
    told = many_parts.put_attributes(actor, ((one.edit.kol, one.edit.attributes) for one in prepared))
    prepared = [one for one in prepared if one.differs or one.edit.kol.pk in told]
    if not prepared:
        return
    of_kols: dict[UUID, Diffs] = {}
    entries: list[tuple[UUID, models.Model, Diffs]] = []
    for one in prepared:
        kol = one.edit.kol
        of_kols.setdefault(kol.pk, {}).update(one.diffs)
        entries += [(kol.pk, kol, one.diffs), (kol.pk, kol, one.of_fields)]
        if one.account is not None:
            entries.append((kol.pk, one.account, one.of_account))
    edits = [one.edit for one in prepared]
    kols = list({one.kol.pk: one.kol for one in edits}.values())
    accounts = {
        one.account.pk: one.account
        for one in prepared
        if one.account is not None and one.of_account and not one.joins
    }
    copying.update(list(accounts.values()), _ACCOUNT_COLUMNS)
    joined = [one.account for one in prepared if one.account is not None and one.joins]
    copying.insert(joined)
    since = localdate(actor.at)
    copying.insert([Holding(account=account, kol_id=account.holder_id, since=since) for account in joined])
    ranked = [(one.kol, _kept_strengths(one)) for one in edits if one.fields is not None]
    if ranked:
        many_fields.replace_fields(ranked)
    entries += many_parts.add_contacts([(one.kol, one.contacts) for one in edits], fresh=False)
    entries += many_parts.add_tags([(one.kol, one.tags) for one in edits], fresh=False)
    entries += many_parts.replace_tags([(one.kol, one.all_tags) for one in edits if one.all_tags is not None])
    renamed = {
        one.edit.kol.pk: one.edit.kol for one in prepared if one.of_account or verbs.NAMES & set(one.diffs)
    }
    if renamed:
        _refresh_names(list(renamed.values()))
    changed = {name for diffs in of_kols.values() for name in diffs}
    for kol in kols:
        kol.version += 1
        if _BIRTH & set(of_kols[kol.pk]):
            vars(kol).update(birthday.columns(kol, actor.at))
    columns = sorted((changed & FACTS) | ({"next_birthday"} if _BIRTH & changed else set()))
    columns += [*(_NAME_COLUMNS if renamed else ()), *(["main_field"] if ranked else ()), "version"]
    copying.update(kols, columns)
    history.record_many(actor, entries)
    after_giving(actor, given_by(kols, of_kols))
    shifted = [
        kol.pk for kol in kols if verbs.SHIFTING & set(of_kols[kol.pk]) and "owner" not in of_kols[kol.pk]
    ]
    if shifted:
        verbs.tell(actor, shifted)


_BIRTHDAY = frozenset(birthday.COLUMNS)
_BIRTH = {*birthday.COLUMNS, "zone"}
_ACCOUNT_COLUMNS = (*account_verbs.EDITABLE, "handle_folded")
_NAME_COLUMNS = ("pinyin", "sort_name", "handle", "search", "grams")


def build(actor: Actor, new: NewFile, place: str = "") -> Birth:
    """A file with its accounts, checked, not yet written. Raises ``ValidationError`` keyed by field."""
    values = dict(new.values)
    history.only_facts(values, FACTS)
    owner = values.pop("owner", actor.user)
    team = values.pop("team", None) or verbs.team_of(owner)
    dormant = owner is None or actor.door == "import"
    catalogue.demand_offered(f"{place}fields", new.fields)
    catalogue.demand_offered(f"{place}type", [values.get("type")])
    kol = make(Kol, owner=owner, team=team, created_at=actor.at, dormant=dormant, **values)
    check(kol, {"name", *values}, place)
    accounts, handles = [], []
    if new.account is not None:
        for number, facts in enumerate((new.account, *new.more_accounts)):
            account = account_verbs.build(kol, facts)
            _check_account(account, f"{place}accounts.{number}." if new.more_accounts else f"{place}account.")
            accounts.append(account)
            handles.append(facts.get("handle") or facts.get("title", ""))
    for name, value in (naming.columns(kol, handles) | birthday.columns(kol, actor.at)).items():
        setattr(kol, name, value)
    return Birth(kol, accounts, new)


def _main_field(new: NewFile) -> Field | None:
    """The strongest, the first on ties."""
    ranks = [
        (-strength, place, one) for place, (one, strength) in enumerate(_strengths(new.fields, new.strengths))
    ]
    return min(ranks)[2] if ranks else None


def _births(births: Sequence[Birth]) -> Iterable[tuple[UUID, models.Model, Diffs]]:
    for one in births:
        kol, new = one.kol, one.new
        yield kol.pk, kol, {"": (None, history.snapshot(kol))}
        for account in one.accounts:
            yield kol.pk, account, {"": (None, history.snapshot(account, account_verbs.EDITABLE))}
        if new.fields:
            words = many_fields.in_words(_strengths(new.fields, new.strengths))
            yield kol.pk, kol, {"fields": ([], words)}


def check(row: models.Model, names: Collection[str], place: str = "") -> None:
    """Field rules of the named columns; a link to another row is a row already."""
    errors: dict[str, Any] = {}
    for one in _own_fields(type(row), frozenset(names)):  # as ``clean_fields``, without asking about sixty
        raw = getattr(row, one.attname)
        if one.blank and raw in one.empty_values:
            continue
        try:
            setattr(row, one.attname, one.clean(raw, row))
        except ValidationError as error:
            errors[one.name] = error.messages
    try:
        if not errors and not _BIRTHDAY.isdisjoint(names):
            row.clean()
    except ValidationError as error:
        errors = error.message_dict
    if errors:
        raise ValidationError({f"{place}{name}": messages for name, messages in errors.items()})


@cache
def _own_fields(model: type[models.Model], names: frozenset[str]) -> list[models.Field]:
    return [one for one in model._meta.concrete_fields if one.name in names and not one.is_relation]


def _check_account(account: Account, place: str = "") -> None:
    check(account, account_verbs.EDITABLE, place)
    if not account.external_id and not account.handle_folded:
        raise ValidationError({f"{place}handle": _("An account needs its id or its handle.")})


def _given_to(facts: Mapping[str, Any]) -> dict[str, Any]:
    """With an owner the file stands in the owner's team."""
    history.only_facts(facts, FACTS)
    owner = facts.get("owner")
    return {**facts, "team": owner.team} if owner is not None and owner.team_id else dict(facts)


def _set(row: models.Model, changes: Mapping[str, Any]) -> Diffs:
    """Set what differs, checked; the differences as the history keeps them."""
    diffs = history.put(row, changes)
    check(row, diffs)
    return diffs


def _set_account(account: Account, changes: Mapping[str, str]) -> Diffs:
    if not changes:
        return {}
    present = {name: getattr(account, name) for name in account_verbs.EDITABLE}
    draft = account_verbs.build(account.holder, present | dict(changes))
    account.handle_folded = draft.handle_folded
    diffs = _set(account, {name: getattr(draft, name) for name in changes})
    _check_account(account)
    return diffs


def _strengths(fields: Sequence[Field], said: Mapping[Any, int]) -> list[tuple[Field, int]]:
    return [(one, said.get(one.pk, STRENGTH)) for one in fields]


def _kept_strengths(one: Edit) -> list[tuple[Field, int]]:
    strengths = {row.field_id: row.strength for row in one.kol.kol_fields.all()}
    catalogue.demand_offered("fields", one.fields or (), strengths)
    strengths |= one.strengths
    return [(wanted, strengths.get(wanted.pk, STRENGTH)) for wanted in one.fields or ()]


def _refresh_names(kols: Sequence[Kol]) -> None:
    """Search columns again, of all accounts of these files."""
    handles: dict[UUID, list[str]] = {kol.pk: [] for kol in kols}
    for pk, *names in Account.objects.filter(kol__in=handles).values_list("kol_id", "handle", "title"):
        handles[pk] += [name for name in names if name]
    for kol in kols:
        for name, value in naming.columns(kol, handles[kol.pk]).items():
            setattr(kol, name, value)


def given_by(kols: Iterable[Kol], diffs: Mapping[UUID, Diffs]) -> list[verbs.Given]:
    """Of these files those whose owner differs, with the owner they had."""
    owners = [(kol, diffs[kol.pk]["owner"][0]) for kol in kols if "owner" in diffs[kol.pk]]
    return [verbs.Given(kol, int(before["id"]) if before else None) for kol, before in owners]


def after_giving(actor: Actor, given: Sequence[verbs.Given]) -> None:
    """What follows from a new owner: dates, those touched already wake (DOMAIN 3.14), who listens."""
    if not given:
        return
    kols = [one.kol for one in given]
    sleepers = [kol for kol in kols if kol.dormant and kol.owner_id and kol.last_touch_at]
    if sleepers:
        Kol.objects.filter(pk__in=[kol.pk for kol in sleepers]).update(dormant=False)
        for kol in sleepers:
            kol.dormant = False
        for begin in verbs.woken:
            begin(actor, sleepers)
    verbs.tell(actor, [kol.pk for kol in kols])
    verbs.tell_given(actor, given)
