"""The data sheet for the KOL: own figures only, kept with who took it out (DOMAIN 5.5)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle import data_sheet_pdf
from lifecycle.models import DataSheet
from lifecycle.services import best_posts, data_sheet
from profiles.services import fans
from tests.factories import NOW, make_account, make_kol
from tests.lifecycle.growing import enter
from tests.lifecycle.refusing import nothing_written

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def grown(operator):
    kol = make_kol(operator, "苏晚晴", good_at="secret remark", language="zh-hans")
    own, other = make_account(kol), make_account(kol, "bilibili", "elsewhere")
    for days, value in ((100, 800), (50, 900), (2, 1200)):
        enter(own, value, DAY - timedelta(days=days))
        enter(other, 777_777, DAY - timedelta(days=days))
    return kol


def by(user):
    return Actor(user, "page", NOW)


def test_it_holds_the_own_growth_best_posts_and_audience_and_nothing_internal(operator, grown):
    fans.report(by(operator), grown, {"audience": {"region": {"上海": 40.0}}})
    row = data_sheet.make(by(operator), grown, "en", [{"title": "My first marathon"}])
    content = row.content
    assert [value for _day, value in content["followers"]] == [800, 900, 1200]
    assert [post["title"] for post in content["best"]] == ["My first marathon"]
    assert content["audience"] == {"region": {"上海": 40.0}}
    assert set(content) == {
        *("day", "account", "followers", "as_of", "figures", "audience", "audience_on"),
        *("language", "best"),
    }
    assert "777777" not in str(content)
    assert "secret" not in str(content)


@pytest.mark.parametrize(("language", "marks"), [("zh-hans", b"(zh-CN)"), ("en", b"(en)")])
def test_it_is_a_pdf_in_the_language_it_was_taken_out_in(operator, grown, language, marks):
    made = data_sheet_pdf.render(data_sheet.make(by(operator), grown, language, [{"title": "<b>视频</b>"}]))
    assert made.startswith(b"%PDF-")
    assert marks in made
    assert len(made) < 60_000


def test_a_sheet_keeps_the_figures_and_who_took_it_out(operator, grown):
    row = data_sheet.make(by(operator), grown, "en")
    enter(grown.accounts.get(platform="own"), 5000, DAY)
    kept = DataSheet.objects.get(pk=row.pk)
    assert (kept.user, kept.at, kept.content["followers"][-1][1]) == (operator, NOW, 1200)


def test_one_figure_makes_a_sheet_and_none_does_not(operator, kol):
    nothing_written(lambda: data_sheet.make(by(operator), kol, "en"), Refused, code="no_own_figures")
    enter(make_account(kol), 500, DAY)
    assert data_sheet_pdf.render(data_sheet.make(by(operator), kol, "en")).startswith(b"%PDF-")


def test_only_keepers_take_one_out(operator, colleague, grown):
    nothing_written(lambda: data_sheet.make(by(colleague), grown, "en"), PermissionDenied)
    nothing_written(lambda: data_sheet.make(by(operator), grown, "xx"), ValidationError, field="language")


def test_best_posts_are_chosen_with_link_day_and_figures_most_interactions_first(operator, grown):
    few = {"title": "Few", "on": DAY, "reactions": 9}
    many = {"title": "Many", "url": "https://own.example/1", "reactions": 5, "comments": 4, "shares": 3}
    row = data_sheet.make(by(operator), grown, "en", [{"title": "Unknown"}, few, many])
    day = DAY.isoformat()
    unknown = {"reactions": None, "comments": None, "shares": None}
    assert row.content["best"] == [
        {
            "title": "Many",
            "url": many["url"],
            "on": "",
            "reactions": 5,
            "comments": 4,
            "shares": 3,
            "as_of": day,
        },
        {"title": "Few", "url": "", "on": day, **unknown, "reactions": 9, "as_of": day},
        {"title": "Unknown", "url": "", "on": "", **unknown, "as_of": ""},
    ]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "A", "url": "javascript:alert(1)"}, "url"),
        ({"title": "A", "on": DAY + timedelta(days=1)}, "on"),
        ({"title": "A", "on": DAY, "as_of": DAY - timedelta(days=1)}, "as_of"),
        ({"title": "A", "shares": -1}, "shares"),
        ({"title": "A", "likes": 1}, "likes"),
    ],
)
def test_a_post_is_refused_at_its_field(operator, grown, wrong, field):
    def act():
        data_sheet.make(by(operator), grown, "en", [{"title": "Fine"}, wrong])

    nothing_written(act, ValidationError, field=f"best.1.{field}")


def test_a_post_stands_once_and_a_sheet_names_ten(operator, grown):
    twice = [{"title": "A", "url": "https://own.example/1"}, {"title": "B", "url": "https://own.example/1"}]
    refused = (twice, "best.1.url"), ([{"title": "A"}] * 11, "best")
    for posts, field in refused:

        def act(posts=posts):
            data_sheet.make(by(operator), grown, "en", posts)

        nothing_written(act, ValidationError, field=field)


def test_the_posts_of_the_last_sheet_are_offered_with_the_day_of_their_figures(operator, as_user, grown):
    first = DataSheet(kol=grown, content={"best": ["Named by a line"]}, at=NOW, user=operator)
    first.save()
    assert best_posts.offered(grown) == [{"title": "Named by a line"}]
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        later = Actor(operator, "page", NOW + timedelta(days=1))
        data_sheet.make(later, grown, "en", [{"title": "Second", "reactions": 3}])
        page = as_user(operator).get(reverse("lifecycle:data-sheets", args=[grown.pk])).content.decode()
    assert 'value="Second"' in page
    assert f'name="best-0-as_of" value="{(DAY + timedelta(days=1)).isoformat()}"' in page


def test_what_was_typed_stays_where_a_post_is_refused(operator, as_user, api, grown):
    typed = {"language": "en", "posts": ["0", "new1"], "best-new1-title": "Kept", "best-new1-url": "no link"}
    answer = as_user(operator).post(reverse("lifecycle:data-sheets", args=[grown.pk]), typed)
    page = answer.content.decode()
    assert (answer.status_code, 'value="Kept"' in page, "http://" in page) == (422, True, True)
    body = {"best": [{"title": "Kept", "url": "no link"}]}
    refused = api(operator).post(f"/api/v1/kols/{grown.pk}/data-sheets/", body, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["best.0.url"])
    assert not DataSheet.objects.exists()


def test_page_and_api_hand_it_out(operator, stranger, as_user, api, grown):
    address = reverse("lifecycle:data-sheets", args=[grown.pk])
    typed = {"language": "en", "posts": ["0", "1"], "best-0-title": "One", "best-1-title": "Two"}
    typed |= {"best-1-shares": "7"}
    answer = as_user(operator).post(address, typed, follow=True)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in answer["Cache-Control"]
    made = api(operator).post(f"/api/v1/kols/{grown.pk}/data-sheets/", {}, format="json")
    assert (made.status_code, made.json()["content"]["language"]) == (201, "zh-hans")
    pdf = f"/api/v1/data-sheets/{made.json()['id']}/pdf/"
    assert api(operator).get(pdf).content.startswith(b"%PDF-")
    assert api(stranger).get(pdf).status_code == 404
    listed = api(operator).get(f"/api/v1/kols/{grown.pk}/data-sheets/").json()["results"]
    titles = [[post["title"] for post in one["content"]["best"]] for one in listed]
    assert titles == [[], ["Two", "One"]]
