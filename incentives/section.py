"""The section "Incentives": its tabs, in their order. A page belongs to it by extending its template."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from incentives.models import IncentivePlan
from kol_crm.core.addresses import address
from kol_crm.core.models import User


@dataclass(frozen=True)
class Tab:
    """``url`` is a name without arguments, active on it and below each of ``below``; finance works with
    those ``finance`` opens; ``count(user)``: what waits behind it."""

    label: Any
    url: str
    below: tuple[str, ...]
    finance: bool = True
    count: Callable[[User], int] | None = None


def _to_approve(user: User) -> int:
    return IncentivePlan.objects.to_approve(user).count()


TABS = (
    Tab(_("Plans"), "incentives:plan-list", ("/plans",)),
    Tab(_("Approvals"), "incentives:approval-list", ("/plans/approvals",), count=_to_approve),
    Tab(pgettext_lazy("incentives", "Policy"), "incentives:policy", ("/incentives/policy",)),
    Tab(_("Templates"), "incentives:plan-template-list", ("/plans/templates",), finance=False),
    Tab(
        _("Campaigns"),
        "incentives:campaign-list",
        ("/campaigns", "/participants", "/deliverables"),
        finance=False,
    ),
    Tab(_("Gifts"), "incentives:gift-list", ("/gifts",), finance=False),
    Tab(_("Ledger"), "incentives:entry-list", ("/ledger",)),
    Tab(_("Payouts"), "incentives:payout-list", ("/ledger/payouts", "/ledger/batches")),
    Tab(pgettext_lazy("incentives", "Value"), "incentives:value-cohorts", ("/value",), finance=False),
    Tab(_("Greetings"), "incentives:greeting-list", ("/greetings",), finance=False),
    Tab(_("Strategy"), "incentives:strategy-list", ("/strategies",), finance=False),
)


def tabs_of(user: User, path: str) -> list[dict[str, Any]]:
    """The tabs that ``user`` opens, for ``_parts/tabs.html``; active is the one nearest to ``path``."""
    shown = [tab for tab in TABS if tab.finance or user.role != User.Role.FINANCE]
    places = [place for tab in shown for place in tab.below if path.startswith(place)]
    here = max(places, key=len, default="")
    return [
        {
            "label": tab.label,
            "url": address(tab.url),
            "active": here in tab.below,
            "count": tab.count(user) if tab.count else None,
        }
        for tab in shown
    ]
