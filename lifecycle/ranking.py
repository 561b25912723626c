"""The ranked candidates of a programme, worked out from ratings and figures each time they are asked for.

So a figure that changes changes the order at once (DOMAIN 4.5). Queries: seven, however many candidates; a
page cuts what it shows out of the order afterwards.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.models import User
from kol_crm.core.score import Score
from kol_crm.core.shapes import Share
from lifecycle.models import Candidate, Programme, Rating, Rubric
from lifecycle.pace import INTRODUCTION
from lifecycle.rules import fit as fits
from lifecycle.rules import rank
from lifecycle.rules.rank import Contender, Estimates, Placed
from lifecycle.services.fit import Standing, criteria_of, standing
from profiles.models import FanReport
from profiles.services import figure_policy
from profiles.services import standing as figures_standing

FIT_SHARE = policy.declare(
    "rank_fit_share",
    "0.6",
    _("Share of fit in a candidate’s rank"),
    "%",
    section=INTRODUCTION,
    shape=Share(),
    help=_("The rest is the percentile of the figure that the purpose asks for."),
)


@dataclass(frozen=True)
class Ranked:
    """One candidate in the order: fit by that ``rubric`` (None: never rated), ``old``: no longer in force."""

    candidate: Candidate
    placed: Placed
    rubric: int | None
    old: bool

    @property
    def fit(self) -> fits.Fit:
        return self.placed.contender.fit

    @property
    def figure(self) -> Score:
        return self.placed.contender.figure

    def as_json(self) -> dict[str, Any]:
        """Rank, score and every part of both (RELIABILITY: the same words as on the page)."""
        return {
            "place": self.placed.place,
            "state": self.placed.state,
            "score": self.placed.score.as_json(),
            "fit": self.fit.score.as_json(),
            "figure": self.figure.as_json(),
            "disputed": list(self.fit.disputed),
            "vetoed": list(self.fit.vetoed),
            "raters": self.fit.raters,
            "spread": self.fit.spread,
            "rubric": self.rubric,
            "rubric_is_old": self.old,
        }


def of(programme: Programme, day: date, judging: Standing | None = None) -> list[Ranked]:
    """All candidates whose file is not archived, best first."""
    judging = judging or standing()
    candidates = list(
        programme.candidates.standing()
        .select_related("kol__owner", "kol__main_field", "kol__agency", "programme", "entered_by")
        .order_by("entered_at", "pk")
    )
    by_key = {candidate.pk: candidate for candidate in candidates}
    rules, now = judging.rules, judging.number
    judged = fits_of(by_key, judging)
    figures = figures_of(programme.purpose, [one.kol_id for one in candidates], day, rules)
    placed = rank.rank(
        (Contender(key, judged[key][1], figures[one.kol_id], one.entered_at) for key, one in by_key.items()),
        Decimal(rules.get(FIT_SHARE)),
    )
    return [
        Ranked(by_key[one.key], one, judged[one.key][0], judged[one.key][0] not in (None, now))
        for one in placed
    ]


def seen_by(user: User, programme: Programme, day: date, judging: Standing | None = None) -> list[Ranked]:
    """The same order, of those whose file ``user`` sees: places count among all."""
    seen = set(Candidate.objects.visible_to(user).filter(programme=programme).values_list("pk", flat=True))
    return [row for row in of(programme, day, judging) if row.candidate.pk in seen]


def fits_of(candidates: Collection[UUID], judging: Standing) -> dict[UUID, tuple[int | None, fits.Fit]]:
    """Per candidate (rubric number, fit): by the newest version by which they are rated completely, else by
    the newest by which they are rated at all. A veto of a newer version counts."""
    rows = Rating.objects.filter(candidate__in=candidates)
    given: dict[UUID, dict[UUID, list[fits.Given]]] = defaultdict(lambda: defaultdict(list))
    for candidate, rubric, rater, criterion, value in rows.values_list(
        "candidate_id", "rubric_id", "rater_id", "criterion", "value"
    ):
        given[candidate][rubric].append(fits.Given(rater, criterion, value))
    versions = [(rubric, criteria_of(rubric.criteria)) for rubric in judging.rubrics]
    asked = criteria_of(judging.criteria)
    return {key: _judge(versions, given[key], asked) for key in candidates}


Criteria = Mapping[str, fits.Criterion]


def _judge(
    versions: Iterable[tuple[Rubric, Criteria]], given, asked: Criteria
) -> tuple[int | None, fits.Fit]:
    found = [
        (rubric.number, fits.fit(criteria, given[rubric.pk]))
        for rubric, criteria in versions
        if given.get(rubric.pk)
    ]
    if not found:
        return None, fits.fit(asked, [])
    complete = next((place for place, (_n, one) in enumerate(found) if one.score.value is not None), 0)
    number, chosen = found[complete]
    newer = [one for _n, one in found[:complete] if one.vetoed]
    return number, newer[0] if newer else chosen


def figures_of(purpose: str, kols: Collection[UUID], day: date, rules: policy.Policy) -> dict[UUID, Score]:
    """The figure that the purpose asks for, per file; without a purpose none is known."""
    formula = rank.FIGURES.get(purpose)
    if formula is None:
        return {kol: Score(None, (), ("purpose",)) for kol in kols}
    flows, judged = figure_policy.flow(rules), _estimates(kols, day, rules)
    sides = figures_standing.figures_of(list(kols), day)
    return {
        kol: formula(sides[kol][True] | sides[kol][False], day, judged.get(kol, Estimates()), flows)
        for kol in kols
    }


def _estimates(kols: Collection[UUID], day: date, rules: policy.Policy) -> dict[UUID, Estimates]:
    """The newest fresh judgement of each file's fans, of portability and loyalty each."""
    limit = figure_policy.flow(rules).fresh_estimate_days
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    rows = FanReport.objects.filter(kol__in=kols, on__lte=day).order_by("-on", "-id")
    for kol, on, portability, loyalty in rows.values_list("kol_id", "on", "portability", "loyalty"):
        if (day - on).days > limit:
            continue
        for name, value in (("portability", portability), ("loyalty", loyalty)):
            if value is not None:
                found[kol].setdefault(name, value)
    return {kol: Estimates(**values) for kol, values in found.items()}
