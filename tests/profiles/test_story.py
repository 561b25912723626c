"""Following, pinning and mentioning on a file's story (UI, screen 3; DOMAIN 3.10, 8.1)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core import notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import Notice
from lifecycle.services import stage
from profiles import timeline
from profiles.due import MENTIONS
from profiles.models import Follow, Kol, Pin, Touch
from profiles.services import follow, mention, pin, touch
from profiles.services import kol as files
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
SOON = NOW + 2 * MINUTE
LATER = NOW + 3 * MINUTE


def said(user) -> list[str]:
    rows = Notice.objects.filter(user=user).order_by("at", "id")
    return [words.text for _row, words, _kind in notices.in_words(rows, user)]


def told(at=LATER) -> None:
    follow.tell(Actor.job(at))


@pytest.fixture
def actor(operator):
    return Actor(operator, "page", SOON)


@pytest.fixture
def followed(kol, colleague):
    told(NOW - MINUTE)
    follow.follow(Actor(colleague, "page", NOW + MINUTE), kol)
    return kol


def test_followers_are_told_once_what_others_did(followed, actor, colleague):
    touch.log(actor.again(), followed, channel="phone", began="us")
    stage.move(actor.again(), followed, "initial", why="ready")
    files.edit(actor.again(), Kol.objects.get(pk=followed.pk), {"city": "Suzhou", "alias": "Siyu"}, None)
    for _time in range(3):
        told()
    assert sorted(said(colleague)) == [
        "Operator changed the file of 王思雨",
        "Operator logged a touch with 王思雨",
        "Operator moved 王思雨 to another stage",
    ]


def test_nobody_is_told_what_they_did_themselves(followed, colleague):
    touch.log(Actor(colleague, "page", SOON), followed, channel="phone", began="us")
    told()
    assert said(colleague) == []


def test_a_follower_who_sees_the_file_no_longer_is_told_nothing(followed, actor, colleague, stranger):
    touch.log(actor.again(), followed, channel="phone", began="us")
    told()
    Kol.objects.filter(pk=followed.pk).update(team=stranger.team)
    assert said(colleague) == []


def test_an_act_committed_late_is_told_all_the_same(followed, actor, colleague):
    told(SOON + 5 * MINUTE)
    touch.log(actor.again(), followed, channel="phone", began="us")
    told(SOON + 6 * MINUTE)
    assert len(said(colleague)) == 1


def test_following_twice_and_unfollowing(followed, colleague):
    actor = Actor(colleague, "page", NOW)
    follow.follow(actor, followed)
    assert Follow.objects.count() == 1
    assert follow.unfollow(actor, followed) is True
    assert follow.unfollow(actor, followed) is False


def test_following_by_button_and_by_api(kol, colleague, stranger, as_user, api):
    url = reverse("profiles:kol-follow", args=[kol.pk])
    assert 'aria-pressed="true"' in as_user(colleague).post(url, {"on": "1"}).content.decode()
    assert Follow.objects.get().user == colleague
    assert 'aria-pressed="false"' in as_user(colleague).post(url).content.decode()
    assert as_user(stranger).post(url, {"on": "1"}).status_code == 404
    assert not Follow.objects.exists()
    assert api(colleague).post(f"/api/v1/kols/{kol.pk}/follow/").status_code == 204
    assert api(colleague).delete(f"/api/v1/kols/{kol.pk}/follow/").status_code == 204
    assert api(stranger).post(f"/api/v1/kols/{kol.pk}/follow/").status_code == 404
    assert not Follow.objects.exists()


def log_many(actor, kol, n) -> list[Touch]:
    return [
        touch.log(actor.again(), kol, channel="phone", began="us", text=f"said {i}", at=NOW - i * MINUTE)
        for i in range(n)
    ]


def test_pinned_entries_stand_on_top_the_latest_pin_first(kol, actor):
    rows = log_many(actor, kol, 3)
    for row, later in ((rows[2], 0), (rows[0], 1)):
        pin.put(actor.again(at=NOW + later * MINUTE), kol, "touch", row.pk, row.at)
    assert [entry.id for entry in timeline.pinned(kol)] == [rows[0].pk, rows[2].pk]


def test_a_pinned_touch_that_was_taken_back_is_gone(kol, actor):
    (row,) = log_many(actor, kol, 1)
    pin.put(actor.again(), kol, "touch", row.pk, row.at)
    touch.take_back(actor.again(), row)
    assert timeline.pinned(kol) == []


def test_a_sixth_pin_is_refused_and_the_same_one_changes_nothing(kol, actor):
    rows = log_many(actor, kol, 6)
    for row in (*rows[:5], rows[0]):
        pin.put(actor.again(), kol, "touch", row.pk, row.at)
    assert Pin.objects.count() == 5
    with pytest.raises(ValidationError) as refusal:
        pin.put(actor.again(), kol, "touch", rows[5].pk, rows[5].at)
    assert list(refusal.value.message_dict) == ["entry"]
    assert Pin.objects.count() == 5


def test_pinning_on_the_page_is_for_who_may_edit(kol, actor, colleague, as_user):
    (row,) = log_many(actor, kol, 1)
    url = reverse("profiles:kol-pin", args=[kol.pk])
    body = {"kind": "touch", "entry": str(row.pk), "at": row.at.isoformat()}
    assert as_user(colleague).post(url, body).status_code == 403
    assert as_user(actor.user).post(url, {**body, "kind": "pigeon"}).status_code == 400
    assert not Pin.objects.exists()
    assert as_user(actor.user).post(url, body).status_code == 204
    page = as_user(actor.user).get(reverse("profiles:kol-timeline", args=[kol.pk])).content.decode()
    assert "timeline-pinned" in page
    assert page.count("said 0") == 2  # on top, and in its place
    as_user(actor.user).post(url, {**body, "off": "1"})
    assert not Pin.objects.exists()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ask @lin about it", ["lin"]),
        ("@Lin Xiao and @LIN", ["lin xiao", "lin"]),
        ("＠lin", ["lin"]),
        ("mail lin@mail.example", []),
        ("@nobody", []),
        ("@linda", []),
    ],
)
def test_whom_a_text_names(team, text, names):
    lin = UserFactory(username="lin", display_name="", team=team)
    xiao = UserFactory(username="xiao", display_name="Lin Xiao", team=team)
    found = mention.mentioned(text, [lin, xiao])
    assert [str(user).casefold() for user in found] == names


def test_who_is_mentioned_finds_it_under_the_bell_and_on_today(kol, actor, colleague, stranger, as_user):
    touch.log(actor, kol, channel="phone", began="us", text="@colleague please call, not @stranger")
    assert said(colleague) == ["mentioned you in a touch with 王思雨"]
    assert said(stranger) == []
    day = NOW.date()
    (row,) = MENTIONS.rows(colleague, day, day, 10)
    assert (row.why, row.subject) == ("Operator: @colleague please call, not @stranger", kol)
    notice = Notice.objects.get()
    url = reverse("profiles:mention-read", args=[notice.pk])
    assert as_user(actor.user).post(url).status_code == 404
    assert MENTIONS.waiting(colleague, day).count() == 1
    assert as_user(colleague).post(url).status_code == 204
    assert MENTIONS.waiting(colleague, day).count() == 0


def test_only_who_sees_the_file_is_offered(kol, operator, colleague, manager, stranger, finance, as_user):
    assert set(mention.colleagues(kol, operator)) == {colleague, manager}
    url = reverse("profiles:kol-colleagues", args=[kol.pk])
    part = as_user(operator).get(url, {"q": "col"}).content.decode()
    assert 'data-mention="colleague"' in part
    assert "manager" not in part


def test_a_delay_needs_an_answer(kol, actor):
    with pytest.raises(ValidationError) as refusal:
        touch.log(actor, kol, channel="phone", began="us", reply_minutes=5)
    assert list(refusal.value.message_dict) == ["reply_minutes"]
    assert not Touch.objects.exists()
    row = touch.log(actor, kol, channel="phone", began="us", answered=True, reply_minutes=5, reason="request")
    assert (row.reply_minutes, row.reason) == (5, "request")
