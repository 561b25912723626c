"""Loss risk of a KOL, 0–100: the signs that somebody is about to leave (DOMAIN 7.7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from incentives.rules.weighing import ALL, NONE, Weighed, bounded, weigh
from kol_crm.core.score import Score
from profiles.models import Band
from profiles.rules import metric as m
from profiles.rules.flow import Accounts, Figure, FlowPolicy, window_flow
from profiles.rules.verdict import DRIFTING, FADING, UNKNOWN

POSTS, VERDICT, TOUCH, NEEDS = "posts", "verdict", "touch", "needs"
ENDING, TROUBLE, PER_POST = "ending", "trouble", "per_post"
PARTS = (POSTS, VERDICT, TOUCH, NEEDS, ENDING, TROUBLE, PER_POST)
WEIGHTS = {
    POSTS: 25,
    DRIFTING: 20,
    FADING: 14,
    UNKNOWN: 5,
    TOUCH: 15,
    NEEDS: 10,
    ENDING: 10,
    TROUBLE: 10,
    PER_POST: 10,
}
LABELS = {
    POSTS: _("Fall of own posts"),
    VERDICT: _("Verdict"),
    TOUCH: _("Days since the last touch"),
    NEEDS: _("Needs open for long"),
    ENDING: _("Exclusivity about to end"),
    TROUBLE: _("Open violation or conflict"),
    PER_POST: _("Fall of interactions per post"),
}
SPAN_DAYS, SPANS_BEFORE = 30, 3
BANDS = tuple(band.bounds for band in Band)


def band_of(risk: int) -> str:
    """The band as it is named everywhere: by its first number."""
    return str(max(low for low, _high in BANDS if low <= risk))


class Compared(NamedTuple):
    """A figure of the last span beside the mean of the spans before; None: not known."""

    now: Decimal | None = None
    before: Decimal | None = None

    @property
    def fall(self) -> Decimal | None:
        """By which part it fell; one that rose, or that never was, did not fall."""
        if self.now is None or self.before is None:
            return None
        return NONE if not self.before else bounded(1 - self.now / self.before)


NOT_KNOWN = Compared()


@dataclass(frozen=True)
class RiskFacts:
    """What loss risk is worked out from on a day. ``interval``: days between touches."""

    posts: Compared = NOT_KNOWN
    per_post: Compared = NOT_KNOWN
    verdict: str = UNKNOWN
    days_since_touch: int | None = None
    interval: int | None = None
    long_needs: int = 0
    ending: bool = False
    troubles: int = 0


@dataclass(frozen=True)
class RiskPolicy:
    """What each part weighs; how many needs count in full; how many intervals are the whole of a silence."""

    weights: Mapping[str, Any]
    most_needs: int = 3
    intervals: int = 2


DEFAULT = RiskPolicy(WEIGHTS)


def risk(facts: RiskFacts, policy: RiskPolicy = DEFAULT) -> Score:
    """The loss risk with what each part gave and what is missing; the worst verdict is a whole one."""
    weights = policy.weights
    worst = max(weights[DRIFTING], weights[FADING], weights[UNKNOWN])
    of_verdict = Decimal(weights.get(facts.verdict, 0)) / worst if worst else NONE
    ending = ALL if facts.ending else NONE
    trouble = ALL if facts.troubles else NONE
    needs = Decimal(min(facts.long_needs, policy.most_needs)) / policy.most_needs
    found: dict[str, tuple[Decimal | None, Any]] = {
        POSTS: (facts.posts.fall, _percent(facts.posts.fall)),
        VERDICT: (of_verdict, facts.verdict),
        TOUCH: (_silence(facts, policy), facts.days_since_touch),
        NEEDS: (needs, facts.long_needs),
        ENDING: (ending, int(facts.ending)),
        TROUBLE: (trouble, facts.troubles),
        PER_POST: (facts.per_post.fall, _percent(facts.per_post.fall)),
    }
    weighs = {VERDICT: worst}
    return weigh(
        Weighed(part, LABELS[part], weighs.get(part, weights.get(part, 0)), *found[part]) for part in PARTS
    )


def _silence(facts: RiskFacts, policy: RiskPolicy) -> Decimal | None:
    if facts.days_since_touch is None or not facts.interval:
        return None
    return bounded(Decimal(facts.days_since_touch) / (policy.intervals * facts.interval))


def _percent(share: Decimal | None) -> str | None:
    return None if share is None else f"{round(share * 100)}%"


class Spans(NamedTuple):
    """Own posts, and own interactions per post, as they are compared."""

    posts: Compared
    per_post: Compared


def spans_until(end: date) -> list[tuple[date, date]]:
    """The last span of 30 days and the three before it, the last one first."""
    length = timedelta(days=SPAN_DAYS)
    last = (end - length + timedelta(days=1), end)
    return [(last[0] - length * back, last[1] - length * back) for back in range(SPANS_BEFORE + 1)]


def compare(own: Accounts, day: date, flows: FlowPolicy) -> Spans:
    """Own posts of 30 days against the mean of the three spans before, and interactions per post likewise.

    By the accounts that were known in the earliest span: a newer one would look like growth. Where figures do
    not reach ``day`` the spans end with the newest of them, at most as far back as stocks may lie from the
    end of a window (3.4). A span of which one account does not tell is unknown, and so is the comparison.
    """
    accounts = [list(figures) for figures in own.values()]
    ends = [day]
    newest = [figure.end for figures in accounts for figure in figures if figure.metric == m.POSTS]
    if newest and 0 < (day - max(newest)).days <= flows.stock_reach_days:
        ends.append(max(newest))
    found = Spans(NOT_KNOWN, NOT_KNOWN)
    for end in ends:
        found = _compare(accounts, spans_until(end), flows)
        if found.posts.fall is not None:
            break
    return found


def _compare(
    accounts: Sequence[Sequence[Figure]], spans: Sequence[tuple[date, date]], flows: FlowPolicy
) -> Spans:
    earliest = spans[-1][1]
    known = [figures for figures in accounts if any(figure.end <= earliest for figure in figures)]
    if not known:
        return Spans(NOT_KNOWN, NOT_KNOWN)
    posts = [_total(known, m.POSTS, span, flows) for span in spans]
    interactions = [_total(known, m.INTERACTIONS, span, flows) for span in spans]
    per_post = [
        None if many is None or not of else many / of for many, of in zip(interactions, posts, strict=True)
    ]
    return Spans(_against_mean(posts), _against_mean(per_post))


def _total(
    accounts: Iterable[Iterable[Figure]], metric: str, span: tuple[date, date], flows: FlowPolicy
) -> Decimal | None:
    told = [window_flow(figures, metric, *span, flows).value for figures in accounts]
    return None if None in told else sum((one for one in told if one is not None), NONE)


def _against_mean(values: Sequence[Decimal | None]) -> Compared:
    before = [one for one in values[1:] if one is not None]
    mean = sum(before, NONE) / len(before) if len(before) == len(values) - 1 else None
    return Compared(values[0], mean)
