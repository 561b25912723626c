"""What one is told, where and when: each sets it for oneself (issue 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import history, morning, notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import NoticeSettings, User
from kol_crm.core.notice_rules import MORNING

FACTS = frozenset({"channels", "morning_hour", "working_days", "quiet_from", "quiet_until"})


@dataclass(frozen=True)
class Offered:
    """A kind that one may choose for, where it can go, and where it goes unless one says."""

    key: str
    label: Any
    icon: str
    channels: tuple[str, ...]
    usual: frozenset[str]


def offered(user: User) -> list[Offered]:
    """All that this user may choose for: kinds of notices, then what the morning mail alone tells."""
    found = [
        Offered(name, kind.label, kind.icon, kind.offered, kind.usual)
        for name, kind in notices.kinds.items()
        if kind.for_whom(user)
    ]
    return found + [
        Offered(name, section.label, section.icon, (MORNING,), frozenset({MORNING}))
        for name, section in morning.sections.items()
        if section.chosen
    ]


def of(user: User) -> NoticeSettings:
    """What they chose; where they never did, what is usual, not saved."""
    return NoticeSettings.objects.filter(user=user).first() or NoticeSettings(user=user)


def edit(actor: Actor, changes: Mapping[str, Any], version: int | None) -> NoticeSettings:
    """Save the actor's own. ``channels``: for the kinds named, all others stay.

    Raises ``Conflict`` or ``ValidationError`` keyed by field.
    """
    history.only_facts(changes, FACTS)
    with transaction.atomic():
        NoticeSettings.objects.bulk_create([NoticeSettings(user=actor.person)], ignore_conflicts=True)
        row = NoticeSettings.objects.get(user=actor.person)
        facts = dict(changes)
        if "channels" in facts:
            usual = {one.key: sorted(one.usual) for one in offered(actor.person)}
            chosen = row.channels | _checked(actor.person, facts["channels"])
            facts["channels"] = {name: where for name, where in chosen.items() if where != usual.get(name)}
        return history.save(actor, row, facts, version)


def _checked(user: User, chosen: Any) -> dict[str, list[str]]:
    known = {one.key: one for one in offered(user)}
    if not isinstance(chosen, Mapping):
        raise ValidationError({"channels": _("Say for each kind where it goes.")})
    for name, where in chosen.items():
        if name not in known:
            raise ValidationError({"channels": _("There is no kind %(name)s.") % {"name": name}})
        if not isinstance(where, list) or set(map(str, where)) - set(known[name].channels):
            raise ValidationError(
                {"channels": _("%(name)s does not go there.") % {"name": known[name].label}}
            )
    return {name: sorted(set(where)) for name, where in chosen.items()}
