"""Notices: ids that become words with the reader's rights of the moment (UI, frame)."""

import pytest

from kol_crm.core import notices, waiting
from kol_crm.core.actor import Actor
from kol_crm.core.models import Notice
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def unread(user) -> int:
    return waiting.of_user(user, NOW.date()).unread


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    def tell(rows, _user):
        return {
            row.pk: notices.Told(f"said {row.data['n']}", "/kols/")
            for row in rows
            if not row.data.get("gone")
        }

    monkeypatch.setitem(notices.kinds._providers, "said", notices.NoticeKind("Said", "bell", tell))


def test_everyone_is_told_but_who_did_it_and_who_left(actor, operator, colleague, manager):
    manager.is_active = False
    notices.notify(actor, [operator, colleague, manager, colleague], "said", data={"n": 1})
    assert [row.user for row in Notice.objects.all()] == [colleague]
    assert (unread(colleague), unread(operator)) == (1, 0)


def test_a_job_that_runs_twice_tells_once(now, colleague):
    for _time in range(2):
        notices.notify(Actor.job(now), [colleague], "said", data={"n": 1}, key="said:1")
    assert unread(colleague) == 1


def test_what_its_reader_may_no_longer_see_is_left_out(actor, colleague):
    notices.notify(actor, [colleague], "said", data={"n": 1, "gone": True})
    notices.notify(actor, [colleague], "said", data={"n": 2})
    rows = Notice.objects.all()
    assert [words.text for _row, words, _kind in notices.in_words(rows, colleague)] == ["said 2"]


def test_one_reads_ones_own_only(actor, colleague, manager, now, as_user):
    notices.notify(actor, [colleague, manager], "said", data={"n": 1})
    theirs = Notice.objects.get(user=manager)
    answer = as_user(colleague).post("/notices/read/", {"notice": str(theirs.pk)})
    assert (answer.status_code, unread(manager)) == (204, 1)
    own = Notice.objects.get(user=colleague)
    as_user(colleague).post("/notices/read/", {"notice": str(own.pk)})
    assert (unread(colleague), unread(manager)) == (0, 1)
    assert as_user(manager).post("/notices/read/").status_code == 302
    assert unread(manager) == 0
    assert as_user(manager).post("/notices/read/", {"notice": "x"}).status_code == 400


def test_the_bell_counts_and_the_list_shows(actor, colleague, as_user, django_assert_max_num_queries):
    for n in range(3):
        notices.notify(actor, [colleague], "said", data={"n": n})
    browser = as_user(colleague)
    page = browser.get("/notices/").content.decode()
    assert "Notices: 3 new" in page
    assert page.count("notice is-new") == 3
    assert "said 2" in browser.get("/notices/newest/").content.decode()
    with django_assert_max_num_queries(10):
        browser.get("/notices/?unread=true")


def test_the_api_lists_and_reads(actor, colleague, manager, api):
    notices.notify(actor, [colleague], "said", data={"n": 1})
    client = api(colleague)
    row = client.get("/api/v1/notices/?unread=true").json()["results"][0]
    assert (row["text"], row["by"], row["read_at"]) == ("said 1", "operator", None)
    assert api(manager).post(f"/api/v1/notices/{row['id']}/read/").status_code == 404
    assert api(colleague, "kols:read").post(f"/api/v1/notices/{row['id']}/read/").status_code == 403
    assert unread(colleague) == 1
    assert client.post(f"/api/v1/notices/{row['id']}/read/").status_code == 204
    assert client.get("/api/v1/notices/?unread=true").json()["results"] == []
