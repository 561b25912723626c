"""The rhythm guard asked of a KOL, and the same signals measured after a campaign (DOMAIN 6.6)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives import rhythm_policy
from incentives.models import Campaign, Participant
from incentives.rules import rhythm as rules
from incentives.rules.rhythm import APART, SETTLED, SIGNALS, STAGE, Check, Guard, PerDay, Span, Stayed
from kol_crm.core import policy, wording
from lifecycle.models import Stay
from profiles.models import Kol
from profiles.rules.flow import Accounts, FlowPolicy, last_days
from profiles.services import figure_policy
from profiles.services.standing import figures_of

LABELS = {
    STAGE: gettext_lazy("Stage"),
    SETTLED: gettext_lazy("Time in mid-term or late"),
    APART: gettext_lazy("Last monetising campaign"),
    SIGNALS: gettext_lazy("Own interactions per day"),
}


def judge(kol: Kol, day: date, leaving_out: Campaign | None = None, reader: Any = None) -> Guard:
    """Whether ``kol`` may join a monetising campaign, as of ``day``.

    ``leaving_out``: the campaign that it would join. It is no other one, and its days are those that must lie
    apart from the others'; without it the campaign is taken to be on ``day``. Another campaign is named
    only to a ``reader`` who sees it, so that what is kept for others names none. Seven queries.
    """
    limits = rhythm_policy.rhythm(policy.current())
    span = Span(day, day) if leaving_out is None else Span(leaving_out.starts_on, leaving_out.ends_on)
    others = taken_part([kol.pk]).get(kol.pk, [])
    if leaving_out is not None:
        others = [one for one in others if one.campaign_id != leaving_out.pk]
    return Guard(
        (
            _stage(kol),
            _settled(kol, max(day, span.start), limits),
            _apart(span, others, limits, reader),
            _signals(kol, day, span, others, limits),
        )
    )


def taken_part(kol_ids: Collection[UUID]) -> dict[UUID, list[Participant]]:
    """Monetising campaigns of these files and of what was merged into them, the earliest first.

    Who left before the first day did not do it; who left on it did. One query.
    """
    rows = Participant.objects.of_files(kol_ids).filter(campaign__monetising=True)
    rows = rows.select_related("campaign", "kol")
    found: dict[UUID, list[Participant]] = {}
    for row in rows.order_by("campaign__starts_on", "id"):
        if row.left_on is None or row.left_on >= row.campaign.starts_on:
            found.setdefault(row.file_id, []).append(row)
    return found


def span_of(row: Participant) -> Span:
    """The days in which this KOL took part: fewer for who joined later or left before the end."""
    campaign = row.campaign
    start = row.joined_on if campaign.starts_on < row.joined_on <= campaign.ends_on else campaign.starts_on
    end = campaign.ends_on if row.left_on is None else min(row.left_on, campaign.ends_on)
    return Span(start, max(start, end))


def _stage(kol: Kol) -> Check:
    passed = kol.stage in rules.MONETISED
    words = (
        _("In %(stage)s.") if passed else _("In %(stage)s: only mid-term and late KOLs are asked for this.")
    )
    told = words % {"stage": kol.get_stage_display()}
    return Check(STAGE, LABELS[STAGE], passed, kol.stage, "mid_term, late", told)


def _settled(kol: Kol, day: date, limits: rules.RhythmPolicy) -> Check:
    stays = Stay.objects.filter(kol=kol).order_by("since", "id").values_list("stage", "since", "until")
    days = rules.days_settled((Stayed(*one) for one in stays), day)
    words = _("%(days)s in mid-term or late by %(day)s; %(needed)s are needed.")
    told = words % {
        "days": wording.days_words(days),
        "day": _day(day),
        "needed": wording.days_words(limits.settled_days),
    }
    url = f"{reverse('lifecycle:stay-list')}?kol={kol.pk}"
    passed = kol.stage in rules.MONETISED and days >= limits.settled_days
    return Check(SETTLED, LABELS[SETTLED], passed, days, limits.settled_days, told, url)


def _apart(span: Span, others: Iterable[Participant], limits: rules.RhythmPolicy, reader: Any) -> Check:
    near = [(rules.days_apart(span, [span_of(one)]) or 0, one) for one in others]
    if not near:
        told = _("No other monetising campaign.")
        return _passed(APART, limits.apart_days, told)
    days, nearest = min(near, key=lambda pair: pair[0])
    if Campaign.objects.visible_to(reader).filter(pk=nearest.campaign_id).exists():
        words = _("%(days)s from “%(campaign)s”; %(needed)s must lie between.")
    else:
        words = _("%(days)s from another monetising campaign; %(needed)s must lie between.")
    told = words % {
        "days": wording.days_words(days),
        "campaign": nearest.campaign,
        "needed": wording.days_words(limits.apart_days),
    }
    return Check(APART, LABELS[APART], days >= limits.apart_days, days, limits.apart_days, told)


def _signals(
    kol: Kol, day: date, span: Span, others: Iterable[Participant], limits: rules.RhythmPolicy
) -> Check:
    earlier = [one for one in map(span_of, others) if one.start <= min(day, span.start)]
    threshold, url = limits.fall, reverse("profiles:kol-performance", args=[kol.pk])
    if not earlier:
        told = _("No monetising campaign before: nothing to compare with.")
        return _passed(SIGNALS, threshold, told, url)
    last = max(earlier)
    reach = day - last.start + timedelta(days=limits.window_days + 1)
    own = figures_of([kol.pk], day, reach)[kol.pk][True]
    compared = compare(own, last.start, last_days(day, limits.window_days), limits)
    passed = None if compared.fall is None else compared.fall < threshold
    return Check(SIGNALS, LABELS[SIGNALS], passed, _rounded(compared.fall), threshold, compared.words, url)


def _passed(key: str, threshold: Decimal | int, told: str, url: str = "") -> Check:
    """Nothing to hold against it: no figure."""
    return Check(key, LABELS[key], passed=True, figure=None, threshold=threshold, sentence=told, url=url)


@dataclass(frozen=True)
class Compared:
    """Own interactions per day before a campaign and in a later window; ``fall`` None is unknown."""

    earlier: PerDay
    later: PerDay

    @property
    def fall(self) -> Decimal | None:
        return rules.fall(self.earlier.value, self.later.value)

    @property
    def words(self) -> str:
        unknown = next((one for one in (self.later, self.earlier) if one.value is None), None)
        if unknown is not None:
            return _unknown_words(unknown)
        words = _("%(change)s: %(now)s a day from %(start)s, %(then)s a day before the campaign.")
        return words % {
            "change": wording.percent_change(float(-(self.fall or 0)), wording.babel_locale()),
            "now": _number(self.later.value),
            "start": _day(self.later.start),
            "then": _number(self.earlier.value),
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "before": None if self.earlier.value is None else str(_rounded(self.earlier.value)),
            "after": None if self.later.value is None else str(_rounded(self.later.value)),
            "fall": None if self.fall is None else str(_rounded(self.fall)),
            "first_day": self.later.start,
            "last_day": self.later.end,
            "sentence": self.words,
        }


def compare(
    own: Accounts,
    campaign_start: date,
    window: tuple[date, date],
    limits: rules.RhythmPolicy,
    flows: FlowPolicy | None = None,
) -> Compared:
    """The window against the one before a campaign, by the accounts that were known then."""
    flows = figure_policy.flow(policy.current()) if flows is None else flows
    start, end = rules.before(campaign_start, limits.window_days)
    known = rules.known_by(own, end)
    return Compared(rules.per_day(known, start, end, flows), rules.per_day(known, *window, flows))


def _unknown_words(one: PerDay) -> str:
    words = _("Unknown: own interactions from %(start)s to %(end)s are not on file")
    told = words % {"start": _day(one.start), "end": _day(one.end)}
    newest = one.newest and _("; the newest figure is of %(day)s") % {"day": _day(one.newest)}
    return f"{told}{newest or ''}."


def _number(value: Decimal | None) -> str:
    return wording.UNKNOWN if value is None else wording.grouped(round(value), wording.babel_locale())


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 4)


def _day(day: date) -> str:
    return wording.day_words(day, "full", day, wording.babel_locale())
