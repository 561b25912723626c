"""What a merge would make of two files: the page shows it, the verb writes it; there is no other rule.

One's facts fill what the other lacks. Where both have one, a choice says whose; without it the survivor's
stands, but an owner and an account on the own platform must be chosen (DOMAIN 3.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kol_crm.core import history
from kol_crm.core.occurrence import PartialDay
from profiles.models import (
    Account,
    Attribute,
    AttributeValue,
    ContactPoint,
    Holding,
    Kol,
    Platform,
)
from profiles.models.attribute import PREFIX
from profiles.rules import attribute as attributes
from profiles.services import birthday, links
from profiles.services.kol import FACTS
from profiles.services.links import Link

SURVIVOR, MERGED, BOTH = "survivor", "merged", "both"
BIRTHDAY = "birthday"
OWN_ACCOUNT = "own_account"
LISTS = ("likes", "dislikes")
LONG = ("introduction", "character", "family", "credentials", "good_at", "how_met")
ALONE = ("quiet_cause", "level_override", "picture")  # facts of a file that other verbs write
CHOSEN = (*(name for name in FACTS if name not in (*birthday.COLUMNS, *LISTS, "minor")), *ALONE)
DEMANDED = ("owner", OWN_ACCOUNT)


@dataclass(frozen=True)
class Question:
    """A fact that both files have: ``mine`` of the survivor, ``theirs`` of the merged file."""

    name: str
    mine: Any
    theirs: Any
    answer: str
    may_keep_both: bool = False
    demanded: bool = False


@dataclass
class Plan:
    """What is written: ``columns`` of the survivor, rows that move, rows that stay with the merged file."""

    survivor: Kol
    merged: Kol
    columns: dict[str, Any] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    moves: list[tuple[Link, list[UUID]]] = field(default_factory=list)
    stays: list[tuple[Link, list[UUID]]] = field(default_factory=list)
    swap: tuple[Account, Account] | None = None  # own accounts: the merged file's, then the survivor's
    goes: list[tuple[Link, list[UUID]]] = field(default_factory=list)  # with it, to the merged file
    own_accounts: int = 0
    strengths: dict[UUID, int] = field(default_factory=dict)  # of the survivor's fields that become stronger
    values: dict[UUID, AttributeValue] = field(default_factory=dict)  # of the survivor's rows: what they take

    @property
    def unanswered(self) -> list[str]:
        return [question.name for question in self.questions if question.demanded and not question.answer]

    def moving(self, model: type) -> list[UUID]:
        return [pk for link, pks in self.moves if link.model is model for pk in pks]


def plan(survivor: Kol, merged: Kol, choices: Mapping[str, str]) -> Plan:
    """What merging with these answers would do; nothing is written.

    Raises ``ValidationError`` keyed by the question an answer is not understood of.
    """
    made = Plan(survivor, merged)
    _demand_choices(choices)
    _plan_facts(made, choices)
    _plan_birthday(made, choices)
    _plan_attributes(made, choices)
    _plan_whose(made)
    _plan_own_account(made, choices)
    _plan_rows(made)
    _plan_fields(made)
    return made


def _demand_choices(choices: Mapping[str, str]) -> None:
    asked = {name.removeprefix(PREFIX) for name in choices if name.startswith(PREFIX)}
    added = Attribute.objects.filter(key__in=asked) if asked else ()
    known = {*CHOSEN, BIRTHDAY, OWN_ACCOUNT, *(one.field for one in added)}
    wrong = {
        name: _("Choose one of the two.")
        for name, answer in choices.items()
        if name not in known
        or answer not in ((SURVIVOR, MERGED, BOTH) if name in LONG else (SURVIVOR, MERGED))
    }
    if wrong:
        raise ValidationError(wrong)


def _plan_facts(made: Plan, choices: Mapping[str, str]) -> None:
    mine, theirs = made.survivor, made.merged
    for name in CHOSEN:
        ours, others = getattr(mine, name), getattr(theirs, name)
        if is_blank(others) or ours == others:
            continue
        if is_blank(ours):
            made.columns[name] = others
            continue
        answer = choices.get(name, "" if name in DEMANDED else SURVIVOR)
        made.questions.append(Question(name, ours, others, answer, name in LONG, name in DEMANDED))
        if answer == MERGED:
            made.columns[name] = others
        elif answer == BOTH:
            made.columns[name] = f"{ours}\n{others}"
    for name in LISTS:
        united = list(dict.fromkeys([*getattr(mine, name), *getattr(theirs, name)]))
        if united != getattr(mine, name):
            made.columns[name] = united
    if theirs.minor and not mine.minor:
        made.columns["minor"] = True


def _plan_whose(made: Plan) -> None:
    """The file stands in its owner's team; whoever one of the files is about sees neither."""
    mine, theirs = made.survivor, made.merged
    owner = made.columns.get("owner")
    if owner is not None and owner.team_id:
        made.columns["team"] = owner.team
    if theirs.staff_user_id and mine.staff_user_id and theirs.staff_user_id != mine.staff_user_id:
        raise ValidationError(_("Each file is about another colleague: they are not one person."))
    if theirs.staff_user_id and not mine.staff_user_id:
        made.columns["staff_user"] = theirs.staff_user


def _plan_birthday(made: Plan, choices: Mapping[str, str]) -> None:
    """A birthday is one fact of five columns."""
    mine, theirs = birthday.partial_day(made.survivor), birthday.partial_day(made.merged)
    if mine == theirs or not any((theirs.year, theirs.month, theirs.day)):
        return
    answer = MERGED
    if any((mine.year, mine.month, mine.day)):
        answer = choices.get(BIRTHDAY, SURVIVOR)
        made.questions.append(Question(BIRTHDAY, mine, theirs, answer))
    if answer == MERGED:
        made.columns |= {name: getattr(made.merged, name) for name in birthday.COLUMNS}


def _plan_attributes(made: Plan, choices: Mapping[str, str]) -> None:
    """Where both have a value, the one that is chosen; without a choice the survivor's."""
    theirs = {row.attribute_id: row for row in attributes_of([made.merged.pk])}
    for row in attributes_of([made.survivor.pk]):
        other = theirs.get(row.attribute_id)
        if other is None or other.value == row.value:
            continue
        name = row.attribute.field
        answer = choices.get(name, SURVIVOR)
        made.questions.append(
            Question(name, attributes.plain(row.value), attributes.plain(other.value), answer)
        )
        if answer == MERGED:
            made.values[row.pk] = other


def attributes_of(kol_ids: Sequence[UUID]) -> list[AttributeValue]:
    rows = AttributeValue.objects.filter(kol__in=kol_ids).select_related("attribute")
    return list(rows.order_by("attribute__position", "attribute__key"))


def _plan_rows(made: Plan) -> None:
    """Every row of the merged file moves, but the course of its stages and what has no place of its own."""
    both = (made.survivor.pk, made.merged.pk)
    for link in links.links():
        if link.model is Kol:
            rows = list(link.rows([made.merged.pk]).exclude(pk__in=both).order_by("pk"))
        else:
            rows = list(link.rows([made.merged.pk]).order_by("pk"))
        if not rows:
            continue
        back = {row.pk for row in rows}
        if not links.stays(link.model):
            back = links.taken_places(link, rows, made.survivor.pk, both)
        if link.model is ContactPoint:  # a second preferred one moves, no longer preferred
            back = _contacts_on_both(made, rows)
        if made.swap and link.model is Account:
            rows = [row for row in rows if row.pk != made.swap[0].pk]
        if link.model is Holding:
            back = _held_back(made, link, rows)
        made.moves.append((link, [row.pk for row in rows if row.pk not in back]))
        made.stays.append((link, [row.pk for row in rows if row.pk in back]))
    _keep_together(made)


def _keep_together(made: Plan) -> None:
    """Rows that are one thing stay all where one of them has no place."""
    group_of = {link: links.together.get(link.model._meta.label) for link, _pks in made.stays}
    held = {group_of[link] for link, pks in made.stays if pks} - {None}
    for place, (link, pks) in enumerate(made.moves):
        if group_of[link] in held:
            made.moves[place] = (link, [])
            made.stays.append((link, pks))


def _contacts_on_both(made: Plan, rows: Sequence[ContactPoint]) -> set[UUID]:
    known = set(made.survivor.contacts.values_list("channel", "digest"))
    return {row.pk for row in rows if (row.channel, row.digest) in known}


def _held_back(made: Plan, link: Link, rows: Sequence[Holding]) -> set[UUID]:
    """The holdings of an account stay or go with it."""
    if made.swap:
        going = link.rows([made.survivor.pk]).filter(account=made.swap[1])
        made.goes.append((link, list(going.values_list("pk", flat=True))))
        return set()
    own = {account.pk for account in _own_accounts(made)} if made.own_accounts == 2 else set()
    return {row.pk for row in rows if row.account_id in own}


def _plan_own_account(made: Plan, choices: Mapping[str, str]) -> None:
    """One account on the own platform: the other stays with the merged file, its figures with it."""
    own = {account.kol_id: account for account in _own_accounts(made)}
    made.own_accounts = len(own)
    if len(own) < 2:
        return
    mine, theirs = own[made.survivor.pk], own[made.merged.pk]
    answer = choices.get(OWN_ACCOUNT, "")
    made.questions.append(Question(OWN_ACCOUNT, mine, theirs, answer, demanded=True))
    if answer == MERGED:
        made.swap = (theirs, mine)


def _own_accounts(made: Plan) -> list[Account]:
    files = (made.survivor.pk, made.merged.pk)
    return list(Account.objects.filter(kol__in=files, platform=Platform.OWN))


def _plan_fields(made: Plan) -> None:
    """A field on both keeps the greater strength."""
    theirs = {row.field_id: row.strength for row in made.merged.kol_fields.all()}
    for row in made.survivor.kol_fields.all():
        if theirs.get(row.field_id, 0) > row.strength:
            made.strengths[row.pk] = theirs[row.field_id]


def plain(value: Any) -> Any:
    """A fact of a question as JSON has it."""
    return asdict(value) if isinstance(value, PartialDay) else history.as_json(value)


def is_blank(value: Any) -> bool:
    return value in (None, "", [], {})
