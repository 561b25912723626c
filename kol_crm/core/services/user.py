"""Users: invite, change, deactivate, bring back (DOMAIN 2.1, 2.4).

What hangs on a user belongs to the apps above: each registers in ``holdings`` what it hands over.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kol_crm.core import history, invitation, rights, sessions
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Absence, ApiToken, Feed, User

FACTS = frozenset({"username", "email", "display_name", "role", "team", "language", "zone"})
KEEPERS = (User.Role.OPERATOR, User.Role.MANAGER)


@dataclass(frozen=True)
class Holding:
    """What users hold: ``count(user)``; ``hand_over(actor, user, receiver)`` gives all of it to another;
    ``take_along(actor, user)`` moves it to the team where the user stands now; ``unseen(user)``: how many of
    it stand where the user does not see them. Set-based, in the transaction of the verb."""

    label: Any
    count: Callable[[User], int]
    hand_over: Callable[[Actor, User, User], None]
    take_along: Callable[[Actor, User], None]
    unseen: Callable[[User], int]


holdings: ExtensionPoint[Holding] = ExtensionPoint("holdings of a user")


def held(user: User) -> list[tuple[Any, int]]:
    """What the user holds: label and how many, without what there is none of."""
    counts = [(holding.label, holding.count(user)) for holding in holdings]
    return [(label, count) for label, count in counts if count]


def receivers(but: User | None = None):
    """Who may take over: active operators and managers with a team."""
    found = User.objects.filter(is_active=True, role__in=KEEPERS, team__isnull=False)
    return (found.exclude(pk=but.pk) if but else found).order_by("display_name", "username")


def invite(actor: Actor, values: Mapping[str, Any]) -> User:
    """A new user, who sets the password by the link in the mail. Raises ``ValidationError`` by field."""
    _demand(actor)
    history.only_facts(values, FACTS)
    user = User(**values)
    user.set_unusable_password()
    _check(user)
    with transaction.atomic():
        history.create(actor, user)
        transaction.on_commit(lambda: invitation.send(user))
    return user


def invite_again(actor: Actor, user: User) -> None:
    """Another link; the one before keeps working until one of them is used."""
    _demand(actor)
    if not user.is_active:
        raise Refused("inactive", _("This user is deactivated."))
    if user.has_usable_password():
        raise Refused("has_password", _("They have set their password; they can have it reset by mail."))
    history.record(actor, history.identity(user.pk), user, {"invited": (None, user.email)})
    transaction.on_commit(lambda: invitation.send(user))


def edit(
    actor: Actor,
    user: User,
    changes: Mapping[str, Any],
    version: int | None,
    *,
    along: bool | None = None,
    receiver: User | None = None,
) -> User:
    """Change a user's facts. Raises ``Conflict``, or ``ValidationError`` keyed by field.

    Who changes team, or by another role keeps no files or does not see all that they hold any more, says what
    becomes of it: it goes ``along``, or to a ``receiver``. An admin takes the role neither from themselves
    nor from the last admin.
    """
    _demand(actor)
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        current = history.locked(user, version)
        before = (current.role, current.team_id)
        history.put(current, changes)
        _check(current)
        if before[0] == User.Role.ADMIN and current.role != User.Role.ADMIN:
            _demand_not_last(actor, current, "role")
        saved = history.save(actor, user, changes, version)
        if (saved.role, saved.team_id) != before:
            _settle(actor, saved, moved=saved.team_id != before[1], along=along, receiver=receiver)
    return saved


def _settle(actor: Actor, user: User, *, moved: bool, along: bool | None, receiver: User | None) -> None:
    """After another role or team: what the user holds goes along or to a receiver."""
    keeps = user.role in KEEPERS and user.team_id is not None
    if keeps and not moved and not any(holding.unseen(user) for holding in holdings):
        return  # another role that still sees all of it
    if not held(user):
        return
    if along and keeps:
        for holding in holdings:
            holding.take_along(actor, user)
        return
    if along and not keeps:
        raise ValidationError({"along": _("This role keeps no files: name who takes them over.")})
    if along is None and receiver is None:
        raise ValidationError({"along": _("Say whether their files go along.")})
    hand_over(actor, user, receiver)


def hand_over(actor: Actor, user: User, receiver: User | None) -> None:
    """Everything the user holds goes to the receiver. Raises ``ValidationError`` keyed ``receiver``."""
    if receiver is None or not receivers(user).filter(pk=receiver.pk).exists():
        raise ValidationError({"receiver": _("Name an operator or manager who takes it over.")})
    for holding in holdings:
        holding.hand_over(actor, user, receiver)


def deactivate(actor: Actor, user: User, receiver: User | None, version: int | None = None) -> User:
    """DOMAIN 2.4: all they hold goes to the receiver; sessions, tokens and deputyships end.

    Raises ``Conflict``, ``ValidationError`` keyed ``receiver``, ``Refused`` for oneself and the last admin.
    """
    _demand(actor)
    with transaction.atomic():
        current = history.locked(user, version)
        if not current.is_active:
            raise Refused("inactive", _("This user is deactivated."))
        if actor.user is not None and actor.user.pk == current.pk:
            raise Refused("oneself", _("Nobody deactivates themselves."))
        if current.role == User.Role.ADMIN:
            _demand_not_last(actor, current, "")
        if held(current):
            hand_over(actor, current, receiver)
        saved = history.save(actor, current, {"is_active": False}, None)
        _end_absences(actor, saved)
        tokens = ApiToken.objects.filter(user=saved)
        names = list(tokens.values_list("name", flat=True))
        if names:
            history.record(actor, history.identity(saved.pk), saved, {"tokens": (names, None)})
            tokens.delete()
        Feed.objects.filter(user=saved).delete()
        sessions.end_all(saved)
    return saved


def _end_absences(actor: Actor, user: User) -> None:
    root = history.identity(user.pk)
    for absence in Absence.objects.filter(Q(user=user) | Q(deputy=user)):
        history.remove(actor, absence, root=root)
        User.objects.filter(pk=user.pk).update(covers=False)


def reactivate(actor: Actor, user: User, version: int | None = None) -> User:
    """Back in; what was handed over stays where it is, and tokens are made anew."""
    _demand(actor)
    return history.save(actor, user, {"is_active": True}, version)


def _check(user: User) -> None:
    """What a user's facts must say together."""
    if not user.email:
        raise ValidationError({"email": _("Without a mail address nobody can be invited.")})
    taken = User.objects.filter(Q(email__iexact=user.email) | Q(username__iexact=user.email))
    if taken.exclude(pk=user.pk).exists():
        raise ValidationError({"email": _("Somebody has this address already.")})
    if user.role != User.Role.ADMIN and user.team is None:
        raise ValidationError({"team": _("Only admins stand outside the teams.")})


def _demand_not_last(actor: Actor, user: User, field: str) -> None:
    """Nobody locks themselves, or everybody, out."""
    others = User.objects.select_for_update().filter(role=User.Role.ADMIN, is_active=True)
    if not [pk for pk in others.values_list("pk", flat=True) if pk != user.pk]:
        _refuse("last_admin", _("The last admin stays."), field)
    if actor.user is not None and actor.user.pk == user.pk:
        _refuse("oneself", _("Nobody takes the admin’s role from themselves."), field)


def _refuse(code: str, words: str, field: str) -> None:
    if field:
        raise ValidationError({field: words})
    raise Refused(code, words)


def _demand(actor: Actor) -> None:
    if actor.user is not None:
        rights.demand(actor.user, rights.edits_users)
