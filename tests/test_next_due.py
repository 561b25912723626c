"""Next due in one statement finds what the kinds of all apps find one by one (DOMAIN 3.13)."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
import time_machine
from django.db.models import Value

from incentives.models import Gift, IncentivePlan, PlanItem
from kol_crm.core import installation_memo, policy
from kol_crm.core.installation import Installation
from lifecycle import knowing
from lifecycle.models import Candidate, Outreach, Programme, Stay
from profiles.models import Kol, LifeEvent
from profiles.services import next_due
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_kol_at, make_rule, make_stopped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def with_every_kind(world):
    """What the world lacks: an event, a lone candidate, a rule that binds, a second look, a stop, a running
    plan, a gift that waits."""
    day = date(2026, 12, 24)
    LifeEvent.objects.update(next_on=day)
    Candidate.objects.update(lead_on_by=day)
    Programme.objects.update(state=Programme.State.LIVE)
    Outreach.objects.filter(kol=world.west.kol).update(state="stopped", ended_at=NOW, next_on=None)
    Stay.objects.filter(until=None).update(look_again_on=day)
    make_kol_at(world.users["owner"], "initial", since=NOW.date())
    make_stopped(make_kol(world.users["owner"], name="Stopped"))
    IncentivePlan.objects.update(state="active")
    PlanItem.objects.update(next_on=day)
    Gift.objects.update(next_on=day)


def days_by_kind(ids) -> dict:
    """Per file the earliest day of each kind, each source asked for itself."""
    found = defaultdict(dict)
    for kind, source in next_due.sources.items():
        for pk, day in source(Kol.objects.active().filter(pk__in=ids)):
            if day is not None:
                found[pk][kind] = min(day, found[pk].get(kind, day))
    return dict(found)


def recounted(ids) -> dict:
    """The earliest of them; of equal days the kind registered first, as they stand in the dict."""
    return {
        pk: min(((day, kind) for kind, day in days.items()), key=lambda one: one[0])
        for pk, days in days_by_kind(ids).items()
    }


def test_one_statement_finds_what_the_kinds_find_one_by_one(with_every_kind):
    ids = list(Kol.objects.values_list("pk", flat=True))
    found = next_due.earliest(ids)
    assert found == recounted(ids)
    assert len(found) > 3
    for pk in ids:
        assert (
            next_due.earliest([pk])
            == recounted([pk])
            == {one: due for one, due in found.items() if one == pk}
        )


def test_each_kind_is_heard_when_it_is_the_only_one(with_every_kind, monkeypatch):
    """So that no kind is passed over because another always comes first."""
    ids = list(Kol.objects.values_list("pk", flat=True))
    by_kind = days_by_kind(ids)
    heard = set()
    every = list(next_due.sources.items())
    for kind, source in every:
        monkeypatch.setattr(next_due.sources, "_providers", {kind: source})
        expected = {pk: (days[kind], kind) for pk, days in by_kind.items() if kind in days}
        assert next_due.earliest(ids) == expected
        heard |= {kind} if expected else set()
    assert {kind for kind, _source in every} - heard == set()


def test_of_two_kinds_with_one_day_the_first_registered_is_named(operator, monkeypatch):
    kol, day = make_kol(operator), date(2026, 12, 1)
    for order in (["b", "a"], ["a", "b"]):
        one_day = {
            kind: lambda files: files.annotate(on=Value(day)).values_list("pk", "on") for kind in order
        }
        monkeypatch.setattr(next_due.sources, "_providers", one_day)
        assert next_due.earliest([kol.pk]) == {kol.pk: (day, order[0])}


def test_a_file_that_is_not_active_has_no_date(operator):
    kol = make_kol(operator)
    assert next_due.earliest([kol.pk]).keys() == {kol.pk}
    for inactive in ({"archived_at": NOW}, {"dormant": True}, {"owner": None}):
        Kol.objects.filter(pk=kol.pk).update(**inactive)
        assert next_due.earliest([kol.pk]) == {}
        Kol.objects.filter(pk=kol.pk).update(archived_at=None, dormant=False, owner=operator)


def test_the_kept_statement_goes_by_the_policy_and_the_zone_of_now(operator, actor, settings, monkeypatch):
    """The rule came into force on the 23rd at 3:00 in Shanghai, on the 22nd by UTC."""
    make_rule(at=NOW.replace(hour=3))
    kol = make_kol_at(operator, "initial", since=date(2026, 11, 1))
    monkeypatch.setattr(next_due.sources, "_providers", {"rules": knowing.due_dates})

    def due():
        return next_due.earliest([kol.pk])[kol.pk][0]

    assert due() == date(2026, 11, 23) + timedelta(days=7)
    policy.change(actor, {"rules_days": 10})
    installation_memo.keep(Installation("", settings.TIME_ZONE, settings.CURRENCY), seconds=float("inf"))
    assert due() == date(2026, 11, 23) + timedelta(days=10)
    installation_memo.keep(Installation("", "UTC", settings.CURRENCY), seconds=float("inf"))
    assert due() == date(2026, 11, 22) + timedelta(days=10)


@pytest.mark.parametrize("files", [1, 20])
def test_it_asks_as_many_statements_for_many_files_as_for_one(operator, django_assert_num_queries, files):
    ids = [make_kol(operator, name=f"File {n}").pk for n in range(files)]
    next_due.earliest(ids)  # the process keeps the installation's zone
    with django_assert_num_queries(3):  # the policy, all days, what is stored
        next_due.refresh(ids)
    Kol.objects.update(next_due=None)
    next_due.refresh(ids)
    assert set(Kol.objects.filter(pk__in=ids).values_list("next_due", flat=True)) == {
        next_due.earliest(ids)[ids[0]][0]
    }
