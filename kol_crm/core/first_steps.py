"""The first-start list: what an installation still needs, ticked off by the facts themselves (UI 10)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kol_crm.core import installation, policy
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Team, User
from kol_crm.core.shapes import Switch


@dataclass(frozen=True)
class Step:
    """``done()`` asks the facts; ``url`` is a url name, with ``args``; where one does it."""

    label: Any
    why: Any
    done: Callable[[], bool]
    url: str = ""
    args: tuple = ()


steps: ExtensionPoint[Step] = ExtensionPoint("first steps")
OPEN = False
DISMISSED = policy.declare(
    "first_steps_dismissed", OPEN, _("First steps are done"), section=policy.HIDDEN, shape=Switch()
)


def _decided(*wanted: policy.Setting) -> Callable[[], bool]:
    """Whether a version says something of each of these, be it the default."""
    return lambda: all(policy.current().says(setting) for setting in wanted)


def open_steps() -> int:
    """How many are left; none once the list is dismissed."""
    if policy.current().get(DISMISSED):
        return 0
    return sum(not step.done() for step in steps)


def register() -> None:
    """Core's own steps, in the order in which one does them."""
    where = ("settings:policy-section", (policy.PLATFORM.key,))
    named = _decided(installation.NAME)
    steps.register("name", Step(_("Name the platform"), _("It stands on every page."), named, *where))
    steps.register(
        "zone",
        Step(_("Time zone"), _("Months, gates and reviews go by it."), _decided(installation.ZONE), *where),
    )
    steps.register(
        "currency",
        Step(_("Currency"), _("New amounts start with it."), _decided(installation.CURRENCY), *where),
    )
    steps.register(
        "teams",
        Step(
            _("Teams"),
            _("Operators see the files of their team."),
            lambda: Team.objects.count() > 1,
            "settings:teams",
        ),
    )
    steps.register(
        "users",
        Step(
            _("Invite colleagues"),
            _("Somebody besides you works here."),
            lambda: User.objects.filter(is_active=True).count() > 1,
            "settings:users",
        ),
    )
    steps.register(
        "mail",
        Step(
            _("Mail server"),
            _("Set EMAIL_URL; until then mails are written to files."),
            lambda: not settings.EMAIL_URL.startswith("file://"),
        ),
    )
