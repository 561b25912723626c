"""Webhooks tell of touches, stage moves and figures, changed attributes only (issue 8; RELIABILITY 2)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from kol_crm.core import jobs, notices, webhook_facts, webhook_sending, webhooks
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Delivery, Dirty, Notice, Send, Webhook
from kol_crm.core.services import webhook as verbs
from lifecycle.services import stage
from profiles.models import Account
from profiles.services import figures, touch
from tests.factories import NOW, make_account, make_kol
from tests.webhooks import acting, hooked, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(receiver, operator):
    def _hook(user=operator, **facts):
        return hooked(user, receiver, **facts)[0]

    return _hook


def log(user, kol, **facts):
    return touch.log(acting(user), kol, **{"channel": "phone", "began": "us", "text": "Hello", **facts})


def test_a_touch_is_told_with_what_was_said_and_what_takes_it_back_names_it(receiver, operator, hook):
    kol = make_kol(operator)
    hook(events=["touch.*"])
    row = log(operator, kol, answered=True)
    (message,) = told(receiver)
    assert message["type"] == "touch.created"
    data = message["data"]
    assert (data["file"], data["id"], data["by"]) == (str(kol.pk), str(row.pk), "operator")
    assert data["changes"] == {
        name: {"before": None, "after": value}
        for name, value in {"channel": "phone", "began": "us", "text": "Hello", "answered": True}.items()
    }
    touch.take_back(acting(operator), row)
    (message,) = told(receiver)
    assert (message["type"], message["data"]["takes_back"]) == ("touch.taken_back", str(row.pk))
    assert message["data"]["changes"] == {}


def test_a_stage_move_is_told_with_both_stages_and_so_is_its_undoing(receiver, operator, hook):
    kol = make_kol(operator)
    hook(events=["kol.stage_changed"])
    move = stage.move(acting(operator), kol, "departed", cause="inactive", why="silent")
    (message,) = told(receiver)
    assert message["data"]["changes"] == {"stage": {"before": "introduction", "after": "departed"}}
    assert (message["data"]["cause"], message["data"]["takes_back"]) == ("inactive", None)
    stage.undo(acting(operator), move)
    (message,) = told(receiver)
    assert message["data"]["changes"] == {"stage": {"before": "departed", "after": "introduction"}}
    assert message["data"]["takes_back"] == str(move.pk)


def record(user, account, door="page", day=date(2026, 11, 23), **values):
    rows = [
        figures.NewFigure(account.pk, metric, Decimal(value), day, day, "page")
        for metric, value in values.items()
    ]
    return figures.record(acting(user, door), rows)


def test_what_one_act_records_of_an_account_is_one_message(receiver, operator, hook):
    account = make_account(make_kol(operator))
    hook(events=["snapshot.recorded"])
    record(operator, account, followers=1200, following=7)
    (message,) = told(receiver)
    assert message["data"]["account"] == {"id": str(account.pk), "platform": "own", "handle": "siyu"}
    assert message["data"]["changes"] == {
        "followers": {"before": None, "after": "1200"},
        "following": {"before": None, "after": "7"},
    }
    record(operator, account, followers=1500)
    (message,) = told(receiver)
    assert message["data"]["changes"] == {"followers": {"before": "1200", "after": "1500"}}


def test_fields_choose_among_facts_too(receiver, operator, hook):
    kol = make_kol(operator)
    account = make_account(kol)
    hook(events=["snapshot.*", "touch.*"], fields=["followers"])
    log(operator, kol)
    record(operator, account, following=7)
    assert told(receiver) == []
    record(operator, account, followers=1200)
    assert [one["type"] for one in told(receiver)] == ["snapshot.recorded"]


def test_of_an_account_that_another_team_holds_by_now_their_file_is_not_named(
    receiver, operator, stranger, hook
):
    kol, theirs = make_kol(operator), make_kol(stranger)
    account = make_account(kol)
    hook(events=["snapshot.recorded"])
    record(operator, account, followers=1200)
    webhooks.plan(Actor.job(timezone.now()))
    Account.objects.filter(pk=account.pk).update(kol=theirs)
    (message,) = told(receiver)
    assert message["data"]["file"] == str(kol.pk)


def test_facts_of_files_out_of_sight_are_not_told(receiver, operator, stranger, hook):
    kol = make_kol(operator)
    hook(stranger)
    log(operator, kol)
    record(operator, make_account(kol), followers=1)
    stage.move(acting(operator), kol, "departed", cause="inactive")
    assert told(receiver) == []
    assert not Delivery.objects.exists()


def test_a_fact_whose_file_goes_out_of_sight_before_the_sending_is_not_told(
    receiver, operator, stranger, hook
):
    kol = make_kol(operator)
    hook(events=["touch.*"])
    log(operator, kol)
    webhooks.plan(Actor.job(timezone.now()))
    type(kol).objects.filter(pk=kol.pk).update(team=stranger.team, owner=stranger)
    jobs.web(Actor.job(timezone.now()))
    assert receiver.came == []
    assert Send.objects.get().outcome == "no longer visible to its user"


def test_what_i_did_myself_by_the_api_is_skipped_unless_i_want_it(receiver, operator, colleague, hook, api):
    kol = make_kol(operator)
    webhook = hook(events=["touch.*"])
    body = {"kol": str(kol.pk), "channel": "phone", "began": "us", "text": "By API"}
    assert api(operator).post("/api/v1/touches/", body).status_code == 201
    assert told(receiver) == []
    log(operator, kol, text="By hand")
    assert [one["data"]["changes"]["text"]["after"] for one in told(receiver)] == ["By hand"]
    verbs.edit(acting(operator), webhook, {"skip_own": False}, None)
    assert api(operator).post("/api/v1/touches/", body).status_code == 201
    assert len(told(receiver)) == 1


def test_a_fact_that_was_rolled_back_is_not_told(receiver, operator, hook):
    kol = make_kol(operator)
    hook()
    with transaction.atomic():
        log(operator, kol)
        assert Dirty.objects.filter(planner="webhook profiles_touch").exists()
        transaction.set_rollback(True)
    assert told(receiver) == []


def test_no_fact_is_noted_while_nobody_wants_to_be_told(operator, hook):
    kol = make_kol(operator)
    hook(active=False)
    log(operator, kol)
    record(operator, make_account(kol), followers=1)
    assert not Dirty.objects.filter(planner__startswith="webhook").exists()


def test_planning_of_facts_asks_the_same_for_many(operator, hook, django_assert_max_num_queries):
    kols = [make_kol(operator, f"K{number}") for number in range(6)]
    accounts = [make_account(kol, handle=f"h{kol.pk.hex}") for kol in kols]
    hook(events=["touch.*", "snapshot.*"])
    for kol, account in zip(kols, accounts, strict=True):
        log(operator, kol)
        record(operator, account, followers=5)
    Dirty.objects.filter(planner=webhooks.PLANNER).delete()
    with django_assert_max_num_queries(26):
        webhooks.plan(Actor.job(timezone.now()))
    assert Delivery.objects.count() == 12
    assert not Dirty.objects.filter(planner__startswith="webhook").exists()


def test_each_table_of_facts_has_its_trigger():
    """SQLite loses triggers when a migration makes a table anew; ``migrate`` puts them back."""
    with connection.cursor() as cursor:
        names = {
            "postgresql": "SELECT tgname FROM pg_trigger",
            "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        }
        cursor.execute(names[connection.vendor])
        standing = {name for (name,) in cursor.fetchall()}
    wanted = {f"{fact.table}_webhooks" for fact in webhook_facts.facts}
    assert len(wanted) == 3
    assert wanted <= standing


def test_events_of_facts_can_be_asked_for_and_others_are_refused(operator):
    assert {"touch.created", "touch.taken_back", "kol.stage_changed", "snapshot.recorded"} <= set(
        webhooks.events()
    )
    with pytest.raises(ValidationError) as refused:
        verbs.create(acting(operator), {"name": "x", "url": "https://x.example", "events": ["touch.updated"]})
    assert list(refused.value.message_dict) == ["events"]
    assert not Webhook.objects.exists()


def failing(webhook, times, days):
    """So many attempts, evenly over so many days."""
    for number in range(times):
        webhook.refresh_from_db()
        webhook_sending.failed(webhook, NOW + timedelta(days=days) * number / (times - 1))
    webhook.refresh_from_db()


def test_after_five_days_of_nothing_delivered_an_address_switches_itself_off_and_its_owner_is_told(
    operator, colleague, hook
):
    webhook = hook()
    failing(webhook, 9, 4.9)
    assert (webhook.active, webhook.stopped_at, Notice.objects.count()) == (True, None, 0)
    failing(webhook, 9, 5)
    assert (webhook.active, webhook.stopped_at) == (False, NOW + timedelta(days=5))
    failing(webhook, 2, 6)
    ((row, told_words, _kind),) = notices.in_words(Notice.objects.all(), operator)
    assert row.user == operator
    assert told_words.text == "Your webhook sync switched itself off: nothing arrived for days"
    assert told_words.url == f"/settings/me/webhooks/{webhook.pk}/"
    assert Change.objects.filter(row=webhook.pk, field="active").values_list("before", "after").get() == (
        True,
        False,
    )


def test_few_attempts_are_no_days_of_nothing_delivered(operator, hook):
    webhook = hook()
    failing(webhook, 3, 30)
    assert webhook.active
    assert not Notice.objects.exists()


def test_410_is_told_too(receiver, operator, hook):
    kol = make_kol(operator)
    hook(events=["touch.*"])
    receiver.answer = (410, {}, b"")
    log(operator, kol)
    told(receiver)
    assert Webhook.objects.get().gone_at
    (row,) = notices.in_words(Notice.objects.all(), operator)
    assert row[1].text == "Your webhook sync is off: its address asked for it (410)"


def test_the_page_shows_that_it_is_off_and_switches_it_on_again(as_user, operator, colleague, hook, api):
    webhook = hook()
    failing(webhook, 9, 5)
    page = f"/settings/me/webhooks/{webhook.pk}/"
    browser = as_user(operator)
    assert "switched itself off" in browser.get(page).content.decode()
    assert api(operator).get(f"/api/v1/webhooks/{webhook.pk}/").json()["stopped_at"]
    assert as_user(colleague).post(f"{page}on/").status_code == 404
    webhook.refresh_from_db()
    assert not webhook.active
    assert browser.post(f"{page}on/").status_code == 302
    webhook.refresh_from_db()
    assert (webhook.active, webhook.stopped_at, webhook.failing_since, webhook.failures) == (
        True,
        None,
        None,
        0,
    )
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        assert "switched itself off" not in browser.get(page).content.decode()
