"""What the frame around every page shows: the rail with only what works, and the theme."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kol_crm import today

THEMES = ("auto", "light", "dark")
# (url name, label, icon, prefix that marks it active, who sees it: everyone / all but finance)
RAIL = (
    ("today", _("Today"), "inbox", "/today", False),
    ("profiles:kol-list", _("KOLs"), "users", "/kols", False),
    ("lifecycle:board", _("Board"), "square-kanban", "/board", False),
    ("lifecycle:review-list", _("Reviews"), "clipboard-check", "/reviews", False),
    ("incentives:plan-list", _("Incentives"), "hand-heart", "/plans", True),
    ("dashboard", _("Dashboard"), "chart-column", "/dashboard", False),
)


def frame(request):
    """Rail, theme and home for base.html."""
    theme = request.COOKIES.get("theme", "auto")
    context = {"theme": theme if theme in THEMES else "auto", "rail": []}
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    finance = user.role == user.Role.FINANCE
    for name, label, icon, prefix, for_finance in RAIL:
        if finance and not for_finance:
            continue
        active = request.path.startswith(prefix) or (name == "today" and request.path == "/")
        count = today.count_for(user, request) if name == "today" else None
        context["rail"].append(
            {"label": label, "icon": icon, "url": reverse(name), "active": active, "count": count}
        )
    return context
