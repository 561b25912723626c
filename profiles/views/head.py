"""The head of a file, the same on every tab: who, where in the stages, how they stand."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kol_crm.core.kept import KeptRows
from profiles.models import Kol, Stage
from profiles.models.querysets import CLAIM, EDIT
from profiles.services import follow, in_force, on_file, standing
from profiles.services.access import kol_or_404
from profiles.verdicts import VerdictCard
from profiles.views import walk

ORDER = (Stage.INTRODUCTION, Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
RISK_TONES = ((75, "bad"), (50, "warn"))
TABS = (
    ("overview", "profiles:kol-detail"),
    ("performance", "profiles:kol-performance"),
    ("cooperation", "profiles:kol-cooperation"),
    ("incentives", "profiles:kol-incentives"),
    ("history", "profiles:kol-history"),
)


def shown(request, pk: UUID) -> Kol:
    """The file with what its head needs and what its reader may do, in two queries. Raises ``Http404``."""
    user = request.user
    # Whom one stands in for changes by the day: their statement is not kept.
    found = [] if user.sees_beyond else _SHOWN.of(pk, key=user.sight, given=(user,))
    kol = found[0] if found else kol_or_404(user, pk, queryset=_with_what_one_may(user))
    prefetch_related_objects([kol], "accounts")
    return kol


def _with_what_one_may(user) -> QuerySet[Kol]:
    same = {
        action: Kol.objects.visible_to(user, action).filter(pk=OuterRef("pk")) for action in (EDIT, CLAIM)
    }
    return Kol.objects.select_related("owner", "agency", "type", "team", "staff_user").annotate(
        may_edit=Exists(same[EDIT]), may_claim=Exists(same[CLAIM]), is_followed=follow.is_followed(user)
    )


_SHOWN = KeptRows(lambda user, pk: _with_what_one_may(user).visible_to(user).filter(pk=pk))


def context(request, kol: Kol, tab: str) -> dict[str, Any]:
    """What ``profiles/kol/file.html`` needs on every tab: three queries."""
    standing_now = in_force.now()
    day = timezone.localdate()
    words = {
        "overview": _("Overview"),
        "performance": _("Performance"),
        "cooperation": _("Cooperation"),
        "incentives": _("Incentives"),
        "history": _("History"),
    }
    explained = standing.explain(kol, day, standing_now.rules, standing_now.bars, kol.accounts.all())
    walked = walk.context(request, kol, dict(TABS)[tab])
    query = walked.get("walk_query", "")
    return walked | {
        "kol": kol,
        "day": day,
        "in_force": standing_now,
        "card": VerdictCard(kol, explained, day),
        "kol_fields": on_file.words(kol).fields,
        "steps": steps(kol, day),
        "risk_tone": next((tone for least, tone in RISK_TONES if (kol.risk or 0) >= least), "ok"),
        "is_own": kol.owner_id == request.user.pk,
        "tabs": [
            {"label": words[name], "url": reverse(url, args=[kol.pk]) + query, "active": name == tab}
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
