"""Each chooses what they are told, where and when (issue 7)."""

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core import notices
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change, Notice, NoticeSettings
from kol_crm.core.services import notice_settings as verbs

pytestmark = pytest.mark.django_db


def test_what_was_never_chosen_is_as_usual_and_not_saved(operator):
    row = verbs.of(operator)
    assert (row.morning_hour, row.working_days, row.channels) == (8, True, {})
    assert not NoticeSettings.objects.exists()


def test_a_choice_is_kept_with_its_trace_and_others_stay(actor, operator):
    verbs.edit(actor, {"channels": {"mention": ["at_once"]}}, 1)
    row = verbs.edit(actor.again(), {"channels": {"follow": []}, "morning_hour": 7}, 2)
    assert row.channels == {"mention": ["at_once"], "follow": []}
    assert Change.objects.filter(root=row.pk, field="morning_hour").get().after == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"channels": {"nothing": ["in_app"]}},
        {"channels": {"mention": ["pigeon"]}},
        {"channels": {"review_reminder": ["at_once"]}},  # stands in the morning mail alone
        {"channels": {"weekly": ["in_app"]}},  # is the managers'
        {"channels": ["mention"]},
        {"morning_hour": 24},
        {"user": 1},
    ],
)
def test_what_is_not_offered_is_refused_and_nothing_is_written(actor, wrong):
    with pytest.raises(ValidationError):
        verbs.edit(actor, wrong, 1)
    assert not NoticeSettings.objects.exists()


def test_a_stale_save_is_a_conflict(actor):
    verbs.edit(actor, {"morning_hour": 7}, 1)
    with pytest.raises(Conflict):
        verbs.edit(actor.again(), {"morning_hour": 9}, 1)
    assert NoticeSettings.objects.get().morning_hour == 7


def test_managers_choose_for_the_weekly_digest_too(operator, manager):
    keys = {one.key for one in verbs.offered(operator)}
    assert {"mention", "handover", "work", "review_reminder", "exclusivity_reminder"} <= keys
    assert {one.key for one in verbs.offered(manager)} - keys == {"weekly"}


def test_what_does_not_go_under_the_bell_is_not_there(actor, colleague, as_user):
    verbs.edit(Actor(colleague, "page", actor.at), {"channels": {"mention": ["morning"]}}, 1)
    notices.notify(actor, [colleague], "mention", subject=None)
    row = Notice.objects.get()
    assert (row.shown, row.in_morning) == (False, True)
    assert "Notices: 0 new" in as_user(colleague).get("/notices/").content.decode()


def test_the_page_saves_the_table_as_it_is_ticked(operator, as_user):
    browser = as_user(operator)
    page = browser.get("/settings/me/notices/").content.decode()
    assert 'name="channels.mention" value="in_app" aria-label="Mention: Under the bell" checked' in page
    assert 'name="channels.mention" value="at_once" aria-label="Mention: Mail at once">' in page
    hours = {"morning_hour": "7", "quiet_from": "22", "quiet_until": "6", "version": "1"}
    answer = browser.post("/settings/me/notices/", {"channels.mention": ["morning", "robot"], **hours})
    assert answer.status_code == 302
    row = NoticeSettings.objects.get(user=operator)
    assert (row.channels["mention"], row.channels["work"]) == (["morning", "robot"], [])
    assert (row.morning_hour, row.working_days, row.quiet_from) == (7, False, 22)
    answer = browser.post("/settings/me/notices/", {**hours, "morning_hour": "9"})
    assert answer.status_code == 409
    assert NoticeSettings.objects.get(user=operator).morning_hour == 7


def test_the_api_reads_and_changes_ones_own(operator, colleague, api):
    client, url = api(operator), "/api/v1/me/notice-settings/"
    answer = client.get(url)
    assert answer["ETag"] == '"1"'
    kinds = {row["kind"]: row for row in answer.json()["kinds"]}
    assert kinds["mention"]["channels"] == ["in_app", "morning", "robot"]
    assert client.patch(url, {"morning_hour": 6}).status_code == 428
    body = {"morning_hour": 6, "channels": {"mention": ["at_once"]}}
    changed = client.patch(url, body, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["morning_hour"]) == (200, 6)
    assert client.patch(url, {"morning_hour": 5}, headers={"If-Match": '"1"'}).status_code == 412
    wrong = client.patch(url, {"channels": {"mention": ["x"]}}, headers={"If-Match": '"2"'})
    assert (wrong.status_code, NoticeSettings.objects.get().channels) == (400, {"mention": ["at_once"]})
    assert not NoticeSettings.objects.filter(user=colleague).exists()
