"""The audit log: who saw contact data, what changed of users and teams (RELIABILITY 5)."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kol_crm.core import rights, trail
from kol_crm.core.models import Change, Disclosure

SHOWN = 200
KINDS = (
    ("disclosures", gettext_lazy("Contact data seen")),
    ("users", gettext_lazy("Users")),
    ("teams", gettext_lazy("Teams")),
    ("outbound", gettext_lazy("Held mail")),
)
MODELS = {"users": "core.user", "teams": "core.team", "outbound": "core.generation"}


@require_safe
def page(request):
    """One kind at a time, the latest first; policy has its versions on its own page."""
    rights.demand(request.user, rights.edits_users)
    kind = request.GET.get("kind", "")
    kind = kind if kind in dict(KINDS) else KINDS[0][0]
    tabs = [
        {
            "label": label,
            "url": f"{reverse('settings:audit')}?kind={key}",
            "active": key == kind,
            "count": "",
        }
        for key, label in KINDS
    ]
    tabs.append(
        {"label": _("Policy"), "url": reverse("settings:policy-versions"), "active": False, "count": ""}
    )
    found: list
    if kind == "disclosures":
        found = list(Disclosure.objects.select_related("user").order_by("-at", "-pk")[: SHOWN + 1])
    else:
        changes = Change.objects.filter(model=MODELS[kind]).select_related("change_set__user")
        found = trail.in_words(list(changes.order_by("-at", "-pk")[: SHOWN + 1]))
    context = {"tabs": tabs, "kind": kind, "shown": SHOWN, "rows": found[:SHOWN], "more": len(found) > SHOWN}
    return render(request, "core/audit/page.html", context)
