"""What bond and loss risk are worked out from, loaded for many files in a fixed number of queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Q
from django.urls import reverse

from incentives import keeping_policy
from incentives.models import IncentivePlan, Pay, PlanItem
from incentives.rules import bond as bonds
from incentives.rules import risk as risks
from incentives.rules.bond import BondFacts, Tie
from incentives.rules.risk import RiskFacts
from kol_crm.core import clock, installation, policy
from kol_crm.core.kept import one_of
from lifecycle.models import Conflict, Exclusivity, Member, PlatformRole, Violation
from profiles.models import Account, Need, Platform, Snapshot
from profiles.models import Tie as PersonTie
from profiles.models.figures import PRESENT
from profiles.rules import metric as m
from profiles.rules.flow import Figure
from profiles.services import figure_policy, touch

COMPARED = (m.POSTS, m.POSTS_TOTAL, m.INTERACTIONS)


class File(NamedTuple):
    """The columns of a file that count."""

    id: UUID
    stage: str
    verdict: str
    last_touch_at: datetime | None
    touch_interval: int | None
    bond: int | None
    risk: int | None


@dataclass
class Found:
    """What hangs on one file."""

    own: dict[UUID, list[Figure]] = field(default_factory=dict)
    fans: dict[bool, Decimal] = field(default_factory=lambda: defaultdict(Decimal))  # True: own platform
    sides: Counter = field(default_factory=Counter)  # accounts with fresh followers, by side
    has_own: bool = False
    ties: list[Tie] = field(default_factory=list)
    ending: bool = False
    needs: int = 0
    needs_met: int = 0
    long_needs: int = 0
    troubles: int = 0


def load(files: Iterable[File], day: date, rules: policy.Policy) -> dict[UUID, tuple[BondFacts, RiskFacts]]:
    """By file, as of the installation's ``day``, which is today: what ended before is not looked for."""
    files = list(files)
    found = {file.id: Found() for file in files}
    _accounts(found, day, rules)
    _ties(found, day, rules)
    _needs(found, day, rules)
    _troubles(found)
    zone, flows = installation.zone(), figure_policy.flow(rules)
    facts = {}
    for file in files:
        one = found[file.id]
        spans = risks.compare(one.own, day, flows)
        touched = file.last_touch_at and clock.local_day(file.last_touch_at, zone)
        facts[file.id] = (
            BondFacts(*_fans(one), tuple(one.ties), one.needs_met, one.needs),
            RiskFacts(
                posts=spans.posts,
                per_post=spans.per_post,
                verdict=file.verdict,
                days_since_touch=None if touched is None else max((day - touched).days, 0),
                interval=touch.interval(file, rules),  # type: ignore[arg-type]  # it has the columns asked for
                long_needs=one.long_needs,
                ending=one.ending,
                troubles=one.troubles,
            ),
        )
    return facts


def _fans(one: Found) -> tuple[Decimal | None, Decimal | None]:
    """Own and all fresh followers; own ones unknown where an account of ours has none that is fresh."""
    everywhere = sum(one.fans.values(), Decimal(0)) if one.sides else None
    own = None if one.has_own and not one.sides[True] else one.fans[True]
    return own, everywhere


def _accounts(found: dict[UUID, Found], day: date, rules: policy.Policy) -> None:
    """Fresh followers of all accounts; what was posted on the own ones, by who held them then (3.3)."""
    limits, flows = figure_policy.limits(rules), figure_policy.flow(rules)
    owners: dict[UUID, tuple[UUID, date | None]] = {}
    rows = Account.objects.filter(one_of(list(found), "kol"), platform=Platform.OWN)
    for account, kol, held in rows.values_list("pk", "kol_id", "held_since"):
        found[kol].has_own = True
        found[kol].own[account] = []
        owners[account] = (kol, held)
    newest = Snapshot.objects.filter(
        PRESENT, one_of(list(found), "account__kol"), newest=True, metric=m.FOLLOWERS
    )
    fresh = newest.filter(end__gte=day - timedelta(days=limits[m.FOLLOWERS]), end__lte=day)
    for kol, platform, value in fresh.values_list("account__kol", "account__platform", "value"):
        own = platform == Platform.OWN
        found[kol].fans[own] += value
        found[kol].sides[own] += 1
    days = risks.SPAN_DAYS * (risks.SPANS_BEFORE + 1) + 2 * flows.stock_reach_days
    recent = Snapshot.objects.filter(one_of(list(owners), "account"), metric__in=COMPARED, standing=True)
    recent = recent.filter(end__gt=day - timedelta(days=days), end__lte=day)
    for account, *figure in recent.values_list("account_id", "metric", "value", "start", "end", "source"):
        kol, held = owners[account]
        if held is None or figure[2] >= held:
            found[kol].own[account].append(Figure(*figure, account))


def _ties(found: dict[UUID, Found], day: date, rules: policy.Policy) -> None:
    """Everything with an end: what runs today, and what is agreed to begin."""
    for kol, tie in (*_shares(found, day), *_roles(found, day), *_friends(found, day), *_communities(found)):
        found[kol].ties.append(tie)
    until = day + timedelta(days=keeping_policy.number(rules, "ending_days"))
    rows = Exclusivity.objects.filter(one_of(list(found), "kol"), ended_on=None, ends_on__gte=day)
    columns = ("pk", "kol_id", "scope", "starts_on", "ends_on", "renews")
    exclusive = list(rows.values_list(*columns))
    renewed = {renews for *_rest, renews in exclusive}
    for pk, kol, scope, since, ends, _renews in exclusive:
        url = reverse("lifecycle:exclusivity-list") + f"?kol={kol}"
        found[kol].ties.append(Tie(bonds.EXCLUSIVITY, scope, since, ends, url))
        if since <= day and ends <= until and pk not in renewed:
            found[kol].ending = True


def _shares(kols: Collection[UUID], day: date) -> Iterable[tuple[UUID, Tie]]:
    """Items of plans that run: a share binds from its plan's start, continuous pay from its first day."""
    running = Q(ends_on=None) | Q(ends_on__gte=day)
    rows = PlanItem.objects.filter(
        running,
        one_of(list(kols), "plan__kol"),
        pay__in=(Pay.SHARE, Pay.CONTINUOUS),
        plan__state=IncentivePlan.State.ACTIVE,
    )
    for kol, plan, what, pay, due, ends in rows.values_list(
        "plan__kol_id", "plan_id", "what", "pay", "due_on", "ends_on"
    ):
        since = due if pay == Pay.CONTINUOUS else None
        yield kol, Tie(bonds.SHARE, what, since, ends, reverse("incentives:plan-detail", args=[plan]))


def _roles(kols: Collection[UUID], day: date) -> Iterable[tuple[UUID, Tie]]:
    rows = PlatformRole.objects.filter(
        one_of(list(kols), "kol"), Q(until=None) | Q(until__gte=day), ended_at=None
    )
    for kol, role, since, until in rows.values_list("kol_id", "role", "since", "until"):
        words = str(PlatformRole.Role(role).label)
        yield (
            kol,
            Tie(bonds.ROLE, words, since, until, f"{reverse('lifecycle:platform-role-list')}?kol={kol}"),
        )


def _friends(kols: Collection[UUID], day: date) -> Iterable[tuple[UUID, Tie]]:
    """Who they are stands on the file: another file may be one that the reader does not see."""
    rows = PersonTie.objects.filter(one_of(list(kols), "kol"), kind=PersonTie.Kind.FRIEND)
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gte=day))
    for kol, name, until in rows.values_list("kol_id", "name", "ended_on"):
        words = name or str(PersonTie.Kind.FRIEND.label)
        yield kol, Tie(bonds.FRIENDS, words, None, until, reverse("profiles:kol-detail", args=[kol]))


def _communities(kols: Collection[UUID]) -> Iterable[tuple[UUID, Tie]]:
    rows = Member.objects.inside().filter(one_of(list(kols), "kol"))
    for kol, name, since in rows.values_list("kol_id", "community__name", "joined_on"):
        yield kol, Tie(bonds.COMMUNITY, name, since, None, reverse("profiles:kol-detail", args=[kol]))


def _needs(found: dict[UUID, Found], day: date, rules: policy.Policy) -> None:
    before = day - timedelta(days=keeping_policy.number(rules, "need_days"))
    old = clock.local_to_utc(before, datetime.min.time(), installation.zone())
    is_open = Q(state=Need.State.OPEN)
    rows = Need.objects.filter(one_of(list(found), "kol")).order_by().values("kol")
    counted = rows.annotate(
        every=Count("pk"),
        met=Count("pk", filter=Q(state=Need.State.MET)),
        long=Count("pk", filter=is_open & Q(created_at__lt=old)),
    )
    for row in counted:
        one = found[row["kol"]]
        one.needs, one.needs_met, one.long_needs = row["every"], row["met"], row["long"]


def _troubles(found: dict[UUID, Found]) -> None:
    """Violations that somebody has to decide, conflicts that are not closed."""
    for rows in (Violation.objects.all().open(), Conflict.objects.all().open()):
        counted: Any = (
            rows.filter(one_of(list(found), "kol")).order_by().values_list("kol").annotate(Count("pk"))
        )
        for kol, count in counted:
            found[kol].troubles += count
