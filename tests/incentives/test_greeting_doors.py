"""Doors of greetings: the list, one by hand, their words, the API (DOMAIN 7.3, 7.5)."""

from uuid import uuid4

import pytest
from django.urls import reverse

from incentives.greeting_lists import GREETINGS
from incentives.models import Greeting
from incentives.services import greeting as verbs
from incentives.services import occasion, planner
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import PolicyVersion, Send
from lifecycle.services import stage
from profiles.models import Touch
from profiles.services import quiet
from tests.factories import NOW, make_kol
from tests.incentives.test_greeting import dispatch
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
MAIL = {"channel": "mail", "value": "siyu@mail.example"}


@pytest.fixture
def greeting(operator):
    kol = make_kol(operator, contacts=[MAIL], birth_month=11, birth_day=24, language="en")
    stage.move(Actor(operator, "page", NOW), kol, "initial", why="agreed")
    planner.plan(Actor.job(NOW))
    return Greeting.objects.get(kol=kol)


def test_7_3_the_list_is_filtered_by_occasion_and_state(greeting, operator, as_user):
    client, url = as_user(operator), reverse("incentives:greeting-list")
    row = reverse("incentives:greeting-detail", args=[greeting.pk])
    assert row in client.get(url, {"occasion": "birthday", "state": "draft"}).content.decode()
    assert row not in client.get(url, {"occasion": "festival"}).content.decode()
    assert row not in client.get(url, {"state": "sent"}).content.decode()


def test_7_5_no_screen_ranks_operators_by_greetings():
    words = {column.key for column in GREETINGS.columns} | {sort.key for sort in GREETINGS.sorts}
    assert words == {"kol", "occasion", "day", "state", "outcome", "channel"}
    assert not GREETINGS.groups


def test_7_3_by_hand_keeps_what_was_typed_and_copied(greeting, operator, as_user):
    typed = {
        "subject": "Hi",
        "body": "Dear you\n\nMe",
        "personal_line": "As ever",
        "version": greeting.version,
    }
    url = reverse("incentives:greeting-by-hand", args=[greeting.pk])
    assert as_user(operator).post(url, typed | {"channel": "wechat"}).status_code == 302
    touch = Touch.objects.get()
    assert (touch.channel, touch.text) == ("wechat", "Dear you\n\nAs ever\n\nMe")
    assert Greeting.objects.get().state == "by_hand"


def test_7_3_by_hand_on_a_stale_page_writes_nothing(greeting, operator, as_user):
    verbs.edit(Actor(operator, "page", NOW), greeting, {"subject": "One"}, greeting.version)
    typed = {"subject": "Two", "body": "x", "personal_line": "", "version": greeting.version}
    url = reverse("incentives:greeting-by-hand", args=[greeting.pk])
    assert as_user(operator).post(url, typed | {"channel": "wechat"}).status_code == 409
    assert (Greeting.objects.get().subject, Touch.objects.exists()) == ("One", False)


def test_7_3_greet_makes_one_draft_however_often_it_is_pressed(operator, as_user):
    kol = make_kol(operator)
    url, body = reverse("incentives:greeting-create", args=[kol.pk]), {"what": "New book", "token": uuid4()}
    client = as_user(operator)
    assert client.get(url).status_code == 200
    for _ in range(2):
        client.post(url, body)
    assert [row.what for row in Greeting.objects.all()] == ["New book"]
    assert client.post(url, {"what": "", "token": uuid4()}).status_code == 422
    assert Greeting.objects.count() == 1


def test_7_3_words_are_previewed_with_a_real_name_and_saved_as_policy(greeting, admin, as_user):
    client = as_user(admin)
    page = reverse("incentives:greeting-words", args=["birthday", "en"])
    preview = reverse("incentives:greeting-words-preview", args=["birthday", "en"])
    typed = {"subject": "Hurrah, {name}", "body": "{name}!\n\n{operator}"}
    assert f"Hurrah, {greeting.kol.name}" in client.post(preview, typed).content.decode()
    assert not PolicyVersion.objects.exists()
    assert client.post(page, typed | {"number": 0}).status_code == 302
    assert occasion.words("birthday", "en", policy.current())["subject"] == "Hurrah, {name}"
    assert occasion.words("birthday", "zh-hans", policy.current()) == occasion.TEXTS["birthday"]["zh-hans"]
    refused = client.post(page, {"subject": "{nobody}", "body": "x", "number": 1})
    assert (refused.status_code, PolicyVersion.objects.count()) == (422, 1)


@pytest.mark.parametrize("kind", Greeting.Occasion.values)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_7_3_every_occasion_has_words_that_are_filled(greeting, admin, as_user, kind, language):
    page = as_user(admin).get(reverse("incentives:greeting-words", args=[kind, language]))
    read = page.context["read"]
    assert page.status_code == 200
    assert "{" not in read["subject"] + read["body"]


def test_7_3_the_api_has_the_same_verbs_and_refusals(greeting, operator, api):
    client, url = api(operator, "kols:read", "kols:write"), f"/api/v1/greetings/{greeting.pk}/"
    shown = client.get(url)
    assert (shown.data["state"], shown.data["occasion"], shown.data["delivery"]) == ("draft", "birthday", "")
    edited = client.patch(url, {"personal_line": "As ever"}, format="json", HTTP_IF_MATCH=shown["ETag"])
    assert (edited.status_code, edited.data["edited"]) == (200, True)
    stale = client.patch(url, {"personal_line": "x"}, format="json", HTTP_IF_MATCH=shown["ETag"])
    assert stale.status_code == 412
    assert client.post(f"{url}send/").data["state"] == "queued"
    assert client.post(f"{url}call-back/").data["state"] == "draft"
    assert client.post(f"{url}arrived/").data["code"] == "not_uncertain"
    by_hand = client.post(f"{url}by-hand/", {"channel": "phone"}, format="json")
    assert (by_hand.data["state"], by_hand.data["done_by"]) == ("by_hand", "operator")
    assert client.post(f"{url}skip/", {"reason": "x"}, format="json").status_code == 409


def test_7_3_over_the_api_nobody_with_a_quiet_mark_is_greeted(greeting, operator, api):
    client = api(operator, "kols:read", "kols:write")
    quiet.set_mark(Actor(operator, "page", NOW), greeting.kol, "mourning")
    body = {"kol": str(greeting.kol_id), "what": "New book"}
    answer = client.post("/api/v1/greetings/", body, format="json")
    assert (answer.status_code, answer.data["code"]) == (409, "cannot_greet")
    assert client.post(f"/api/v1/greetings/{greeting.pk}/send/").data["code"] == "cannot_greet"
    assert (Greeting.objects.count(), Send.objects.exists()) == (1, False)


def test_7_3_what_a_mail_became_is_shown_on_the_greeting_and_the_list(greeting, operator, as_user):
    verbs.send_by_mail(Actor(operator, "page", NOW), greeting)
    with smtp_sink() as sink:
        sink.data_reply = "451 4.3.0 later"
        dispatch(NOW + verbs.TIME_TO_UNDO)
    client = as_user(operator)
    for url in (
        reverse("incentives:greeting-detail", args=[greeting.pk]),
        reverse("incentives:greeting-list"),
    ):
        assert "not yet delivered, tried again by itself (1 so far)" in client.get(url).content.decode()
