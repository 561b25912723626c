"""What the ways of bringing people in yield: per channel, agency, introducer and source (DOMAIN 4.10).

Candidates, of them who answered, agreed, are still here after 12 months, and what they cost; own users apart
from others. Pure counting over plain rows; each figure leads to the list of those it counts.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from kol_crm.core.extension import Replaceable
from lifecycle.models import Attempt, Candidate, CandidateStep, CooperationPlan, Stay, Step
from profiles.models import Stage, Touch, TouchChannel

CHANNEL, AGENCY, INTRODUCER, SOURCE = "channel", "agency", "introducer", "source"
WAYS = {
    CHANNEL: _("Channel"),
    AGENCY: _("Agency"),
    INTRODUCER: _("Introduced by"),
    SOURCE: _("Source"),
}
FIGURES = ("candidates", "answers", "agreed", "stayed")
LABELS = {
    "candidates": _("Candidates"),
    "answers": _("Answers"),
    "agreed": _("Agreed"),
    "stayed": _("Here after 12 months"),
}
NONE = "-"  # in addresses: of no agency, introduced by nobody, not answered
YEAR = timedelta(days=365)
HERE = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)


@dataclass(frozen=True)
class Cost:
    """What was given to somebody, in the installation's currency; ``missing`` says what is not in it."""

    amount: Decimal
    missing: str = ""


# kol ids -> what each cost; without a ledger nothing is known, and that is said, not shown as 0
costs: Replaceable[Callable[[Collection[UUID]], Mapping[UUID, Cost]]] = Replaceable(
    "yield costs", lambda _kols: {}
)


@dataclass
class Yield:
    """One line: ``value`` as addresses have it. ``stayed_of``: of how many the 12 months are over."""

    value: str
    label: Any
    internal: bool | None
    candidates: int = 0
    answers: int = 0
    agreed: int = 0
    stayed: int = 0
    stayed_of: int = 0
    cost: Decimal | None = None
    costed: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "value": self.value,
            "label": str(self.label),
            "internal": self.internal,
            **{name: getattr(self, name) for name in FIGURES},
            "stayed_of": self.stayed_of,
            "cost": self.cost,
            "costed": self.costed,
        }


def rows(user) -> QuerySet[Candidate]:
    """The candidates whom ``user`` sees, with what the table and its lists count them by."""
    answered = CandidateStep.objects.filter(candidate=OuterRef("pk"), fact="answer")
    plan = CooperationPlan.objects.filter(kol=OuterRef("kol"), state=CooperationPlan.State.AGREED)
    agreed = CandidateStep.objects.filter(candidate=OuterRef("pk"), to_step=Step.AGREED)
    entry = Stay.objects.filter(kol=OuterRef("kol"), stage=Stage.INITIAL).order_by("since", "id")
    return Candidate.objects.visible_to(user).annotate(
        answered=Exists(answered),
        said_yes=Exists(agreed) | Exists(plan.filter(candidate=OuterRef("pk"))),
        initial_since=Subquery(entry.values("since")[:1]),
        answer_channel=Subquery(_answers().values("channel")[:1]),
    )


def _answers() -> QuerySet[Touch]:
    """The first answer after they became a candidate; its channel is the one that bore fruit."""
    spoke = Q(began=Touch.Began.KOL) | Q(answered=True)
    after = Touch.objects.standing().filter(spoke, kol=OuterRef("kol"), at__gte=OuterRef("entered_at"))
    return after.order_by("at", "id")


def tried(candidates: QuerySet[Candidate], channel: str) -> QuerySet[Candidate]:
    """Those who were written to on a channel, or answered there."""
    made = Attempt.objects.made().filter(outreach__candidate=OuterRef("pk"), channel=channel)
    return candidates.filter(Exists(made) | Q(answer_channel=channel))


def counted(candidates: QuerySet[Candidate], figure: str, day: date) -> QuerySet[Candidate]:
    """Of these the ones that a figure counts."""
    match figure:
        case "answers":
            return candidates.filter(answered=True)
        case "agreed":
            return candidates.filter(said_yes=True)
        case "stayed":
            return stayed(candidates, day)
    return candidates


def stayed(candidates: QuerySet[Candidate], day: date) -> QuerySet[Candidate]:
    """Those whose 12 months since they entered initial are over, and who were here on that day."""
    over = list(candidates.filter(initial_since__lte=day - YEAR).values_list("pk", "kol", "initial_since"))
    stays: dict[UUID, list[tuple[date, date | None]]] = {}
    here = Stay.objects.filter(kol__in={kol for _pk, kol, _since in over}, stage__in=HERE)
    for kol, since, until in here.values_list("kol", "since", "until"):
        stays.setdefault(kol, []).append((since, until))
    kept = [
        pk
        for pk, kol, since in over
        if any(
            begun <= since + YEAR and (until is None or until > since + YEAR)
            for begun, until in stays.get(kol, ())
        )
    ]
    return candidates.filter(pk__in=kept)


def table(way: str, user, day: date, *, split: bool = True) -> list[Yield]:
    """The lines of one way, most candidates first; with ``split`` own users and others apart.

    Of channels a candidate stands in the line of each on which they were tried; what they answered, agreed
    and cost counts for the one on which the answer came.
    """
    people = list(
        rows(user)
        .select_related("kol__agency")
        .values_list(
            "pk",
            "kol",
            "source",
            "introducer",
            "kol__agency",
            "kol__agency__name",
            "answered",
            "said_yes",
            "initial_since",
            "answer_channel",
        )
    )
    kept = set(stayed(rows(user), day).values_list("pk", flat=True))
    cost = costs.provider([row[1] for row in people])
    tries: dict[UUID, set[str]] = {}
    for candidate, channel in Attempt.objects.made().values_list("outreach__candidate", "channel"):
        tries.setdefault(candidate, set()).add(channel)
    found: dict[tuple[str, bool | None], Yield] = {}
    for pk, kol, source, introducer, agency, agency_name, answered, yes, since, heard_on in people:
        internal = (source == Candidate.Source.INTERNAL) if split else None
        for value, label, bore in _lines(
            way, source, introducer, agency, agency_name, heard_on, tries.get(pk)
        ):
            line = found.setdefault((value, internal), Yield(value, label, internal))
            line.candidates += 1
            if not bore:
                continue
            line.answers += answered
            line.agreed += yes
            line.stayed_of += since is not None and since <= day - YEAR
            line.stayed += pk in kept
            if kol in cost:
                line.cost = (line.cost or Decimal(0)) + cost[kol].amount
                line.costed += 1
    return sorted(found.values(), key=lambda line: (-line.candidates, str(line.label), not line.internal))


def _lines(
    way: str,
    source: str,
    introducer: str,
    agency: UUID | None,
    agency_name: str | None,
    heard_on: str | None,
    tries: Collection[str] | None,
) -> Iterable[tuple[str, Any, bool]]:
    """Value, label, and whether what came of it counts here."""
    match way:
        case "source":
            return [(source, Candidate.Source(source).label, True)]
        case "introducer":
            name = " ".join(introducer.split())
            return [(name or NONE, name or _("nobody"), True)]
        case "agency":
            return [(str(agency) if agency else NONE, agency_name or _("no agency"), True)]
    channels = set(tries or ()) | ({heard_on} if heard_on else set())
    if not channels:
        return [(NONE, _("not written to yet"), True)]
    return [(channel, TouchChannel(channel).label, channel == (heard_on or channel)) for channel in channels]


def url(way: str, line: Yield, figure: str) -> str:
    """The list of those that a figure of a line counts."""
    asked = {way: line.value} | ({} if figure == "candidates" else {"got": figure})
    if line.internal is not None:
        asked["source"] = "internal" if line.internal else "external"
    return f"{reverse('lifecycle:yield-list')}?{urlencode(asked)}"
