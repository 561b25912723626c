"""Fan quality: estimates with their reasons, the audience, and what follows from them (DOMAIN 3.8)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from profiles.models import FanReport
from profiles.rules import audience
from profiles.services import fans, figures
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account
from tests.permissions.asking import state

TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("Shanghai 40%\nBeijing: 12.5", {"Shanghai": 40, "Beijing": 12.5}),
        ("华东：35％；华北 20", {"华东": 35, "华北": 20}),
        ("18–24\t30\n25-34\t41,5", {"18–24": 30, "25-34": 41.5}),
        ("", {}),
    ],
)
def test_shares_are_read_line_by_line(text, shares):
    assert audience.read(text) == shares
    assert audience.read(audience.written(shares)) == shares


@pytest.mark.parametrize("text", ["Shanghai", "40%", "Shanghai 40\nShanghai 41"])
def test_a_line_without_name_or_share_or_said_twice_is_told(text):
    with pytest.raises(ValueError, match=r".+"):
        audience.read(text)


@pytest.mark.parametrize(
    ("found", "key"),
    [
        ({"region": {"Shanghai": 101}}, "audience.region"),
        ({"age": {"18–24": 60, "25–34": 41}}, "audience.age"),
        ({"gender": {"": 5}}, "audience.gender"),
        ({"gender": {"f": True}}, "audience.gender"),
        ({"mood": {"good": 5}}, "audience.mood"),
        ({"region": {str(n): 1 for n in range(31)}}, "audience.region"),
    ],
)
@pytest.mark.django_db
def test_shares_that_cannot_be_are_refused_at_their_dimension(kol, actor, found, key):
    before = state()
    with pytest.raises(ValidationError) as refusal:
        fans.report(actor, kol, {"audience": found})
    assert list(refusal.value.message_dict) == [key]
    assert state() == before


def test_rounded_shares_may_add_up_to_a_little_more():
    assert audience.problems({"gender": {"f": 60.3, "m": 40.1}}) == {}


def test_how_many_would_follow_is_followers_times_portability_and_never_a_guess():
    score = audience.would_follow([("Bilibili lin", Decimal(1000)), ("Weibo lin", Decimal(500))], 40)
    assert (score.value, [part.value for part in score.parts]) == (600, [1000, 500, Decimal("0.4")])
    assert audience.would_follow([], 40).missing == ("followers",)
    unknown = audience.would_follow([("Weibo lin", Decimal(500))], None)
    assert (unknown.value, unknown.missing) == (None, ("portability",))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"portability": 40}, "reason"),
        ({"fake_share": 12}, "fake_source"),
        ({}, "portability"),
        ({"loyalty": 3, "on": TODAY + timedelta(days=1)}, "on"),
    ],
)
def test_an_estimate_says_why_a_judged_share_by_whom_and_a_report_something(kol, actor, values, key):
    before = state()
    with pytest.raises(ValidationError) as refusal:
        fans.report(actor, kol, values)
    assert list(refusal.value.message_dict) == [key]
    assert state() == before


@pytest.mark.django_db
def test_the_page_takes_an_estimate_and_shows_its_parts_and_the_ones_before(kol, operator, as_user, actor):
    account = make_account(kol, "bilibili", "lin")
    figures.record(actor, [NewFigure(account.pk, "followers", Decimal(1000), TODAY, TODAY, "hand")])
    browser, path = as_user(operator), reverse("profiles:kol-fans", args=[kol.pk])
    wrong = browser.post(path, {"on": TODAY.isoformat(), "loyalty": "3", "audience.region": "Shanghai"})
    assert (wrong.status_code, FanReport.objects.count()) == (422, 0)
    assert "This line is not understood: Shanghai." in wrong.content.decode()
    data = {
        "on": TODAY.isoformat(),
        "portability": "40",
        "reason": "a poll",
        "audience.region": "Shanghai 40%",
    }
    assert browser.post(path, data).status_code == 302
    report = FanReport.objects.get()
    assert (report.audience, report.estimator) == ({"region": {"Shanghai": 40}}, operator)
    fans.report(actor.again(), kol, {"loyalty": 2, "on": TODAY - timedelta(days=9)})
    page = browser.get(reverse("profiles:kol-performance", args=[kol.pk])).content.decode()
    assert 'id="made-of-fans"' in page
    for words in ("400", "Bilibili lin", "a poll", "Shanghai", "2 / 5"):
        assert words in page


@pytest.mark.django_db
def test_the_api_takes_and_tells_them_with_parts(kol, operator, colleague, api):
    client, path = api(operator), reverse("api:kol-figures-fans", args=[kol.pk])
    assert client.get(path).json() == {"would_follow": None, "results": []}
    body = {"portability": 40, "reason": "a poll", "audience": {"age": {"18–24": 60}}}
    before = state()
    refused = client.post(path, {**body, "audience": {"age": {"18–24": 160}}})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["audience.age"])
    assert api(colleague).post(path, body).status_code == 403
    assert state() == before
    made = client.post(path, body)
    assert made.status_code == 201, made.content
    found = made.json()
    assert found["would_follow"]["missing"] == ["followers"]
    assert (found["results"][0]["estimator"], found["results"][0]["audience"]) == (
        "operator",
        {"age": {"18–24": 60.0}},
    )
