"""The KOL list's rows as the words and figures they show.

Fifty rows are most of what the page costs, so all that a row says is put into words here, once per page where
it can be (the names of stages, fields and owners), and the template only places it (PERFORMANCE).
"""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kol_crm.core import drawing, wording
from kol_crm.core.templatetags.ui import avatar_hue, initials, pips
from profiles.models import KolField, Level, Stage, Verdict

LONG_AGO_DAYS = 30
HIGH_RISK = 70
# What the kinds of next due are called in a row, with their icons.
DUE_KINDS = {
    "touch": (_("Follow-up"), "message-circle"),
    "review": (_("Review"), "clipboard-check"),
    "greeting": (_("Greeting"), "gift"),
}
SHOWN = (
    *("id", "name", "alias", "pinyin", "handle", "stage", "level", "verdict", "last_touch_at", "quiet_cause"),
    *("owner__username", "owner__display_name", "next_due", "next_due_kind", "bond", "risk"),
    *("own_followers", "own_followers_change", "own_followers_trend"),
    # the place of the next page is told by the column that the list is sorted by
    *("sort_name", "stage_since", "next_birthday", "created_at"),
)


def values(kols: QuerySet) -> QuerySet:
    """What ``rows`` needs of each file."""
    return kols.values(*SHOWN)


def rows(found: list[dict], day: date) -> list[dict[str, Any]]:
    """The rows of a page as its template shows them, on the reader's ``day`` (one query, for fields)."""
    locale = wording.babel_locale()
    chinese = (get_language() or "").startswith("zh")
    stages = {stage.value: str(stage.label) for stage in Stage}
    levels = {level.value: str(level.label) for level in Level}
    verdicts = {verdict.value: str(verdict.label) for verdict in Verdict}
    kinds = {kind: str(label) for kind, (label, _icon) in DUE_KINDS.items()}
    fields = _fields([kol["id"] for kol in found], "name_zh" if chinese else "name_en")
    return [
        {
            **kol,
            "initials": initials(kol["name"]),
            "hue": avatar_hue(kol["id"]),
            "second": _second_name(kol, chinese=chinese),
            "pips": pips(kol["stage"]),
            "stage": stages[kol["stage"]],
            "level": levels.get(kol["level"], wording.UNKNOWN),
            "fields": " · ".join(fields[kol["id"]]),
            "owner": _owner(kol["owner__username"], kol["owner__display_name"]),
            "verdict_word": verdicts[kol["verdict"]],
            "ago": _ago(kol["last_touch_at"], day),
            "due": kinds.get(kol["next_due_kind"], ""),
            "due_tone": wording.due_tone(kol["next_due"], day),
            "due_when": wording.due_words(kol["next_due"], day, locale) if kol["next_due"] else "",
            "followers": wording.compact(kol["own_followers"], locale),
            "change": _change(kol["own_followers_change"], locale),
            "trend": _trend(kol["own_followers_trend"]),
            "bond_step": _step(kol["bond"]),
            "risk_step": _step(kol["risk"]),
            "high_risk": (kol["risk"] or 0) >= HIGH_RISK,
        }
        for kol in found
    ]


def _second_name(kol: dict, *, chinese: bool) -> str:
    """Pinyin for readers of English, the handle for readers of Chinese."""
    names = (
        [kol["handle"], kol["alias"], kol["pinyin"]]
        if chinese
        else [kol["pinyin"], kol["handle"], kol["alias"]]
    )
    return next(filter(None, names), "")


def _fields(kol_ids: list, name: str) -> dict[Any, list[str]]:
    """The names of each file's fields, the strongest first."""
    found = defaultdict(list)
    for kol_id, field in KolField.objects.filter(kol__in=kol_ids).values_list("kol", f"field__{name}"):
        found[kol_id].append(field)
    return found


@lru_cache(maxsize=1000)
def _owner(username: str | None, display_name: str) -> dict | None:
    if username is None:
        return None
    name = display_name or username
    return {"name": name, "initials": initials(name), "hue": avatar_hue(username)}


def _ago(moment, day: date) -> dict:
    days = wording.days_late(moment, day)
    return {"words": wording.days_words(days), "long": days is not None and days > LONG_AGO_DAYS}


def _step(score: int | None) -> int:
    """The length of a score's bar in steps of five: a class of the stylesheet draws each."""
    return round((score or 0) / 5)


@lru_cache(maxsize=4000)
def _change(ratio: float | None, locale: str) -> str:
    return "" if ratio is None else wording.percent_change(ratio, locale)


def _trend(figures: list) -> dict | None:
    """The followers' line as the shortest SVG path that shows it, and where it ends."""
    points = [point and (round(point[0]), round(point[1])) for point in drawing.spark_points(figures or [])]
    path, last = "", None
    for before, point in pairwise([None, *points]):
        if point is None:
            continue
        if before is None:
            path += f"M{point[0]} {point[1]}l"
        else:
            path += f"{point[0] - before[0]} {point[1] - before[1]} "
        last = point
    return last and {"path": path.replace(" -", "-").rstrip(" l"), "x": last[0], "y": last[1]}
