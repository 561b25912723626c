"""Resources in the demo: four months of inventory and budgets, one of them nearly spent, with effects."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError

from kol_crm.core import installation
from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from kol_crm.demo.life import instant
from lifecycle.models import Booking, Slot
from lifecycle.services import booking, budget, slot
from profiles.models import Kol, Platform, Stage
from profiles.rules import metric
from profiles.services import figures
from profiles.services.figures import NewFigure

SERIES = (  # kind, name, list value, days of one slot, every so many days
    ("traffic", "首页流量位 · 早间", 1200, 1, 7),
    ("traffic", "Feed boost, weekend", 1600, 2, 7),
    ("topic", "周话题榜首", 900, 7, 7),
    ("recommendation", "编辑推荐", 700, 1, 7),
    ("exposure", "Opening screen", 3200, 1, 14),
)
# months from this one, budget, part of the slots that somebody wants: this month's is nearly spent
MONTHS = ((-2, 26_000, 0.7), (-1, 24_000, 0.7), (0, 15_000, 1.0), (1, 24_000, 0.3))
WHAT_FOR = ("新专栏上线", "Launch of their series", "冬季话题", "Their first thousand followers", "")
STAGES = (Stage.INITIAL, Stage.MID_TERM, Stage.LATE)
MEASURED = 12  # uses with figures on both sides
AROUND = (-14, -10, -6, -2, 0, 4, 8, 12)  # days from the use


def lay(seed: int, now: datetime, users: dict[str, User]) -> None:
    """The inventory of all teams, filled by the manager; KOLs of all owners booked on it."""
    rng, today = random.Random(seed), installation.day(now)
    keeper = Actor(users["manager"], "command", now - timedelta(days=120))
    _fill(keeper, _month(today, MONTHS[0][0]), _month(today, MONTHS[-1][0] + 1))
    files = list(Kol.objects.active().filter(stage__in=STAGES).select_related("owner").order_by("pk"))
    rng.shuffle(files)
    used: list[Booking] = []
    for shift, amount, wanted in MONTHS:
        month = _month(today, shift)
        budget.set_budget(keeper.again(), month, Decimal(amount))
        rows = Slot.objects.filter(starts_on__gte=month, starts_on__lt=_month(month, 1))
        for row in rows.order_by("starts_on", "pk"):
            if files and rng.random() < wanted:
                used += _book(rng, now, today, row, rng.choice(files))
    for row in used[-MEASURED:]:
        _measure(rng, now, today, row)


def _fill(keeper: Actor, first: date, end: date) -> None:
    for place, (kind, name, value, days, every) in enumerate(SERIES):
        starts_on = first + timedelta(days=place)
        values = {"kind": kind, "name": name, "value": Decimal(value), "starts_on": starts_on}
        values["ends_on"] = starts_on + timedelta(days=days - 1)
        slot.create_series(keeper.again(), values, every, end - timedelta(days=1))


def _book(rng: random.Random, now: datetime, today: date, row: Slot, kol: Kol) -> list[Booking]:
    """Some days ahead, as far as the budget goes; most of the past were used, one or two nobody marked."""
    begun = row.starts_on <= today
    at = instant(row.starts_on - timedelta(days=rng.randint(3, 12)), 14) if begun else now
    actor = Actor(kol.owner, "command", min(at, now - timedelta(hours=2)))
    try:
        made = booking.book(actor, row, kol, rng.choice(WHAT_FOR), confirm=True)
    except ValidationError:
        return []  # the month has no more
    if rng.random() < 0.08:
        booking.cancel(actor.again(at=actor.at + timedelta(hours=1)), made, "They are travelling")
    elif row.ends_on < today and rng.random() < 0.9:
        at = instant(row.ends_on, 18)
        return [booking.use(actor.again(at=at), made, row.starts_on)]
    return []


def _measure(rng: random.Random, now: datetime, today: date, row: Booking) -> None:
    """Views of single days around the use, so that its effect can be stated once the days are over."""
    account = row.kol.accounts.filter(platform=Platform.OWN).first()
    if account is None or row.used_on is None:
        return
    usual, lift = rng.randint(2_000, 30_000), rng.uniform(0.9, 1.7)
    rows = []
    for days in AROUND:
        day = row.used_on + timedelta(days=days)
        if day <= today:
            value = Decimal(int(usual * rng.uniform(0.9, 1.1) * (lift if days >= 0 else 1)))
            rows.append(NewFigure(account.pk, metric.VIEWS, value, day, day, "demo"))
    figures.record(Actor(row.kol.owner, "command", now), rows, refresh=False)


def _month(day: date, shift: int) -> date:
    """The first day of the month so many months on."""
    months = day.year * 12 + day.month - 1 + shift
    return date(months // 12, months % 12 + 1, 1)
