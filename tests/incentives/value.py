"""What was given and what came back, for tests."""

from datetime import date
from decimal import Decimal

from incentives.models import Campaign, Entry, Participant, Result
from kol_crm.core import installation
from lifecycle.models import Stay
from tests.factories import NOW

DAY = date(2026, 11, 23)
JUNE, JULY, AUGUST = date(2026, 6, 10), date(2026, 7, 5), date(2026, 8, 5)


def enter(kol, day: date) -> None:
    Stay.objects.filter(kol=kol, until=None).update(until=day)
    Stay.objects.create(kol=kol, stage="initial", since=day)
    kol.stage, kol.stage_since = "initial", day
    kol.save()


def give(kol, amount, day: date, *, form="money", kind="material", currency="", rate=Decimal(1)) -> Entry:
    base = installation.currency()
    known = {"converted": Decimal(amount) * rate, "rate": rate, "rate_on": day} if rate else {}
    return Entry.objects.create(
        kol=kol,
        kind=kind,
        form=form,
        what="x",
        amount=Decimal(amount),
        currency=currency or base,
        given_on=day,
        converted_to=base,
        created_at=NOW,
        **known,
    )


def bring(kol, amount, day: date, currency: str = "") -> Result:
    campaign = Campaign.objects.create(
        name=f"Sale {day}",
        type="topic",
        starts_on=day,
        ends_on=day,
        owner=kol.owner,
        team=kol.team,
        created_at=NOW,
    )
    row = Participant.objects.create(campaign=campaign, kol=kol, joined_on=day, created_at=NOW)
    return Result.objects.create(
        participant=row,
        first_on=day,
        last_on=day,
        paid_amount=Decimal(amount),
        currency=currency or installation.currency(),
        at=NOW,
    )
