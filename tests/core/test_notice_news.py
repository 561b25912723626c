"""What an open page asks every few seconds (UI, frame)."""

import pytest
from django.utils import translation

from kol_crm.core import notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import LoginSession, Notice
from tests.factories import make_kol

pytestmark = pytest.mark.django_db
URL = "/notices/news/"


@pytest.fixture
def told(operator, colleague, actor):
    """``told()`` mentions the colleague in a touch with a KOL of their team."""
    kol = make_kol(operator, "李娜")
    return lambda: notices.notify(actor, [colleague], "mention", subject=kol.pk, data={"touch": ""})


def test_it_tells_the_count_and_the_newest(colleague, told, as_user):
    for _time in range(5):
        told()
    news = as_user(colleague).get(URL).json()
    assert (news["unread"], news["count"], news["label"]) == (5, "5", "Notices: 5 new")
    newest = Notice.objects.order_by("-at", "-id")[:3]
    assert [row["id"] for row in news["newest"]] == [str(row.pk) for row in newest]
    assert news["newest"][0]["text"] == "Operator mentioned you in a touch with 李娜"


def test_while_nothing_changes_it_is_one_statement_and_touches_no_session(
    colleague, told, as_user, django_assert_num_queries
):
    told()
    browser = as_user(colleague)
    etag = browser.get(URL)["ETag"]
    before = list(LoginSession.objects.values())
    with django_assert_num_queries(3):  # session, user, and the one
        answer = browser.get(URL, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", etag)
    assert list(LoginSession.objects.values()) == before
    assert "sessionid" not in answer.cookies


def test_another_notice_a_read_one_and_another_language_are_news(colleague, told, as_user, actor):
    told()
    browser = as_user(colleague)
    seen = {browser.get(URL)["ETag"]}
    told()
    seen.add(browser.get(URL)["ETag"])
    notices.mark_read(Actor(colleague, "page", actor.at))
    seen.add(browser.get(URL)["ETag"])
    with translation.override("zh-hans"):
        seen.add(browser.get(URL, headers={"Accept-Language": "zh-hans"})["ETag"])
    assert len(seen) == 4


def test_a_stranger_is_asked_to_log_in(client):
    assert client.get(URL).status_code == 302
