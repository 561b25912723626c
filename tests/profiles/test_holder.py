"""Accounts change hands with dated holders; figures of the days before stay (DOMAIN 3.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import Account, Holding, Kol, Snapshot
from profiles.services import figures, holder
from profiles.services import kol as kols
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(kol):
    return make_account(kol, "bilibili", "lin")


@pytest.fixture
def other(operator):
    return make_kol(operator, "李健")


def followers(actor, account, value, on=TODAY):
    figures.record(actor, [NewFigure(account.pk, "followers", Decimal(value), on, on, "hand")])


def test_figures_of_the_time_before_stay_with_the_former_holder(kol, other, account, actor):
    followers(actor, account, 500_000, TODAY - 10 * DAY)
    holder.pass_on(actor, account, other, TODAY - 5 * DAY)
    followers(actor, account, 20_000, TODAY - DAY)
    for file in (kol, other):
        file.refresh_from_db()
    assert (kol.level, kol.most_followers) == ("", None)
    assert (other.level, other.most_followers) == ("micro", 20_000)
    of = {
        file: list(Snapshot.objects.of(Kol.objects.filter(pk=file.pk)).values_list("value", flat=True))
        for file in (kol, other)
    }
    assert of == {kol: [500_000], other: [20_000]}
    assert {row.value: row.holder for row in Snapshot.objects.with_holder()} == {
        500_000: kol.pk,
        20_000: other.pk,
    }


def test_a_figure_that_covers_the_change_is_nobodys(kol, other, account, actor):
    holder.pass_on(actor, account, other, TODAY - 5 * DAY)
    figures.record(actor, [NewFigure(account.pk, "posts", Decimal(4), TODAY - 9 * DAY, TODAY - DAY, "hand")])
    assert not Snapshot.objects.of(Kol.objects.all()).exists()


def test_the_account_shows_no_followers_of_another_holders_days(other, account, actor):
    followers(actor, account, 500_000, TODAY - 10 * DAY)
    passed = holder.pass_on(actor, account, other, TODAY)
    assert (passed.followers, Account.objects.get().followers_on) == (None, None)


def test_both_files_know_of_it_and_their_versions_rise(kol, other, account, actor):
    before = kol.version, other.version
    holder.pass_on(actor, account, other, TODAY - DAY)
    for file in (kol, other):
        file.refresh_from_db()
    assert (kol.version, other.version) == (before[0] + 1, before[1] + 1)
    for root in (kol.pk, other.pk):
        change = Change.objects.get(root=root, row=account.pk, field="kol")
        assert (change.before["id"], change.after["id"]) == (str(kol.pk), str(other.pk))
        assert (
            Change.objects.get(root=root, row=account.pk, field="held_since").after
            == (TODAY - DAY).isoformat()
        )


def test_both_files_are_found_by_the_handles_they_hold(kol, other, account, actor):
    kols.refresh_names(kol)
    holder.pass_on(actor, account, other)
    kol.refresh_from_db()
    other.refresh_from_db()
    assert ("lin" in kol.search.split(), "lin" in other.search.split()) == (False, True)


@pytest.mark.parametrize("days", [-1, 6])
def test_a_day_ahead_or_within_an_earlier_holding_is_refused(kol, other, account, actor, operator, days):
    holder.pass_on(actor, account, other, TODAY - 5 * DAY)
    third, before = make_kol(operator, "third"), state()
    with pytest.raises(ValidationError) as refusal:
        holder.pass_on(actor, account, third, TODAY - days * DAY)
    assert list(refusal.value.message_dict) == ["on"]
    assert state() == before


def test_who_holds_it_already_and_nobody_twice_are_refused(kol, account, actor):
    before = state()
    with pytest.raises(ValidationError) as refusal:
        holder.pass_on(actor, account, kol)
    assert list(refusal.value.message_dict) == ["kol"]
    assert state() == before
    gone = holder.pass_on(actor, account, None)
    before = state()
    with pytest.raises(ValidationError):
        holder.pass_on(actor, gone, None)
    assert state() == before


def test_passed_back_as_of_the_same_day_the_change_never_was(kol, other, account, actor):
    followers(actor, account, 500_000, TODAY - 10 * DAY)
    passed = holder.pass_on(actor, account, other, TODAY - 5 * DAY)
    holder.pass_on(actor, passed, kol, TODAY - 5 * DAY)
    held = Holding.objects.get()
    assert (held.kol, held.until, held.first, Account.objects.get().held_since) == (kol, None, True, None)
    kol.refresh_from_db()
    assert kol.most_followers == 500_000


def test_an_account_of_nobody_is_taken_up_by_whoever_names_it(kol, other, account, actor):
    followers(actor, account, 500_000, TODAY - 10 * DAY)
    holder.pass_on(actor, account, None, TODAY - 3 * DAY)
    kols.edit(actor.again(), other, {}, None, accounts=[{"platform": "bilibili", "handle": "@Lin"}])
    taken = Account.objects.get()
    assert (taken.kol, taken.held_since, taken.followers) == (other, TODAY, None)
    assert list(taken.holdings.values_list("kol__name", "since", "until")) == [
        (kol.name, min(TODAY, TODAY - 3 * DAY), TODAY - 3 * DAY),
        ("李健", TODAY, None),
    ]


def test_an_account_that_others_held_is_not_removed(kol, other, account, actor):
    holder.pass_on(actor, account, other)
    with pytest.raises(ValidationError):
        kols.edit(actor.again(), other, {}, None, accounts=[])
    assert Account.objects.get().kol == other


def test_the_page_passes_on_and_shows_who_held_it(kol, other, account, operator, as_user):
    browser = as_user(operator)
    path = reverse("profiles:account-pass-on", args=[kol.pk, account.pk])
    wrong = browser.post(path, {"to": "file", "kol": "nobody is called so", "on": TODAY.isoformat()})
    assert (wrong.status_code, Account.objects.get().kol) == (422, kol)
    assert "nobody is called so" in wrong.content.decode()
    done = browser.post(path, {"to": "file", "kol": "李健", "on": TODAY.isoformat()})
    assert (done.status_code, Account.objects.get().kol) == (302, other)
    theirs = browser.get(reverse("profiles:kol-performance", args=[kol.pk])).content.decode()
    assert "Accounts held before" in theirs
    ours = browser.get(reverse("profiles:kol-performance", args=[other.pk])).content.decode()
    assert "Holders" in ours
    assert kol.name in ours


def test_a_former_holder_passes_on_only_what_nobody_holds(kol, other, account, operator, as_user, actor):
    browser, path = as_user(operator), reverse("profiles:account-pass-on", args=[kol.pk, account.pk])
    passed = holder.pass_on(actor, account, other)
    assert browser.get(path).status_code == 404
    holder.pass_on(actor.again(), passed, None)
    assert browser.get(path).status_code == 404  # the other one held it last
    assert browser.get(reverse("profiles:account-pass-on", args=[other.pk, account.pk])).status_code == 200


def test_the_api_passes_on_and_tells_no_id_of_a_file_out_of_sight(
    kol, account, stranger, operator, api, manager
):
    foreign = make_kol(stranger, "foreign")
    path = reverse("api:account-pass-on", args=[account.pk])
    client = api(operator)
    refused = client.post(path, {"to": str(foreign.pk)})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["to"])
    assert Account.objects.get().kol == kol
    gone = client.post(path, {"to": None, "on": TODAY.isoformat()})
    assert gone.status_code == 200, gone.content
    assert gone.json()["holders"] == [{"kol": str(kol.pk), "since": None, "until": TODAY.isoformat()}]
    kols.edit(actor_of(stranger), foreign, {}, None, accounts=[{"platform": "bilibili", "handle": "lin"}])
    told = client.get(reverse("api:account-holders", args=[account.pk])).json()["holders"]
    assert [one["kol"] for one in told] == [str(kol.pk), None]
    followers(actor_of(stranger), Account.objects.get(), 900)
    assert client.get(reverse("api:snapshot-list")).json()["results"] == []


def actor_of(user):
    return Actor(user, "page", NOW)


def test_a_colleague_sees_the_holders_and_may_not_pass_on(account, colleague, api):
    client = api(colleague)
    assert client.get(reverse("api:account-holders", args=[account.pk])).status_code == 200
    before = state()
    assert client.post(reverse("api:account-pass-on", args=[account.pk]), {"to": None}).status_code == 403
    assert state() == before


@pytest.mark.parametrize("whose", ["holder", "receiver"])
def test_who_may_not_edit_both_files_passes_nothing_on(kol, other, account, actor, colleague, whose):
    """The right is asked under the lock: the files changed owner after the door had asked."""
    lost = kol if whose == "holder" else other
    Kol.objects.filter(pk=lost.pk).update(owner=colleague)
    before = state()
    with pytest.raises(PermissionDenied):
        holder.pass_on(actor, account, other)
    assert state() == before


def test_of_two_who_pass_it_on_the_second_may_no_more(kol, other, account, actor, colleague):
    """What the second one has in hand still says that their own file holds it."""
    Kol.objects.filter(pk=other.pk).update(owner=colleague)
    holder.pass_on(Actor(None, "job", NOW), account, other)
    before = state()
    with pytest.raises(PermissionDenied):
        holder.pass_on(actor, account, None)
    assert state() == before


def test_the_first_holder_may_have_held_it_before_it_came_on_file(kol, other, account, actor):
    holder.pass_on(actor, account, other, date(2026, 3, 1))
    assert list(account.holdings.values_list("since", "until")) == [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 3, 1), None),
    ]
