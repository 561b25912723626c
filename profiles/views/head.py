"""The head of a file, the same on every tab: who, where in the stages, how they stand."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.models import Kol, Stage
from profiles.models.querysets import CLAIM, EDIT
from profiles.services import standing
from profiles.services.access import kol_or_404
from profiles.verdicts import VerdictCard

ORDER = (Stage.INTRODUCTION, Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
RISK_TONES = ((75, "bad"), (50, "warn"))
TABS = (
    ("overview", "profiles:kol-detail"),
    ("performance", "profiles:kol-performance"),
    ("incentives", "profiles:kol-incentives"),
    ("history", "profiles:kol-history"),
)


def shown(request, pk: UUID) -> Kol:
    """The file with what its head needs and what its reader may do, in two queries. Raises ``Http404``."""
    same = {
        action: Kol.objects.visible_to(request.user, action).filter(pk=OuterRef("pk"))
        for action in (EDIT, CLAIM)
    }
    rows = Kol.objects.select_related("owner", "agency", "type", "team").annotate(
        may_edit=Exists(same[EDIT]), may_claim=Exists(same[CLAIM])
    )
    rows = rows.prefetch_related("accounts")
    return kol_or_404(request.user, pk, queryset=rows)


def context(request, kol: Kol, tab: str) -> dict[str, Any]:
    """What ``profiles/kol/file.html`` needs on every tab: five queries."""
    day = timezone.localdate()
    words = {
        "overview": _("Overview"),
        "performance": _("Performance"),
        "incentives": _("Incentives"),
        "history": _("History"),
    }
    return {
        "kol": kol,
        "day": day,
        "card": VerdictCard(kol, standing.explain(kol, day), day),
        "kol_fields": list(kol.kol_fields.select_related("field")),
        "steps": steps(kol, day),
        "risk_tone": next((tone for least, tone in RISK_TONES if (kol.risk or 0) >= least), "ok"),
        "is_own": kol.owner_id == request.user.pk,
        "tabs": [
            {"label": words[name], "url": reverse(url, args=[kol.pk]), "active": name == tab}
            for name, url in TABS
        ],
        "tab": tab,
    }


def steps(kol: Kol, day) -> list[dict]:
    """The four stages for ``_parts/stepper.html`` as the file's own columns know them."""
    place = ORDER.index(kol.stage) if kol.stage in ORDER else len(ORDER)
    departed = kol.stage == Stage.DEPARTED
    found = []
    for index, stage in enumerate(ORDER):
        state = "later" if departed or index > place else "past" if index < place else "now"
        days = (day - kol.stage_since).days if state == "now" and kol.stage_since else None
        found.append({"label": stage.label, "state": state, "percent": 100, "days": days})
    return found
