"""Access grants: for a time, and withdrawn with the level (DOMAIN 5.5)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import growing_due
from lifecycle.models import AccessGrant
from lifecycle.services import access_grant, stage
from profiles.models import Kol
from profiles.services import level, standing
from tests.factories import NOW, make_account
from tests.lifecycle.growing import enter
from tests.lifecycle.refusing import nothing_written
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
DAY = NOW.date()
EDITOR = {"kind": "feature", "what": "Early editor"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def mid(kol):
    """A file of the level mid, by its followers."""
    enter(make_account(kol), 200_000, DAY - timedelta(days=2))
    found = Kol.objects.get(pk=kol.pk)
    assert found.level == "mid"
    return found


def by(user, at=NOW):
    return Actor(user, "page", at)


def test_it_says_who_granted_what_from_when_until_when(operator, kol):
    row = access_grant.grant(by(operator), kol, EDITOR | {"until": DAY + timedelta(days=30)})
    assert (row.author, row.since, row.until, row.state) == (
        operator,
        DAY,
        DAY + timedelta(days=30),
        "standing",
    )
    nothing_written(lambda: access_grant.grant(by(operator), kol, EDITOR), ValidationError)


def test_a_data_set_is_opened_too(operator, kol):
    row = access_grant.grant(by(operator), kol, {"kind": "data", "what": "Fans by city"})
    assert (row.get_kind_display(), str(row.what), row.is_open) == ("Data set", "Fans by city", True)


def test_figures_that_lower_the_level_withdraw_what_it_carried(operator, mid):
    carried = access_grant.grant(by(operator), mid, EDITOR | {"level": "mid"})
    lower = access_grant.grant(by(operator), mid, EDITOR | {"what": "Fans by city", "level": "micro"})
    free = access_grant.grant(by(operator), mid, EDITOR | {"what": "Help desk"})
    enter(mid.accounts.get(), 60_000, DAY)
    assert Kol.objects.get(pk=mid.pk).level == "micro"
    carried.refresh_from_db()
    assert (carried.withdrawn_at, carried.by_level, carried.withdrawn_by) == (NOW, True, None)
    assert carried.reason == "Their level is no longer Mid."
    assert set(AccessGrant.objects.standing()) == {lower, free}


def test_the_nightly_job_withdraws_when_figures_grow_stale(operator, mid):
    row = access_grant.grant(by(operator), mid, EDITOR | {"level": "mid"})
    night = NOW + timedelta(days=40)
    standing.refresh_all(night.date(), night)
    row.refresh_from_db()
    assert (row.by_level, row.withdrawn_at) == (True, night)


def test_an_override_by_hand_and_its_end_withdraw_too(operator, mid):
    row = access_grant.grant(by(operator), mid, EDITOR | {"level": "mid"})
    level.override(by(operator), mid, "nano", "x")
    row.refresh_from_db()
    assert row.by_level is True
    level.override(by(operator), Kol.objects.get(pk=mid.pk), "mega", "y")
    big = access_grant.grant(
        by(operator), Kol.objects.get(pk=mid.pk), EDITOR | {"what": "Stage", "level": "mega"}
    )
    level.override(by(operator), Kol.objects.get(pk=mid.pk), "", "z")
    big.refresh_from_db()
    assert big.by_level is True


def test_a_level_that_rises_withdraws_nothing(operator, mid):
    row = access_grant.grant(by(operator), mid, EDITOR | {"level": "mid"})
    enter(mid.accounts.get(), 900_000, DAY)
    row.refresh_from_db()
    assert row.is_open


def test_it_is_granted_and_given_back_only_on_the_level(operator, mid):
    nothing_written(
        lambda: access_grant.grant(by(operator), mid, EDITOR | {"level": "macro"}),
        ValidationError,
        field="level",
    )
    row = access_grant.grant(by(operator), mid, EDITOR | {"level": "mid"})
    level.override(by(operator), mid, "nano", "x")
    nothing_written(lambda: access_grant.give_back(by(operator), row), ValidationError, field="level")
    level.override(by(operator), Kol.objects.get(pk=mid.pk), "mid", "y")
    row.refresh_from_db()
    again = access_grant.give_back(by(operator), row)
    assert (again.is_open, again.by_level) == (True, False)


def test_departing_withdraws_it_and_undoing_the_departure_opens_it_again(operator, mid):
    kept = access_grant.grant(by(operator), mid, EDITOR)
    gone = access_grant.withdraw(
        by(operator), access_grant.grant(by(operator), mid, EDITOR | {"what": "x"}), "x"
    )
    left = stage.move(by(operator, NOW + timedelta(minutes=1)), mid, "departed", cause="inactive")
    kept.refresh_from_db()
    assert (kept.is_open, kept.why, kept.withdrawn_by) == (False, "Departed", operator)
    stage.undo(by(operator, NOW + timedelta(minutes=2)), left)
    assert [one.is_open for one in AccessGrant.objects.filter(pk__in=[kept.pk, gone.pk]).order_by("pk")] == [
        True,
        False,
    ]


def test_what_the_level_lost_meanwhile_stays_withdrawn_when_the_departure_is_undone(operator, manager, mid):
    carried = access_grant.grant(by(operator), mid, EDITOR | {"level": "mid"})
    left = stage.move(by(operator, NOW + timedelta(minutes=1)), mid, "departed", cause="inactive")
    enter(mid.accounts.get(), 60_000, DAY)
    stage.undo(by(operator, NOW + timedelta(minutes=2)), left)
    carried.refresh_from_db()
    assert (carried.is_open, Kol.objects.get(pk=mid.pk).level) == (False, "micro")


def test_who_departed_is_given_nothing(operator, kol):
    row = access_grant.grant(by(operator), kol, EDITOR)
    stage.move(by(operator), kol, "departed", cause="inactive")
    row.refresh_from_db()
    nothing_written(lambda: access_grant.grant(by(operator), kol, EDITOR), Refused, code="departed")
    nothing_written(lambda: access_grant.give_back(by(operator), row), Refused, code="departed")


def test_by_hand_it_is_withdrawn_with_a_reason(operator, kol):
    row = access_grant.grant(by(operator), kol, EDITOR)
    nothing_written(lambda: access_grant.withdraw(by(operator), row, " "), ValidationError, field="why")
    gone = access_grant.withdraw(by(operator), row, "They did not use it.")
    assert (gone.withdrawn_by, gone.reason, gone.by_level) == (operator, "They did not use it.", False)
    nothing_written(lambda: access_grant.withdraw(by(operator), gone, "x"), Refused, code="already_settled")


def test_one_that_ends_stands_on_today_until_it_is_extended_or_withdrawn(operator, kol):
    end = DAY + timedelta(days=5)
    row = access_grant.grant(by(operator), kol, EDITOR | {"until": end})
    source = growing_due.SOURCES[growing_due.ACCESS]

    def waiting(until):
        return [one.due for one in source.rows(operator, DAY, until, 10, ())]

    assert (waiting(DAY + timedelta(days=7)), waiting(DAY)) == ([end], [])
    access_grant.edit(by(operator), row, {"until": end + timedelta(days=60)})
    assert waiting(DAY + timedelta(days=7)) == []
    past = {"until": DAY - timedelta(days=1)}
    nothing_written(lambda: access_grant.edit(by(operator), row, past), ValidationError, field="until")


def test_only_keepers_grant(colleague, stranger, kol):
    for nobody in (colleague, stranger):
        nothing_written(lambda who=nobody: access_grant.grant(by(who), kol, EDITOR), PermissionDenied)


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("what", {"what": ""}),
        ("kind", {"kind": "gold"}),
        ("until", {"until": "2020-01-01"}),
        ("level", {"level": "mega"}),
    ],
)
def test_page_and_api_refuse_at_the_same_field(operator, as_user, api, kol, field, sent):
    data, before = {**EDITOR, **sent}, state()
    page = as_user(operator).post(reverse("lifecycle:access-create", args=[kol.pk]), data)
    assert (page.status_code, state()) == (422, before)
    assert f'id="id_{field}"' in page.content.decode()
    answer = api(operator).post("/api/v1/access-grants/", {**data, "kol": str(kol.pk)}, format="json")
    assert (answer.status_code, set(answer.json()["errors"]), state()) == (400, {field}, before)


def test_the_page_withdraws_and_gives_back(operator, as_user, kol):
    row = access_grant.grant(by(operator), kol, EDITOR)
    browser = as_user(operator)
    step = reverse("lifecycle:access-withdraw", args=[row.pk])
    assert browser.post(step, {"version": row.version, "why": "x"}).status_code == 302
    assert browser.post(reverse("lifecycle:access-give-back", args=[row.pk])).status_code == 302
    assert AccessGrant.objects.get().is_open
