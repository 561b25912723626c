"""What no honest client sends is refused at its field, at once, and nothing written (RELIABILITY)."""

import json
import time

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kol_crm.core import work as works
from profiles.importing import paste
from profiles.rules import link
from tests.factories import NOW, make_account
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
SCOPES = ("kols:read", "kols:write", "figures:write")
SECONDS = 10  # of the processor; what grows with the square of the text takes minutes


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account(kol):
    return make_account(kol, "weibo", "mia")


@pytest.fixture
def path(kol, account):
    return reverse("profiles:account-paste", args=[kol.pk, account.pk])


HUGE = {
    "a grid that only its size says": {"text": "x", "rows": "99999", "columns": "99999"},
    "one row wider than all": {"text": "a\tb\n" * 20_000 + "\t" * 90_000 + "x"},
    "one endless cell": {"text": "date\tfollowers\n" + "a." * 90_000},
    "a quote never closed": {"text": 'date\tfollowers\n"' + "a/" * 90_000},
}


@pytest.mark.parametrize("data", HUGE.values(), ids=HUGE)
def test_a_huge_paste_is_refused_at_once(operator, as_user, path, data):
    before, began = state(), time.thread_time()
    answer = as_user(operator).post(path, data | {"step": "save"})
    assert time.thread_time() - began < SECONDS
    assert answer.status_code == 422
    assert len(answer.content) < 1_000_000
    assert state() == before


def test_what_was_pasted_stays_though_it_is_too_large(operator, as_user, path):
    text = "a\tb\n" * (paste.MOST_ROWS + 2) + "the end"
    answer = as_user(operator).post(path, {"text": text})
    assert answer.status_code == 422
    assert "the end" in answer.content.decode()


@pytest.mark.parametrize("span", paste.SPANS)
@pytest.mark.parametrize("day", ["0001-01-02", "0001-01", "1899-12-31"])
def test_a_pasted_day_before_all_days_is_a_problem_of_its_cell(operator, as_user, path, span, day):
    before = state()
    answer = as_user(operator).post(path, {"text": f"date\tposts\n{day}\t5", "span": span, "step": "save"})
    assert answer.status_code == 422
    assert "no such day" in answer.content.decode()
    assert state() == before


ENDS = [
    ("until=0001-01-01", "until"),
    ("since=0001-01-01&until=0001-02-01", "since"),
    ("until=9999-12-31&metric=posts", "until"),
    ("since=0001-01-01&until=0002-01-01&metric=posts", "since"),
]


@pytest.mark.parametrize(("query", "name"), ENDS)
def test_a_chart_beyond_the_calendar_is_refused_at_its_field(operator, account, as_user, api, query, name):
    page = as_user(operator).get(f"{reverse('profiles:figures-compare')}?account={account.pk}&{query}")
    assert page.status_code == 422
    assert "A day from 1900 to 2199." in page.content.decode()
    answer = api(operator, *SCOPES).get(f"/api/v1/accounts/{account.pk}/series/?{query}")
    assert answer.status_code == 400
    assert name in answer.json()["errors"]


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31"])
def test_facts_before_all_days_are_refused(operator, kol, account, api, day):
    client, before = api(operator, *SCOPES), state()
    figure = {"account": str(account.pk), "metric": "followers", "value": "5", "end": day, "source": "hand"}
    asked = {
        "/api/v1/snapshots/": (figure, "end"),
        f"/api/v1/accounts/{account.pk}/pass-on/": ({"to": None, "on": day}, "on"),
        f"/api/v1/kols/{kol.pk}/fans/": ({"loyalty": 3, "on": day}, "on"),
    }
    for address, (body, name) in asked.items():
        answer = client.post(address, body, format="json")
        assert answer.status_code == 400, address
        assert name in answer.json()["errors"]
    assert state() == before


@pytest.mark.parametrize("name", ["\0", "a\0b", "\ud800", "a\nb"])
def test_a_share_of_fans_is_of_something_that_can_be_read(operator, kol, api, name):
    before = state()
    for shares in ({name: 5}, {name: "x"}):
        body = json.dumps({"audience": {"region": shares}})
        answer = api(operator, *SCOPES).post(
            f"/api/v1/kols/{kol.pk}/fans/", body, content_type="application/json"
        )
        assert answer.status_code == 400
        assert any(key.startswith("audience.region") for key in answer.json()["errors"])
    assert state() == before


@pytest.mark.parametrize("cells", [{"9" * 5000: {}}, {"1": {"9" * 5000: "a"}}])
def test_a_cell_beyond_all_numbers_is_no_cell(operator, api, cells):
    client = api(operator, *SCOPES)
    table = SimpleUploadedFile("a.csv", b"name\nx\n")
    made = client.post("/api/v1/imports/", {"file": table}, format="multipart")
    before = state()
    answer = client.post(f"{made['Location']}mend/", {"cells": cells}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cells"])
    assert state() == before


@pytest.mark.parametrize(
    "asked", [f"group=owner&inside={'9' * 30}", "group=level&inside=%00", "group=stage&inside=x"]
)
def test_a_group_that_cannot_be_is_no_group(operator, kol, api, as_user, asked):
    assert as_user(operator).get(f"{reverse('profiles:kol-list')}?{asked}").status_code == 200
    answer = api(operator).get(f"/api/v1/kols/?{asked}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["inside"])
    beside = reverse("profiles:kol-detail", args=[kol.pk])
    assert as_user(operator).get(beside, {"list": asked.replace("%00", "\0")}).status_code == 200


@pytest.mark.parametrize(
    "text", ["https://weibo.com/n/%00", "https://weibo.com/n/a%0Ab", "https://x.com/i/user/%00"]
)
def test_a_link_names_nobody_by_signs_that_no_account_has(operator, account, as_user, text):
    with pytest.raises(link.Unresolved):
        link.read(text)
    browser = as_user(operator)
    assert browser.post(reverse("profiles:kol-named"), {"q": text}).json() == {"people": []}
    asked = f"{reverse('profiles:figures-compare')}?account={account.pk}"
    assert browser.get(asked, {"account": account.pk, "with": text}).status_code == 422
    many = {"rows": "2", "columns": "2", "cell-0-0": "account", "cell-0-1": "followers"}
    answer = browser.post(reverse("profiles:figures-paste"), many | {"cell-1-0": text, "cell-1-1": "3"})
    assert answer.status_code == 200
    answer = browser.post(reverse("profiles:figures-paste"), many | {"cell-1-0": "a\0b", "cell-1-1": "3"})
    assert answer.status_code == 200


@pytest.mark.parametrize("day", ["9999-12-30", "0001-01-01"])
def test_an_imported_day_beyond_the_calendar_is_a_problem_of_its_cell(operator, api, day):
    client = api(operator, *SCOPES)
    table = SimpleUploadedFile("a.csv", f"handle,date,period,posts\nmia,{day},week,5\n".encode())
    made = client.post("/api/v1/imports/", {"file": table, "platform": "weibo"}, format="multipart")
    assert made.status_code == 201
    works.run_waiting()
    told = client.get(f"{made['Location']}rows/").json()["results"]
    assert "no such day" in str(told), told
