"""What a review has before it (DOMAIN 5.4): lines that every app offers, frozen when the review is done."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import wording
from kol_crm.core.extension import ExtensionPoint
from lifecycle.days import installation_day
from lifecycle.models import Move, Review
from lifecycle.services import gate, steps
from profiles.models import Kol, Need

LAST_MOVES = 3
LAST_NEEDS = 3


@dataclass(frozen=True)
class Evidence:
    """One line: ``text`` says the figure in words and leads to ``url``; ``numbers`` draws a trend."""

    key: str
    label: Any
    text: str
    note: str = ""
    tone: str = ""
    numbers: tuple = ()
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": str(self.label),
            "text": str(self.text),
            "note": str(self.note),
            "tone": self.tone,
            "numbers": list(self.numbers),
            "url": self.url,
        }


sources: ExtensionPoint[Callable[[Kol, date], list[Evidence]]] = ExtensionPoint("evidence")


def gather(kol: Kol, day: date) -> list[Evidence]:
    """All that the apps know for a review of this file on that day."""
    return [line for source in sources for line in source(kol, day)]


def since(kol: Kol, day: date) -> date:
    """The first day that a review of ``day`` looks back on: that of the last one done, else the stay's."""
    done = Review.objects.filter(kol=kol, done_at__isnull=False).order_by("-done_at").first()
    return installation_day(done.done_at) if done else (kol.stage_since or day)


def own(kol: Kol, day: date) -> list[Evidence]:
    """What lifecycle itself offers: where they stand, the gate ahead, needs, last moves."""
    return [*standing(kol, day), *_gate(kol, day), *_needs(kol), *_moves(kol, day)]


def standing(kol: Kol, day: date) -> Iterator[Evidence]:
    """Stage, verdict, level, followers, last touch."""
    performance = reverse("profiles:kol-performance", args=[kol.pk])
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
        url=performance,
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
        url=performance,
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


def _gate(kol: Kol, day: date) -> Iterator[Evidence]:
    """The checks before the next stage, each with its figure and what is missing."""
    ahead = steps.next_stage(kol.stage)
    for check in gate.checks_of(kol, ahead, day) if ahead else []:
        word = {"passed": _("passed"), "failed": _("not passed"), "unknown": _("unknown")}[check.state]
        yield Evidence(
            f"gate-{check.key}",
            check.label,
            f"{check.figure} · {word}" if check.figure else word,
            str(check.evidence),
            tone={"passed": "", "failed": "bad", "unknown": "warn"}[check.state],
            url=f"{reverse('lifecycle:move', args=[kol.pk])}?to={ahead}",
        )


def _needs(kol: Kol) -> Iterator[Evidence]:
    needs = list(Need.objects.filter(kol=kol).order_by("due_on", "id"))
    if not needs:
        return
    still = [need for need in needs if need.is_open]
    words = {"open": len(still), "met": sum(need.state == Need.State.MET for need in needs)}
    yield Evidence(
        "needs",
        gettext_lazy("Needs"),
        _("%(open)d open, %(met)d met") % words,
        wording.listed(f"{need.get_kind_display()}: {need.what}" for need in still[:LAST_NEEDS]),
        tone="warn" if still else "",
        url=f"{reverse('profiles:need-list')}?kol={kol.pk}",
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
