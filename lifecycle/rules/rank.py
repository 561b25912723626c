"""The order of a programme's candidates: fit, and the figure that its purpose asks for (DOMAIN 4.5)."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part, Score
from lifecycle.rules.fit import Fit
from profiles.rules import metric as m
from profiles.rules.flow import DEFAULT as DEFAULT_FLOW
from profiles.rules.flow import (
    Accounts,
    FlowPolicy,
    interactions_per_post,
    last_days,
    latest_fresh,
    window_flow,
)
from profiles.rules.level import largest_fresh

ACQUISITION, ACTIVATION, CONVERSION = "acquisition", "activation", "conversion"
FIT, FIGURE = "fit", "figure"
FIT_SHARE = Decimal("0.6")
HUNDRED = Decimal(100)
ESTIMATE_STEP = 20

RANKED, UNRATED, VETOED = "ranked", "unrated", "vetoed"


@dataclass(frozen=True)
class Estimates:
    """What was judged of the fans: ``portability`` in %, ``loyalty`` 0–5; None where unknown or stale."""

    portability: int | None = None
    loyalty: int | None = None


@dataclass(frozen=True)
class Contender:
    """A candidate as the ranking sees them."""

    key: Hashable
    fit: Fit
    figure: Score
    entered_at: datetime


@dataclass(frozen=True)
class Placed:
    """``place`` from 1 for the ranked, None below them; ``score`` with fit and percentile as its parts."""

    key: Hashable
    state: str
    place: int | None
    score: Score
    percentile: Decimal
    contender: Contender


def acquisition(
    accounts: Accounts, on: date, estimates: Estimates, policy: FlowPolicy = DEFAULT_FLOW
) -> Score:
    """Σ followers × portability over fresh accounts: how many would come along.

    An account's own estimate goes before the file's; accounts without either are left out.
    """
    judged = None if estimates.portability is None else Decimal(estimates.portability)
    told, unknown = [], Decimal(0)
    for figures in accounts.values():
        account = list(figures)
        followers = latest_fresh(account, m.FOLLOWERS, on, policy)
        own = latest_fresh(account, m.PORTABILITY, on, policy)
        if followers is None:
            continue
        percent = judged if own is None else own.value
        if percent is None:
            unknown += followers.value
        else:
            told.append((followers.value, percent / HUNDRED))
    total = sum((number for number, _share in told), unknown) if told or unknown else None
    value = sum((number * share for number, share in told), Decimal(0)) if told else None
    known = sum((number for number, _share in told), Decimal(0))
    share = None if value is None else value / known if known else Decimal(0)
    parts = (
        Part(m.FOLLOWERS, _("Followers of fresh accounts"), total),
        Part(m.PORTABILITY, m.LABELS[m.PORTABILITY], share),
    )
    return Score(value, parts, _missing(parts))


def activation(
    accounts: Accounts, on: date, _estimates: Estimates, policy: FlowPolicy = DEFAULT_FLOW
) -> Score:
    """Interactions per post ÷ followers of the fresh account with most followers."""
    largest = largest_fresh({key: list(figures) for key, figures in accounts.items()}, on, policy)
    followers = largest[1] if largest else None
    per_post = interactions_per_post(accounts[largest[0]], on, policy).value if largest else None
    parts = (
        Part(m.INTERACTIONS, _("Interactions per post"), per_post),
        Part(m.FOLLOWERS, _("Followers of the largest fresh account"), followers),
    )
    if per_post is None or not followers:
        return Score(None, parts, _missing(parts) or (m.FOLLOWERS,))
    return Score(per_post / followers, parts)


def conversion(
    accounts: Accounts, on: date, estimates: Estimates, policy: FlowPolicy = DEFAULT_FLOW
) -> Score:
    """Share of interactions that come from returning fans × 100, else the operator's 0–5 × 20."""
    window = last_days(on, policy.window_days)
    told = []
    for figures in accounts.values():
        every = window_flow(figures, m.INTERACTIONS, *window, policy).value
        returning = window_flow(figures, m.RETURNING_INTERACTIONS, *window, policy).value
        if every and returning is not None:
            told.append((returning, every))
    if told:
        returning = sum((part for part, _all in told), Decimal(0))
        every = sum((whole for _part, whole in told), Decimal(0))
        parts = (
            Part(m.RETURNING_INTERACTIONS, m.LABELS[m.RETURNING_INTERACTIONS], returning),
            Part(m.INTERACTIONS, m.LABELS[m.INTERACTIONS], every),
        )
        return Score(returning / every * HUNDRED, parts)
    estimate = Part("loyalty", _("Estimate of loyalty, 0–5"), estimates.loyalty)
    if estimates.loyalty is None:
        return Score(None, (estimate,), (m.RETURNING_INTERACTIONS, "loyalty"))
    return Score(Decimal(estimates.loyalty * ESTIMATE_STEP), (estimate,))


FIGURES = {ACQUISITION: acquisition, ACTIVATION: activation, CONVERSION: conversion}


def percentiles(values: Mapping[Hashable, Decimal | None]) -> dict[Hashable, Decimal]:
    """100 × (below + ½ other equals) ÷ (n − 1) among those whose figure is known; one alone 50, missing 0."""
    known = sorted(value for value in values.values() if value is not None)
    return {key: _percentile(value, known) for key, value in values.items()}


def _percentile(value: Decimal | None, known: Sequence[Decimal]) -> Decimal:
    if value is None:
        return Decimal(0)
    if len(known) == 1:
        return Decimal(50)
    below = sum(other < value for other in known)
    equals = sum(other == value for other in known) - 1
    return HUNDRED * (below + Decimal(equals) / 2) / (len(known) - 1)


def rank(contenders: Iterable[Contender], fit_share: Decimal = FIT_SHARE) -> list[Placed]:
    """Best first; without fit below the ranked, vetoed last. Ties: fit, then earlier entry."""
    contenders = list(contenders)
    places = percentiles({one.key: one.figure.value for one in contenders})
    scored = [_scored(one, places[one.key], fit_share) for one in contenders]
    order = {RANKED: 0, UNRATED: 1, VETOED: 2}
    scored.sort(
        key=lambda one: (
            order[one.state],
            -(one.score.value or 0),
            -(one.contender.fit.score.value or 0),
            one.contender.entered_at,
            str(one.key),
        )
    )
    return [
        Placed(
            one.key,
            one.state,
            number if one.state == RANKED else None,
            one.score,
            one.percentile,
            one.contender,
        )
        for number, one in enumerate(scored, 1)
    ]


def _scored(one: Contender, percentile: Decimal, fit_share: Decimal) -> Placed:
    fit, missing = one.fit.score.value, one.figure.value is None
    parts = (
        Part(FIT, _("Fit"), fit, points=None if fit is None else fit * fit_share, weight=fit_share * HUNDRED),
        Part(
            FIGURE,
            _("Percentile of the purpose’s figure"),
            percentile,
            points=percentile * (1 - fit_share),
            weight=(1 - fit_share) * HUNDRED,
            note=_("the figure is missing") if missing else "",
        ),
    )
    value = None if fit is None else fit * fit_share + percentile * (1 - fit_share)
    gaps = (*((FIT,) if fit is None else ()), *((FIGURE,) if missing else ()))
    state = VETOED if one.fit.vetoed else UNRATED if fit is None else RANKED
    return Placed(one.key, state, None, Score(value, parts, gaps), percentile, one)


def _missing(parts: Iterable[Part]) -> tuple[str, ...]:
    return tuple(part.key for part in parts if part.value is None)
