"""Notes on the file page and on Today: settled in one step, noted with a touch (DOMAIN 3.1, 3.9)."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from profiles.models import LifeEvent, Need, Promise, Request, Touch
from profiles.services import contact, event, need, promise
from profiles.services import kol as kols
from profiles.services import request as requests
from tests.factories import NOW

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def step(kind: str, note, name: str) -> str:
    return reverse("profiles:note-step", kwargs={"kind": kind, "note": note.pk, "step": name})


def said(text="Asked for a badge", **more) -> dict:
    return {"text": text, "channel": "phone", "began": "kol", "answered": "", "at": "", **more}


def test_a_row_of_today_is_finished_by_its_button_and_undone_by_the_toast(actor, operator, kol, as_user):
    given, browser = promise.add(actor, kol, {"what": "A book", "due_on": NOW.date()}), as_user(operator)
    answer = browser.post(step("promise", given, "kept"), headers=HTMX)
    assert answer.status_code == 204
    assert step("promise", given, "reopen") in answer["HX-Trigger"]
    assert Promise.objects.get().state == "kept"
    assert browser.post(step("promise", given, "kept"), headers=HTMX).status_code == 409
    assert browser.post(step("promise", given, "reopen"), headers=HTMX).status_code == 204
    assert Promise.objects.get().state == "open"


def test_breaking_a_promise_asks_how_it_is_made_good_and_keeps_what_was_typed(actor, operator, kol, as_user):
    given, browser = promise.add(actor, kol, {"what": "A book", "due_on": NOW.date()}), as_user(operator)
    path = step("promise", given, "broken")
    refused = browser.post(path, {"place": "today", "make_good": ""}, headers=HTMX)
    assert refused.status_code == 422
    assert "aria-invalid" in refused.content.decode()
    assert browser.post(path, {"place": "today", "make_good": "Two books"}, headers=HTMX).status_code == 204
    assert Promise.objects.get().make_good == "Two books"


def test_who_took_a_request_answers_it_from_today_and_others_do_not(actor, kol, colleague, as_user):
    asked = requests.add(actor, kol, {"what": "Where is it?", "taker": colleague})
    browser, path = as_user(colleague), step("request", asked, "answer")
    detail = browser.get(reverse("profiles:note-detail", args=["request", asked.pk]), headers=HTMX)
    assert path in detail.content.decode()
    sent = {"place": "today", "answer": "On its way", "satisfied": "yes"}
    assert browser.post(path, sent, headers=HTMX).status_code == 204
    assert (Request.objects.get().answer, Request.objects.get().satisfied) == ("On its way", True)
    assert browser.post(step("request", asked, "remove")).status_code == 403
    assert Request.objects.exists()


def test_a_promise_is_noted_with_the_touch_in_which_it_was_made(operator, kol, as_user):
    sent = said(also="promise-us", also_due="2026-12-01")
    answer = as_user(operator).post(reverse("profiles:touch-log", args=[kol.pk]), sent, headers=HTMX)
    assert answer.status_code == 200
    given = Promise.objects.get()
    assert (given.what, given.by, given.due_on) == ("Asked for a badge", "us", date(2026, 12, 1))
    assert Touch.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "field"),
    [(said(also="promise-us"), "also_due"), (said("", also="need-data"), "also_what")],
)
def test_a_touch_and_its_note_are_written_both_or_neither(operator, kol, as_user, sent, field):
    answer = as_user(operator).post(reverse("profiles:touch-log", args=[kol.pk]), sent, headers=HTMX)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert not Touch.objects.exists()
    assert not Need.objects.exists()
    assert not Promise.objects.exists()


def test_a_colleague_logs_a_touch_but_notes_nothing_with_it(kol, colleague, as_user, api):
    path = reverse("profiles:touch-log", args=[kol.pk])
    assert as_user(colleague).post(path, said(also="need-data")).status_code == 403
    body = {"kol": str(kol.pk), "channel": "phone", "also": {"kind": "need-data", "what": "x"}}
    assert api(colleague).post(reverse("api:touch-list"), body, format="json").status_code == 403
    assert not Touch.objects.exists()
    assert not Need.objects.exists()


def test_a_client_notes_with_a_touch_in_one_step(kol, operator, api):
    body = {"kol": str(kol.pk), "channel": "phone", "text": "x", "also": {"kind": "need-data"}}
    assert api(operator).post(reverse("api:touch-list"), body, format="json").status_code == 201
    assert Need.objects.get().what == "x"


def test_the_file_says_what_is_missing_of_a_minor(actor, operator, kol, as_user):
    path, browser = reverse("profiles:kol-detail", args=[kol.pk]), as_user(operator)
    assert "Under age. Missing" not in browser.get(path).content.decode()
    kols.edit(actor.again(), kol, {"minor": True}, None)
    words = browser.get(path).content.decode()
    assert "Missing: the guardian’s consent, a guardian’s contact." in words
    contact.add(actor.again(), kol, {"channel": "phone", "value": "13500001111", "guardian": True})
    kols.edit(actor.again(), kol, {"guardian_consent_on": NOW.date()}, None)
    assert "Under age. Missing" not in browser.get(path).content.decode()


def test_the_file_shows_what_is_open_and_tells_the_rest_in_its_story(actor, operator, kol, as_user):
    browser = as_user(operator)
    open_need = need.add(actor.again(), kol, {"kind": "data", "what": "Figures of the fans"})
    met = need.meet(
        actor.again(), need.add(actor.again(), kol, {"kind": "brand", "what": "A column"}), "Begun."
    )
    now = browser.get(reverse("profiles:kol-now", args=[kol.pk])).content.decode()
    assert open_need.what in now
    assert met.what not in now
    story = browser.get(reverse("profiles:kol-timeline", args=[kol.pk]), {"kind": "need"}).content.decode()
    assert "Need: A column" in story
    assert "Begun." in story


def test_an_edit_of_a_note_on_a_stale_version_saves_nothing(actor, operator, kol, as_user):
    row = event.add(actor, kol, {"what": "Baby due", "month": 3})
    path = reverse("profiles:note-edit", args=["event", row.pk])
    event.edit(actor.again(), row, {"gift_idea": "A stroller"}, None)
    sent = {"version": "1", "what": "Twins due", "calendar": "solar", "month": "3"}
    assert as_user(operator).post(path, sent, headers=HTMX).status_code == 409
    assert (LifeEvent.objects.get().what, LifeEvent.objects.get().gift_idea) == ("Baby due", "A stroller")


@pytest.mark.parametrize("kind", ["need", "promise", "request", "date", "event", "tie", "wish"])
def test_every_kind_has_its_form_and_unknown_ones_do_not(operator, kol, as_user, kind):
    answer = as_user(operator).get(reverse("profiles:note-create", args=[kol.pk, kind]))
    assert answer.status_code == (404 if kind == "wish" else 200)


def test_what_is_open_is_not_called_as_the_button_that_opens():
    with translation.override("zh-hans"):
        assert str(Need.State.OPEN.label) == str(Promise.State.OPEN.label) == "未了结"


def test_a_form_on_a_page_of_its_own_leads_back_beside_its_button(operator, kol, as_user):
    address = reverse("profiles:note-create", args=[kol.pk, "need"])
    browser = as_user(operator)
    foot = browser.get(address).content.decode().partition('class="gate-foot"')[2]
    assert "data-close-panel" not in foot
    assert f'href="{reverse("profiles:kol-detail", args=[kol.pk])}' in foot.partition("</form>")[0]
    assert "data-close-panel" in browser.get(address, headers={"HX-Request": "true"}).content.decode()
