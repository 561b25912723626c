"""The level of a file through time, each step with its cause in words (DOMAIN 3.6)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from profiles.models import Kol, Level, LevelRecord
from profiles.rules import metric as m
from profiles.verdicts import number

SHOWN = 50
PLACES = 1


@dataclass(frozen=True)
class Step:
    """One dated level: ``cause`` in words, ``by`` who set it by hand or took that back."""

    since: date
    level: str
    label: str
    cause: str
    by: Any = None
    override: bool = False


def story(kol: Kol) -> list[Step]:
    """Newest first; one query."""
    rows = LevelRecord.objects.filter(kol=kol).select_related("by").order_by("-since", "-id")[:SHOWN]
    return [step(record) for record in rows]


def step(record: LevelRecord) -> Step:
    label = str(Level(record.level).label) if record.level else _("No level")
    return Step(record.since, record.level, label, cause(record), record.by, record.override)


def cause(record: LevelRecord) -> str:
    """Threshold, the bonus or malus of interactions, or the reason of who set it by hand."""
    if record.override:
        return _("Set by hand: %(reason)s") % {"reason": record.reason}
    computed = " ".join(filter(None, [_threshold(record), _moved(record)]))
    if record.reason:
        return _("Follows the figures again: %(reason)s. %(computed)s") % {
            "reason": record.reason.rstrip("."),
            "computed": computed,
        }
    return computed


def _part(record: LevelRecord, key: str) -> dict[str, Any]:
    return next((part for part in record.parts if part.get("key") == key), {})


def _threshold(record: LevelRecord) -> str:
    part = _part(record, m.FOLLOWERS)
    if part.get("value") is None:
        return _("No fresh followers are known.")
    told = {"followers": number(part["value"])}
    base = part.get("note") or ""
    if base not in Level.values:
        return _("%(followers)s followers reach no level.") % told
    return _("%(followers)s followers reach %(level)s.") % {**told, "level": Level(base).label}


def _moved(record: LevelRecord) -> str:
    part = _part(record, "rate")
    if not part.get("points") or part.get("value") is None:
        return ""
    told = {"rate": f"{round(part['value'] * 100, PLACES):g}%"}
    if part["points"] > 0:
        return _("One up: interactions per post are %(rate)s of them.") % told
    return _("One down: interactions per post are only %(rate)s of them.") % told


def as_json(kol: Kol) -> list[dict[str, Any]]:
    """The same for the API, with the parts."""
    rows = LevelRecord.objects.filter(kol=kol).select_related("by").order_by("-since", "-id")[:SHOWN]
    return [
        {
            "since": record.since,
            "level": record.level,
            "override": record.override,
            "reason": record.reason,
            "by": record.by.username if record.by else None,
            "cause": cause(record),
            "parts": record.parts,
        }
        for record in rows
    ]
