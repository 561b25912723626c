"""The record of risk, shares departed by band, survival of cohorts (DOMAIN 4.1, 7.7, 7.8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from incentives import cohort_curves, keeping_policy
from incentives.models import BandRate, RiskMonth
from incentives.services import keeping_record
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from lifecycle import losses as pace_losses
from lifecycle.models import Move, Stay
from profiles.models import Kol
from profiles.scope_counts import Scope
from tests.factories import NOW, field, make_kol
from tests.incentives.value import DAY, enter

pytestmark = pytest.mark.django_db
JUNE = date(2026, 6, 1)


def entered(user, day, name="K", left=None, **columns):
    """A KOL who entered initial on that day, and departed on another."""
    kol = make_kol(user, name)
    enter(kol, day)
    if left is not None:
        depart(kol, left)
    Kol.objects.filter(pk=kol.pk).update(**columns)
    return kol


def depart(kol, day, from_stage="initial"):
    move = Move.objects.create(kol=kol, from_stage=from_stage, to_stage="departed", at=NOW, cause="other")
    Stay.objects.filter(kol=kol, until=None).update(until=day)
    Stay.objects.create(kol=kol, stage="departed", since=day, entered_by=move)
    Kol.objects.filter(pk=kol.pk).update(stage="departed", stage_since=day)


def on_record(kol, on, risk):
    return RiskMonth.objects.create(kol=kol, on=on, stage="initial", risk=risk)


def rates() -> dict:
    return {row.band: (row.kols, row.departed) for row in BandRate.objects.all()}


def test_7_7_the_first_night_of_a_month_records_the_risk_of_initial_to_late_once(operator):
    kol = entered(operator, DAY, risk=60, bond=30)
    make_kol(operator, "In introduction")
    assert [keeping_record.record_month(day) for day in (DAY, DAY + timedelta(days=1))] == [1, 0]
    assert list(RiskMonth.objects.values_list("kol", "on", "risk", "bond")) == [(kol.pk, DAY, 60, 30)]
    assert keeping_record.record_month(date(2026, 12, 2)) == 1


def test_7_7_the_record_is_append_only(operator):
    row = on_record(entered(operator, DAY), DAY, 60)
    for change in (lambda: RiskMonth.objects.update(risk=0), row.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert RiskMonth.objects.get().risk == 60


def test_7_7_a_band_s_share_is_of_those_in_it_who_departed_within_90_days(operator):
    on = DAY - timedelta(days=200)
    for place, (risk, days) in enumerate([(80, 90), (80, 91), (75, None), (10, None), (None, 5)]):
        left = None if days is None else on + timedelta(days=days)
        on_record(entered(operator, on, f"K{place}", left), on, risk)
    keeping_record.count_rates(DAY)
    found = rates()
    assert (found["75"], found["0"]) == ((3, 1), (1, 0))
    whole = BandRate.objects.get(band="")
    assert (whole.departures, whole.reaches) == (2, on)


@pytest.mark.parametrize("back", [89, 366])
def test_7_7_days_that_are_not_90_back_or_over_a_year_ago_tell_nothing(operator, back):
    on_record(entered(operator, DAY - timedelta(days=400)), DAY - timedelta(days=back), 80)
    keeping_record.count_rates(DAY)
    assert "75" not in rates()


def test_7_7_not_won_is_in_no_loss_figure(operator):
    on = DAY - timedelta(days=200)
    kol = entered(operator, on)
    depart(kol, on + timedelta(days=5), from_stage="introduction")
    on_record(kol, on, 80)
    keeping_record.count_rates(DAY)
    assert rates()["75"] == (1, 0)


def test_4_1_pace_takes_kols_by_the_overall_rate_while_few_departures_are_on_record(operator):
    running = field("running")
    early = DAY - timedelta(days=300)
    for place in range(4):
        left = DAY - timedelta(days=250) if place == 0 else None
        entered(operator, early, f"K{place}", left, main_field=running, risk=80)
    keeping_record.count_rates(DAY)
    whole = BandRate.objects.get(band="")
    assert whole.departed == 1 * 2  # it stood there on two firsts of a month within 90 days of leaving
    found = pace_losses.expected.provider([running.pk], DAY)[running.pk]
    assert found.value == 3 * Decimal(whole.departed) / whole.kols
    assert "overall rate" in str(found.note)


def test_4_1_pace_takes_the_share_of_each_band_once_departures_are_on_record(operator, manager):
    running, on = field("running"), DAY - timedelta(days=200)
    policy.change(
        Actor(manager, "page", NOW),
        {"keeping_numbers": {**keeping_policy.NUMBERS.default, "departures": 1}},
    )
    on_record(entered(operator, on, "Gone", on + timedelta(days=9), main_field=running), on, 80)
    for place, risk in enumerate((80, 80, 80, 10)):
        on_record(entered(operator, on, f"K{place}", main_field=running, risk=risk), on, risk)
    keeping_record.count_rates(DAY)
    found = pace_losses.expected.provider([running.pk], DAY)[running.pk]
    assert found.value == Decimal("0.75")  # 3 × 1 of 4; nobody of the lowest band left
    assert f"recorded since {on}" in str(found.note)


def test_4_1_without_any_rate_pace_goes_by_departures_as_before(operator):
    running = field("running")
    keeping_record.count_rates(DAY)
    found = pace_losses.expected.provider([running.pk], DAY)[running.pk]
    assert (found.value, str(found.note)) == (0, "departures of the last four quarters ÷ 4")


def curves(user, scope=Scope()) -> dict:  # noqa: B008 - it holds nothing
    found = cohort_curves.curves(cohort_curves.steps(user, scope, date(2026, 1, 1)), DAY)
    return {one.cohort: [one.kols, *(point.still for point in one.points)] for one in found}


def test_7_8_survival_counts_who_is_still_there_at_the_end_of_each_month(operator, stranger):
    entered(operator, JUNE, "Stays")
    entered(operator, date(2026, 6, 30), "Leaves in July", date(2026, 7, 31))
    back = entered(operator, date(2026, 6, 15), "Won back", date(2026, 8, 2))
    Stay.objects.filter(kol=back, until=None).update(until=date(2026, 10, 1))
    Stay.objects.create(kol=back, stage="initial", since=date(2026, 10, 1))
    entered(operator, date(2026, 9, 9), "Later")
    entered(stranger, JUNE, "Not theirs")
    keeping_record.count_cohorts(DAY)
    assert curves(operator) == {JUNE: [3, 3, 2, 1, 1, 2], date(2026, 9, 1): [1, 1, 1]}
    assert curves(stranger) == {JUNE: [1, 1, 1, 1, 1, 1]}


def test_7_8_a_step_on_is_no_loss_and_nights_repeat_nothing(operator):
    kol = entered(operator, JUNE)
    Stay.objects.filter(kol=kol, until=None).update(until=date(2026, 7, 5))
    Stay.objects.create(kol=kol, stage="mid_term", since=date(2026, 7, 5))
    first = keeping_record.count_cohorts(DAY)
    assert keeping_record.count_cohorts(DAY) == first
    assert curves(operator)[JUNE] == [1, 1, 1, 1, 1, 1]


def test_7_8_survival_knows_field_and_level_and_not_the_file_about_oneself(operator, colleague):
    kol = make_kol(operator, "Runner", fields=[(field("running"), 3)])
    enter(kol, JUNE)
    entered(operator, JUNE, "Other", level="mid")
    Kol.objects.filter(pk=kol.pk).update(staff_user=colleague)
    keeping_record.count_cohorts(DAY)
    assert curves(operator)[JUNE][0] == 2
    assert curves(operator, Scope(field=field("running").pk))[JUNE][0] == 1
    assert curves(operator, Scope(levels=("mid",)))[JUNE][0] == 1
    assert curves(colleague)[JUNE][0] == 1
    assert curves(colleague, Scope(field=field("running").pk)) == {}
