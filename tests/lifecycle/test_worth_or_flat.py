"""Into late: a value campaign done, or own followers flat, below 2 % in 90 days (DOMAIN 5.3)."""

from datetime import timedelta

import pytest
import time_machine

from kol_crm.core.extension import ExtensionPoint
from lifecycle.services import stage
from profiles.models import Kol
from profiles.services import kol as kols
from tests.factories import NOW, make_account
from tests.lifecycle.growing import enter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_gates")]
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def check(kol):
    kols.set_figures(kol.pk, stage="mid_term")
    found = stage.gate(Kol.objects.get(pk=kol.pk), "late", DAY)
    return next(one for one in found if one.key == "worth_or_flat")


@pytest.mark.parametrize(
    ("now", "passed", "value"),
    [(10_199, True, "+1.99 %"), (10_200, False, "+2 %"), (9_000, True, "-10 %"), (12_000, False, "+20 %")],
)
def test_below_two_per_cent_in_90_days_is_flat(kol, now, passed, value):
    account = make_account(kol)
    enter(account, 10_000, DAY - timedelta(days=90))
    enter(account, now, DAY)
    one = check(kol)
    assert (one.passed, one.value, one.mandatory) == (passed, value, False)
    assert "Flat is below 2 %." in one.evidence


def test_a_missing_figure_is_unknown(kol):
    account = make_account(kol)
    assert check(kol).passed is None
    enter(account, 10_000, DAY)
    assert check(kol).passed is None
    enter(account, 10_000, DAY - timedelta(days=60))
    assert check(kol).passed is None


def test_a_value_campaign_done_passes_it(kol, monkeypatch):
    point = ExtensionPoint("value campaigns done")
    point.register("x", lambda _kol, _day: "Spring sale, done on 3 March")
    monkeypatch.setattr("lifecycle.growing_checks.campaigns", point)
    one = check(kol)
    assert (one.passed, one.evidence) == (True, "Spring sale, done on 3 March")
