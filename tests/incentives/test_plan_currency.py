"""Amounts stay what they were when the installation reckons in another currency (DOMAIN 6.1, 6.3)."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from incentives import given as given_by_month
from incentives import judging
from incentives.models import ExchangeRate, IncentivePolicy
from incentives.services import policy as policies
from kol_crm.core import installation_memo
from kol_crm.core.installation import Installation
from kol_crm.core.models import uuid7
from profiles.services import kol as kol_verbs
from tests.factories import NOW
from tests.incentives.ledger import DAY, by, entry

pytestmark = pytest.mark.django_db
CELL = "mid_term.mid"
NEW = {"kinds": ["material"], "usual": None, "ceiling": "24000"}


@pytest.fixture
def in_dollars(kol, admin, settings):
    """Written in yuan, then the installation turned to dollars."""
    entry(kol, "100")
    entry(kol, "30", "USD")
    policies.save(by(admin), {CELL: NEW}, DAY, "x")
    kol_verbs.set_figures(kol.pk, stage="mid_term", level="mid")
    kol.refresh_from_db()
    installation_memo.keep(Installation("", settings.TIME_ZONE, "USD"), seconds=float("inf"))


def dollars(worth):
    day = date(2026, 1, 1)
    ExchangeRate.objects.create(
        id=uuid7(), currency="CNY", base="USD", day=day, rate=worth, note="FED", created_at=NOW
    )


def month_of(kol):
    return given_by_month.given([kol.pk], (DAY, DAY))[kol.pk, DAY.replace(day=1)]


def test_a_ceiling_is_converted_at_a_dated_rate_or_no_sum_is_inside(kol, in_dollars):
    policy = IncentivePolicy.objects.get(number=2)
    assert policy.currency == "CNY"
    cell = judging.cell_on(policy, "mid_term", "mid", DAY)
    assert (cell.ceiling, cell.unrated) == (0, "CNY")
    dollars(Decimal("0.1"))
    cell = judging.cell_on(policy, "mid_term", "mid", DAY)
    assert (cell.ceiling, cell.unrated) == (2400, "")


def test_the_next_version_is_written_in_the_present_currency(admin, in_dollars):
    with pytest.raises(ValidationError) as refusal:
        policies.save(by(admin), {"late.mid": NEW}, DAY, "x")
    assert list(refusal.value.message_dict) == ["cells"]
    dollars(Decimal("0.1"))
    saved = policies.save(by(admin), {"late.mid": NEW}, DAY, "x")
    assert (saved.currency, saved.cells[CELL]["ceiling"], saved.cells["late.mid"]["ceiling"]) == (
        "USD",
        "2400",
        "24000",
    )


def test_what_was_given_by_month_is_told_in_the_present_currency(kol, in_dollars):
    assert (month_of(kol).money, dict(month_of(kol).unconverted)) == (30, {"CNY": 100})
    dollars(Decimal("0.1"))
    assert (month_of(kol).money, month_of(kol).is_whole) == (40, True)
