"""Secret addresses for calendars and address books (issue 7; RFC 5545, 6350)."""

import logging
import re
from datetime import date, timedelta

import pytest
import time_machine
import vobject
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kol_crm.core import feeds, ical
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Disclosure, Feed
from kol_crm.core.services import feed as verbs
from kol_crm.core.services import user as users
from profiles.services import contact, promise
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def address(user, kind="calendar", **more) -> str:
    token = verbs.make(Actor(user, "page", NOW), kind, **more)
    return f"/feeds/{token}/{feeds.kinds.get(kind).name}"


def read(url: str):
    return Client().get(url)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_only_the_hash_of_an_address_is_kept(operator):
    token = verbs.make(Actor(operator, "page", NOW), "calendar")
    feed = Feed.objects.get()
    assert (len(token), feed.digest) == (43, feeds.digest(token))
    told = str(list(Change.objects.values_list("before", "after")))
    assert token not in told
    assert feed.digest not in told


def test_ones_dates_are_days_with_an_alarm(operator, colleague):
    kol = make_kol(operator, "李娜", birth_year=1990, birth_month=12, birth_day=24)
    make_kol(colleague, "王伟")
    answer = read(address(operator))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert "no-store" in answer["Cache-Control"]
    assert Disclosure.objects.count() == 0
    text = answer.content.decode()
    assert "王伟" not in text
    calendar = vobject.readOne(text)
    days = {str(event.summary.value): event for event in calendar.vevent_list}
    birthday = days["Birthday: 李娜"]
    assert birthday.dtstart.value == date(2026, 12, 24)
    assert birthday.dtend.value == date(2026, 12, 25)
    assert birthday.uid.value.startswith(f"birthday:{kol.pk}:2026@")
    assert birthday.valarm.trigger.value == timedelta(hours=-15)
    review = days["Review: 李娜"]
    assert review.dtstart.value == kol.review_due
    assert review.valarm.trigger.value == timedelta(hours=9)
    assert review.url.value.startswith("http")
    assert days["Stay in touch: 李娜"].dtstart.value == kol.touch_due


def test_lines_are_folded_ended_and_escaped_as_the_rfc_says():
    day = ical.Day("k:1", date(2026, 11, 23), "长" * 60 + "; a, b\nc \\", words="x" * 200)
    text = ical.written([day], name="N", zone="Asia/Shanghai", language="zh", domain="d", now=NOW)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = unfolded(text)
    assert "SUMMARY:" + "长" * 60 + "\\; a\\, b\\nc \\\\" in lines
    assert {"DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261124", "UID:k:1@d"} <= set(lines)
    assert any(re.fullmatch(r"DTSTAMP:\d{8}T\d{6}Z", line) for line in lines)


def test_the_same_event_keeps_its_uid(operator):
    make_kol(operator, "李娜")
    url = address(operator)
    uids = [re.findall("UID:.*", read(url).content.decode()) for _time in range(2)]
    assert uids[0] == uids[1]
    assert len(uids[0]) == len(set(uids[0])) > 1


def test_a_new_address_ends_the_old_one_and_a_revoked_one_opens_nothing(operator):
    first = address(operator)
    second = address(operator)
    assert (read(first).status_code, read(second).status_code) == (404, 200)
    assert verbs.revoke(Actor(operator, "page", NOW), "calendar")
    assert read(second).status_code == 404
    assert not verbs.revoke(Actor(operator, "page", NOW), "calendar")


def test_who_has_left_has_no_feed_and_gets_none_back(operator, colleague, admin):
    url = address(colleague)
    by = Actor(admin, "page", NOW)
    left = users.deactivate(by, colleague, None)
    assert (read(url).status_code, Feed.objects.count()) == (404, 0)
    users.reactivate(by.again(), left)
    assert read(url).status_code == 404


def test_a_file_given_away_is_gone_from_the_next_reading(operator, colleague):
    kol = make_kol(operator, "李娜")
    url = address(operator)
    assert "李娜" in read(url).content.decode()
    type(kol).objects.filter(pk=kol.pk).update(owner=colleague)
    assert "李娜" not in read(url).content.decode()


def test_which_kinds_have_days_is_asked_in_one_statement(operator, actor):
    """There are thirty kinds: each had been asked, every few minutes, by every calendar of everybody."""
    url = address(operator)
    read(url)
    with CaptureQueriesContext(connection) as empty:
        read(url)
    kol = make_kol(operator)
    for what in ("Figures", "A slot"):
        promise.add(actor.again(), kol, {"by": "us", "what": what, "due_on": NOW.date()})
    with CaptureQueriesContext(connection) as full:
        text = read(url).content.decode()
    assert "Figures" in text
    assert len(full) <= len(empty) + 4, "promises, touches, reviews and no other kind"
    assert len(empty) < 15


def test_it_may_be_read_sixty_times_an_hour(operator):
    url = address(operator)
    assert {read(url).status_code for _time in range(feeds.PER_HOUR)} == {200}
    answer = read(url)
    assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert read(url).status_code == 200


def test_no_log_tells_an_address(operator, caplog):
    url = address(operator)
    with caplog.at_level(logging.DEBUG, "django"):
        read(url)
        read(url.replace("calendar.ics", "cards.vcf"))
        read("/feeds/wrong/calendar.ics")
        Client(enforce_csrf_checks=True).post(url)
    assert [record.getMessage() for record in caplog.records if "feeds" in record.getMessage()] == []


def with_contacts(user, name, phone):
    kol = make_kol(user, name)
    by = Actor(user, "page", NOW)
    contact.add(by, kol, {"channel": "phone", "value": phone})
    contact.add(by, kol, {"channel": "mail", "value": f"{name}@k.example"})
    return kol


def test_cards_of_ones_own_without_contacts_are_one_audit_row(operator, colleague):
    with_contacts(operator, "nana", "13800138000")
    with_contacts(colleague, "wei", "13900139000")
    text = read(address(operator, "cards")).content.decode()
    assert text.count("BEGIN:VCARD\r\nVERSION:4.0\r\n") == 1
    assert "FN:nana" in unfolded(text)
    assert "TEL" not in text
    assert "@" not in text
    row = Disclosure.objects.get()
    assert (row.user, row.action, row.door, row.rows, row.detail) == (operator, "feed", "feed", 1, "cards")


def test_cards_in_clear_are_those_of_own_files_and_masks_are_left_out(operator, colleague):
    with_contacts(operator, "nana", "13800138000")
    with_contacts(colleague, "wei", "13900139000")
    url = address(operator, "cards", in_clear=True)
    text = read(url).content.decode()
    assert "TEL;TYPE=CELL:13800138000" in unfolded(text)
    assert "EMAIL:nana@k.example" in unfolded(text)
    assert "*" not in text
    assert "wei" not in text
    read(url)
    assert [row.detail for row in Disclosure.objects.all()] == ["cards in clear"] * 2


@pytest.mark.parametrize(
    ("known", "line"),
    [
        ({"birth_year": 1990, "birth_month": 3, "birth_day": 5}, "BDAY:19900305"),
        ({"birth_month": 3, "birth_day": 5}, "BDAY:--0305"),
    ],
)
def test_days_of_version_four_have_no_dashes(operator, known, line):
    make_kol(operator, "nana", **known)
    assert line in unfolded(read(address(operator, "cards")).content.decode())


@pytest.mark.parametrize(("kind", "in_clear"), [("nothing", False), ("calendar", True)])
def test_what_there_is_not_is_refused_and_nothing_is_made(operator, kind, in_clear):
    with pytest.raises(ValidationError):
        verbs.make(Actor(operator, "page", NOW), kind, in_clear=in_clear)
    assert (Feed.objects.count(), Change.objects.filter(field="feed").count()) == (0, 0)


def test_the_page_shows_an_address_once_and_revokes_it(operator, as_user):
    browser = as_user(operator)
    page = browser.post("/settings/me/feeds/", {"kind": "cards", "in_clear": "on"}).content.decode()
    (url,) = re.findall(r"http\S+/feeds/\S+/cards\.vcf", page)
    assert Feed.objects.get().in_clear
    assert url not in browser.get("/settings/me/feeds/").content.decode()
    path = url[url.index("/feeds/") :]
    assert read(path).status_code == 200
    assert browser.post("/settings/me/feeds/cards/revoke/").status_code == 302
    assert read(path).status_code == 404


def test_the_api_makes_one_in_clear_only_with_the_scope(operator, api):
    client, url = api(operator), "/api/v1/me/feeds/cards/"
    assert client.put(url, {"in_clear": True}).status_code == 403
    assert Feed.objects.count() == 0
    made = client.put(url, {}).json()
    assert read(made["url"][made["url"].index("/feeds/") :]).status_code == 200
    assert [row["since"] is None for row in client.get("/api/v1/me/feeds/").json()] == [True, False]
    scopes = ("kols:read", "kols:write", "contacts:read")
    assert api(operator, *scopes).put(url, {"in_clear": True}).json()["in_clear"] is True
    assert client.delete(url).status_code == 204
    assert client.put("/api/v1/me/feeds/nothing/", {}).status_code == 404
    assert Feed.objects.count() == 0


def test_words_are_in_the_language_of_its_owner(operator):
    operator.language = "zh-hans"
    operator.zone = "Asia/Tokyo"
    operator.save()
    make_kol(operator, "李娜")
    lines = unfolded(read(address(operator)).content.decode())
    assert "X-WR-TIMEZONE:Asia/Tokyo" in lines
    assert not any(line.startswith("SUMMARY:Review") for line in lines)
