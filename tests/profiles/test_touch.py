"""Touches and staying in touch (DOMAIN 3.10, 3.12, 3.14)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from profiles.models import Kol, Touch
from profiles.services import kol as files
from profiles.services import quiet
from profiles.services import touch as verbs
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db


def log(actor, kol, **values):
    return verbs.log(actor, kol, **{"channel": "wechat", "began": "us", "text": "hello", **values})


def dates(kol):
    row = Kol.objects.get(pk=kol.pk)
    return row.last_touch_at, row.touch_due


def test_a_touch_dates_the_next_one_by_the_interval_of_the_stage(kol, actor):
    log(actor, kol)
    assert dates(kol) == (NOW, date(2026, 12, 7))


def test_the_files_own_interval_counts_before_that_of_the_stage(kol, actor):
    files.edit(actor, kol, {"touch_interval": 5}, 1)
    log(actor.again(), kol)
    assert dates(kol)[1] == date(2026, 11, 28)


def test_a_touch_of_last_week_counts_from_last_week_and_does_not_set_a_later_one_back(kol, actor):
    log(actor, kol, at=NOW - timedelta(days=7))
    assert dates(kol) == (NOW - timedelta(days=7), date(2026, 11, 30))
    log(actor.again(), kol)
    log(actor.again(), kol, at=NOW - timedelta(days=3))
    assert dates(kol) == (NOW, date(2026, 12, 7))


def test_a_touch_in_the_future_is_refused_at_when(kol, actor):
    before = dates(kol)
    with pytest.raises(ValidationError) as refusal:
        log(actor, kol, at=NOW + timedelta(minutes=6))
    assert list(refusal.value.message_dict) == ["at"]
    assert (Touch.objects.count(), dates(kol)) == (0, before)


@pytest.mark.parametrize(("field", "value"), [("channel", "pigeon"), ("began", "nobody")])
def test_an_unknown_choice_is_refused_at_its_field(kol, actor, field, value):
    with pytest.raises(ValidationError) as refusal:
        log(actor, kol, **{field: value})
    assert list(refusal.value.message_dict) == [field]
    assert Touch.objects.count() == 0


def test_under_a_quiet_mark_no_touch_is_due(kol, actor):
    quiet.set_mark(actor, kol, "mourning")
    log(actor.again(), Kol.objects.get())
    assert dates(kol) == (NOW, None)
    quiet.clear(actor.again(), Kol.objects.get())
    assert dates(kol)[1] == date(2026, 12, 7)


def test_taking_a_touch_back_is_a_later_row_and_puts_the_dates_back(kol, actor):
    log(actor, kol, at=NOW - timedelta(days=7))
    touch = log(actor.again(), kol)
    row = verbs.take_back(actor.again(), touch)
    assert (row.takes_back, Touch.objects.count()) == (touch, 3)
    assert Touch.objects.get(pk=touch.pk).text == "hello"
    assert dates(kol) == (NOW - timedelta(days=7), date(2026, 11, 30))
    assert list(Touch.objects.standing().values_list("at", flat=True)) == [NOW - timedelta(days=7)]


@pytest.mark.parametrize(
    ("after", "allowed"), [(timedelta(minutes=10), True), (timedelta(minutes=10, seconds=1), False)]
)
def test_its_author_takes_it_back_within_ten_minutes(kol, actor, after, allowed):
    touch = log(actor, kol)
    later = Actor(actor.user, "page", NOW + after)
    assert verbs.may_take_back(later, touch, may_edit=True) is allowed
    if allowed:
        verbs.take_back(later, touch)
    else:
        with pytest.raises(Refused) as refusal:
            verbs.take_back(later, touch)
        assert refusal.value.code == "too_late"
    assert Touch.objects.standing().count() == (0 if allowed else 1)


def test_a_manager_takes_it_back_later_and_a_colleague_never(kol, actor, colleague, manager):
    touch = log(actor, kol)
    with pytest.raises(PermissionDenied):
        verbs.take_back(Actor(colleague, "page", NOW), touch)
    assert Touch.objects.count() == 1
    verbs.take_back(Actor(manager, "page", NOW + timedelta(days=2)), touch)
    assert Touch.objects.standing().count() == 0


def test_a_manager_of_another_team_does_not(kol, actor, manager_elsewhere):
    touch = log(actor, kol)
    with pytest.raises(PermissionDenied):
        verbs.take_back(Actor(manager_elsewhere, "page", NOW), touch)


def test_a_touch_is_taken_back_once_and_the_taking_back_never(kol, actor):
    touch = log(actor, kol)
    row = verbs.take_back(actor.again(), touch)
    for gone in (touch, row):
        with pytest.raises(Refused) as refusal:
            verbs.take_back(actor.again(), gone)
        assert refusal.value.code == "already_taken_back"
    assert Touch.objects.count() == 2


def test_an_import_wakes_when_it_is_owned_and_first_touched(operator, actor):
    kol = files.create(Actor(None, "import", NOW), {"name": "x", "owner": None, "team": operator.team})
    log(actor, kol)
    assert Kol.objects.get().dormant is True
    files.claim(actor.again(), kol)
    kol.refresh_from_db()
    assert (kol.dormant, kol.touch_due) == (False, date(2026, 12, 7))


# The page


def url(kol):
    return reverse("profiles:touch-log", args=[kol.pk])


SAID = {"channel": "phone", "began": "kol", "answered": "yes", "text": " What next? ", "at": ""}


def test_the_page_logs_a_touch_and_offers_to_take_it_back(kol, operator, as_user):
    answer = as_user(operator).post(url(kol), SAID, headers={"HX-Request": "true"})
    touch = Touch.objects.get()
    assert (answer.status_code, touch.text, touch.answered, touch.user) == (200, "What next?", True, operator)
    assert reverse("profiles:touch-take-back", args=[kol.pk, touch.pk]) in answer["HX-Trigger"]
    assert "What next?" not in answer.content.decode()


def test_the_page_takes_it_back(kol, operator, as_user):
    browser = as_user(operator)
    browser.post(url(kol), SAID)
    back = reverse("profiles:touch-take-back", args=[kol.pk, Touch.objects.get().pk])
    assert browser.post(back, headers={"HX-Request": "true"}).status_code == 204
    assert browser.post(back, headers={"HX-Request": "true"}).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"), [("channel", "pigeon"), ("at", "2126-01-01T10:00"), ("at", "soon")]
)
def test_an_error_comes_back_with_what_was_typed(kol, operator, as_user, field, value):
    answer = as_user(operator).post(url(kol), {**SAID, field: value}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "What next?" in answer.content.decode()
    assert answer.context["form"].errors.keys() == {field}
    assert Touch.objects.count() == 0


def test_a_colleague_logs_a_touch_and_a_stranger_finds_no_file(kol, colleague, stranger, as_user):
    assert as_user(colleague).post(url(kol), SAID).status_code == 302
    assert as_user(stranger).post(url(kol), SAID).status_code == 404
    assert Touch.objects.get().user == colleague


def test_a_touch_is_taken_back_only_under_its_own_file(kol, operator, actor, as_user):
    touch = log(actor, kol)
    other = make_kol(operator, "another")
    wrong = reverse("profiles:touch-take-back", args=[other.pk, touch.pk])
    assert as_user(operator).post(wrong).status_code == 404
    assert Touch.objects.count() == 1


def test_the_day_agreed_for_the_next_touch_counts_instead_of_the_interval(kol, actor):
    """Done and schedule next (8.1): until the next touch, whatever else moves the dates meanwhile."""
    log(actor, kol, next_on=date(2026, 11, 26))
    assert dates(kol)[1] == date(2026, 11, 26)
    assert Kol.objects.get(pk=kol.pk).next_due == date(2026, 11, 26)
    files.edit(actor.again(), kol, {"touch_interval": 5}, None)
    assert dates(kol)[1] == date(2026, 11, 26)
    quiet.set_mark(actor.again(), kol, "mourning")
    assert dates(kol)[1] is None
    quiet.clear(actor.again(), kol)
    assert dates(kol)[1] == date(2026, 11, 26)
    log(actor.again(), kol, at=NOW + timedelta(minutes=1))
    assert dates(kol)[1] == date(2026, 11, 28)


def test_an_agreed_day_goes_with_the_touch_that_is_taken_back(kol, actor):
    log(actor, kol)
    agreed = log(actor.again(), kol, next_on=date(2026, 11, 26))
    verbs.take_back(actor.again(), agreed)
    assert dates(kol)[1] == date(2026, 12, 7)


def test_the_next_touch_cannot_lie_in_the_past(kol, actor):
    before = dates(kol)
    for day in (NOW.date(), date(2026, 11, 1)):
        with pytest.raises(ValidationError) as refusal:
            log(actor, kol, next_on=day)
        assert list(refusal.value.message_dict) == ["next_on"]
    assert (Touch.objects.count(), dates(kol)) == (0, before)


def test_page_and_api_agree_on_the_next_day_and_refuse_it_at_the_same_field(kol, operator, as_user, api):
    tomorrow, url = (timezone.localdate() + timedelta(days=1)), reverse("profiles:touch-log", args=[kol.pk])
    said = {"channel": "wechat", "began": "us", "text": "hello"}
    page = as_user(operator).post(url, said | {"next_on": "2020-01-01"}, headers={"HX-Request": "true"})
    assert (page.status_code, Touch.objects.count()) == (422, 0)
    assert "Choose a day after today." in page.content.decode()
    as_user(operator).post(url, said | {"next_on": str(tomorrow)}, headers={"HX-Request": "true"})
    assert dates(kol)[1] == tomorrow
    client = api(operator)
    body = {"kol": str(kol.pk), "channel": "phone", "next_on": "2020-01-01"}
    refused = client.post("/api/v1/touches/", body, format="json")
    assert (refused.status_code, Touch.objects.count()) == (400, 1)
    assert "next_on" in refused.json()["errors"]
    later = str(tomorrow + timedelta(days=1))
    done = client.post("/api/v1/touches/", body | {"next_on": later}, format="json")
    assert (done.status_code, done.json()["next_on"]) == (201, later)
    assert str(dates(kol)[1]) == later
