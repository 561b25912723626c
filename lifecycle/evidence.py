"""What a review has before it (DOMAIN 5.4): lines that every app offers, frozen when the review is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from kol_crm.core.extension import ExtensionPoint
from lifecycle.models import Move
from profiles.models import Kol

LAST_MOVES = 3


@dataclass(frozen=True)
class Evidence:
    """One line: ``text`` says the figure in words, ``note`` adds to it, ``numbers`` draws a trend."""

    key: str
    label: Any
    text: str
    note: str = ""
    tone: str = ""
    numbers: tuple = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": str(self.label),
            "text": str(self.text),
            "note": str(self.note),
            "tone": self.tone,
            "numbers": list(self.numbers),
        }


sources: ExtensionPoint[Callable[[Kol, date], list[Evidence]]] = ExtensionPoint("evidence")


def gather(kol: Kol, day: date) -> list[Evidence]:
    """All that the apps know for a review of this file on that day."""
    return [line for source in sources for line in source(kol, day)]


def own(kol: Kol, day: date) -> list[Evidence]:
    """What lifecycle itself offers: stage, verdict, level, followers, last touch, last moves."""
    return [*_standing(kol, day), *_moves(kol, day)]


def _standing(kol: Kol, day: date) -> Iterator[Evidence]:
    if kol.stage_since:
        yield Evidence(
            "stage",
            gettext_lazy("In stage"),
            wording.days_words((day - kol.stage_since).days),
            _("%(stage)s since %(day)s")
            % {"stage": kol.get_stage_display(), "day": day_words(kol.stage_since, day)},
        )
    yield Evidence(
        "verdict",
        gettext_lazy("Verdict"),
        kol.get_verdict_display(),
        _("own platform against other channels"),
    )
    yield Evidence("level", gettext_lazy("Level"), kol.get_level_display() or wording.UNKNOWN)
    locale = wording.babel_locale()
    yield Evidence(
        "followers",
        gettext_lazy("Own followers"),
        wording.compact(kol.own_followers, locale),
        ""
        if kol.own_followers_change is None
        else _("%(change)s in 90 days")
        % {"change": wording.percent_change(kol.own_followers_change, locale)},
        numbers=tuple(kol.own_followers_trend or ()),
    )
    if kol.last_touch_at is None:
        yield Evidence("touch", gettext_lazy("Last touch"), _("never"), tone="warn")
    else:
        touched = timezone.localdate(kol.last_touch_at)
        yield Evidence(
            "touch",
            gettext_lazy("Last touch"),
            day_words(touched, day),
            _("%(days)s ago") % {"days": wording.days_words(max((day - touched).days, 0))},
        )


def _moves(kol: Kol, day: date) -> Iterator[Evidence]:
    moves = Move.objects.standing().filter(kol=kol).select_related("user").order_by("-at", "-id")
    for move in moves[:LAST_MOVES]:
        yield Evidence(
            f"move-{move.pk}",
            gettext_lazy("Move"),
            f"{move.get_from_stage_display()} → {move.get_to_stage_display()}",
            " · ".join(str(part) for part in (day_words(move.at, day), move.user, move.why) if part),
        )


def day_words(moment: date | datetime, today: date) -> str:
    """The day as the reader writes it, with its year where that is not this one."""
    return wording.day_words(moment, "plain", today, wording.babel_locale())
