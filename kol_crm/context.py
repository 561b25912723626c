"""What the frame around every page shows: the rail with only what works, and the theme."""

from functools import cache

from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from kol_crm import today
from kol_crm.core import installation, settings_pages, waiting
from kol_crm.core.addresses import address
from kol_crm.keys import KEYS

THEMES = ("auto", "light", "dark")
# (url name, label, icon, prefix that marks it active, who sees it: everyone / all but finance)
RAIL = (
    ("today", _("Today"), "inbox", "/today", False),
    ("profiles:kol-list", _("KOLs"), "users", "/kols", False),
    ("lifecycle:board", _("Board"), "square-kanban", "/board", False),
    ("lifecycle:programme-list", _("Programmes"), "sprout", ("/programmes", "/candidates", "/pace"), False),
    ("lifecycle:review-list", _("Reviews"), "clipboard-check", "/reviews", False),
    (
        "profiles:promise-list",
        _("Promises"),
        "handshake",
        ("/promises", "/requests", "/needs", "/notes"),
        False,
    ),
    ("profiles:agency-list", _("Agencies"), "building-2", "/agencies", False),
    (
        "incentives:plan-list",
        _("Incentives"),
        "hand-heart",
        (
            *("/plans", "/incentives", "/campaigns", "/ledger", "/value", "/strategies", "/gifts"),
            *("/greetings", "/keeping"),
        ),
        True,
    ),
    (
        "lifecycle:community-list",
        _("Communities"),
        "messages-square",
        (
            *("/communities", "/coverage"),
            *("/privileges", "/platform-roles", "/handovers", "/portfolios"),
        ),
        False,
    ),
    (
        "lifecycle:coaching-list",
        _("Coaching"),
        "graduation-cap",
        ("/coaching", "/personas", "/adjustments", "/access"),
        False,
    ),
    (
        "lifecycle:violation-list",
        _("Conduct"),
        "gavel",
        ("/violations", "/conflicts", "/no-privilege", "/exclusivities", "/sightings", "/stops"),
        False,
    ),
    ("lifecycle:slot-list", _("Resources"), "megaphone", ("/resources", "/bookings"), False),
    ("dashboard", _("Dashboard"), "chart-column", "/dashboard", False),
)


def pages_for(user) -> list[tuple]:
    """The rows of ``RAIL`` that this user works with."""
    return [row for row in RAIL if row[-1] or user.role != user.Role.FINANCE]


def _state(entry: dict) -> tuple:
    """All that makes an entry of the rail look as it does, but for words in the reader's language."""
    label = entry["label"]
    count = entry["count"] and entry["count"]()
    return entry["url"], entry["active"], count, label if isinstance(label, str) else ""


def frame(request):
    """Rail, theme and new notices for base.html; counted only where a template shows them: parts do not."""
    theme = request.COOKIES.get("theme", "auto")
    context = {"theme": theme if theme in THEMES else "auto", "rail": [], "keys": KEYS}
    context["platform_name"] = installation.name()
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    context["unread_notices"] = cache(lambda: waiting.of(request, timezone.localdate()).unread)
    context["rail"] = SimpleLazyObject(lambda: _rail(request, user))
    context["rail_state"] = cache(lambda: tuple(map(_state, context["rail"])))
    context["settings_navigation"] = lambda: settings_pages.navigation(user, request.path)
    return context


def _rail(request, user) -> list[dict]:
    found = []
    for name, label, icon, prefix, _for_finance in pages_for(user):
        active = request.path.startswith(prefix) or (name == "today" and request.path == "/")
        count = cache(lambda: today.count_for(user, request)) if name == "today" else None
        found.append({"label": label, "icon": icon, "url": address(name), "active": active, "count": count})
    home = address("settings:home")
    active = request.path.startswith(home)
    last = {"label": _("Settings"), "icon": "settings", "url": home, "active": active, "count": None}
    return [*found, {**last, "group": "settings"}]
