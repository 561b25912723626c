"""Policy: what managers may change, declared beside the rule that reads it; one versioned set."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kol_crm.core.actor import Actor
from kol_crm.core.models import PolicyVersion


@dataclass(frozen=True)
class Setting:
    """A declared value: default, what to call it, unit, and a check that says what is wrong with a value."""

    key: str
    default: Any
    label: Any
    unit: Any = ""
    check: Callable[[Any], str | None] = lambda _value: None


_declared: dict[str, Setting] = {}


def declare(key: str, default: Any, label: Any, unit: Any = "", check: Callable | None = None) -> Setting:
    """Declare a setting; its module keeps the result and reads it with ``Policy.get``."""
    setting = Setting(key, default, label, unit, check or (lambda _value: None))
    _declared[key] = setting
    return setting


def declared() -> tuple[Setting, ...]:
    return tuple(_declared.values())


class Policy:
    """The set in force: loaded once by a request or job and handed on."""

    def __init__(self, version: PolicyVersion | None):
        self.number = version.number if version else 0
        self._values = version.values if version else {}

    def get(self, setting: Setting) -> Any:
        return self._values.get(setting.key, setting.default)


def current() -> Policy:
    """The policy in force (one query)."""
    return Policy(PolicyVersion.objects.order_by("-number").first())


def change(actor: Actor, values: dict[str, Any], reason: str = "") -> PolicyVersion:
    """Put a new version in force. Raises ``ValidationError`` keyed by setting, also for unknown ones."""
    errors = {}
    for key, value in values.items():
        setting = _declared.get(key)
        problem = _("There is no such setting.") if setting is None else setting.check(value)
        if problem:
            errors[key] = problem
    if errors:
        raise ValidationError(errors)
    with transaction.atomic():
        last = PolicyVersion.objects.select_for_update().order_by("-number").first()
        return PolicyVersion.objects.create(
            number=(last.number if last else 0) + 1,
            values={**(last.values if last else {}), **values},
            at=actor.at,
            user=actor.user,
            reason=reason,
        )
