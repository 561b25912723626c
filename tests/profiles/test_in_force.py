"""Policy, medians and attributes are read again when, and only when, one of them changed (PERFORMANCE)."""

from decimal import Decimal

import pytest

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from profiles.models import Median
from profiles.services import attribute, in_force
from profiles.services.touch import INTERVALS
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_in_a_new_process(monkeypatch):
    monkeypatch.setattr(in_force, "_read", {})


@pytest.fixture
def chief(admin):
    return Actor(admin, "page", NOW)


def test_what_nobody_changed_is_asked_for_in_one_statement(django_assert_num_queries):
    with django_assert_num_queries(4):
        first = in_force.now()
    with django_assert_num_queries(1):
        assert in_force.now() is first


def test_a_change_of_any_of_them_counts_at_once(chief):
    assert (in_force.now().bars["own"], in_force.now().attributes) == ({}, [])
    intervals = {**in_force.now().rules.get(INTERVALS), "initial": 21}
    policy.change(chief.again(), {INTERVALS.key: intervals})
    assert in_force.now().rules.get(INTERVALS)["initial"] == 21
    Median.objects.create(on=NOW.date(), side="own", level="", value=Decimal(7), kols=9)
    assert in_force.now().bars["own"][""].value == Decimal(7)
    row = attribute.create(
        chief.again(), {"key": "shirt", "name_en": "Shirt", "name_zh": "上衣", "kind": "text"}
    )
    assert [str(one) for one in in_force.now().attributes] == ["Shirt"]
    attribute.edit(chief.again(), row, {"name_en": "Size"}, None)
    assert [str(one) for one in in_force.now().attributes] == ["Size"]
    attribute.retire(chief.again(), row, None)
    assert in_force.now().attributes == []


def test_medians_fixed_again_on_the_same_day_count():
    Median.objects.create(on=NOW.date(), side="own", level="", value=Decimal(7), kols=9)
    assert in_force.now().bars["own"][""].value == Decimal(7)
    Median.objects.all().delete()
    Median.objects.create(on=NOW.date(), side="own", level="", value=Decimal(8), kols=9)
    assert in_force.now().bars["own"][""].value == Decimal(8)
