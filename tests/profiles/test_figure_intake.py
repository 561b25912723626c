"""Figures of many accounts at once (DOMAIN 3.4, 2.1): ``POST /api/v1/snapshots/bulk/``."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.actor import Actor
from kol_crm.core.models import uuid7
from profiles.api import figure_rows
from profiles.models import Account, Kol, Snapshot
from profiles.services import holder
from tests.factories import NOW, make_account, make_kol

pytestmark = pytest.mark.django_db
BULK = "/api/v1/snapshots/bulk/"
KEY = {"Idempotency-Key": "1"}


def row(account: Account, /, **more) -> dict:
    return {"account": str(account.pk), "end": "2026-11-23", "figures": {"followers": 12000}} | more


def sent(client, *rows) -> dict:
    answer = client.post(BULK, {"rows": list(rows)}, headers={"Idempotency-Key": str(uuid7())})
    assert answer.status_code == 200, answer.content
    return answer.json()


def account_of(user, n: int) -> Account:
    return make_account(make_kol(user, f"k{n}"), handle=f"u{n}")


def test_rows_are_taken_in_and_sent_again_change_nothing(api, operator):
    first, second = account_of(operator, 1), account_of(operator, 2)
    rows = [row(first, figures={"followers": "12000", "likes_avg": 310.25}), row(second)]
    told = sent(api(operator), *rows)
    assert told["counts"] == {"new": 3, "changed": 0, "unchanged": 0, "refused": 0}
    assert told["results"][0] == {
        "row": 0,
        "figures": {"followers": "new", "likes_avg": "new"},
        "errors": {},
    }
    assert sent(api(operator), *rows)["counts"] == {"new": 0, "changed": 0, "unchanged": 3, "refused": 0}
    assert Snapshot.objects.count() == 3
    row_of_first = Snapshot.objects.get(account=first, metric="followers")
    assert (row_of_first.value, row_of_first.writer, row_of_first.source) == (12000, operator, "api")


def test_another_value_takes_the_earlier_back_and_the_columns_follow(api, operator):
    account = account_of(operator, 1)
    sent(api(operator), row(account))
    told = sent(api(operator), row(account, figures={"followers": 13000, "following": 7}))
    assert told["results"][0]["figures"] == {"followers": "changed", "following": "new"}
    account.refresh_from_db()
    assert (account.followers, Kol.objects.get(pk=account.kol_id).own_followers) == (13000, 13000)
    assert Snapshot.objects.filter(metric="followers", standing=True).count() == 1


def test_a_flow_has_its_days_and_a_stock_none(api, operator):
    account = account_of(operator, 1)
    flow = row(account, start="2026-11-16", end="2026-11-22", figures={"views": 500})
    wrong = row(account, start="2026-11-01")
    told = sent(api(operator), flow, wrong)
    assert [list(one["errors"]) for one in told["results"]] == [[], ["start"]]
    assert Snapshot.objects.get().metric == "views"


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"account": "x"}, "account"),
        ({"account": None}, "account"),
        ({"account": "01a216d5-41ca-7989-a0f9-f601e6288e24"}, "account"),
        ({"end": "23.11.2026"}, "end"),
        ({"end": None}, "end"),
        ({"start": "0001-01-01", "figures": {"views": 1}}, "start"),
        ({"start": "yesterday"}, "start"),
        ({"start": "2026-11-24", "figures": {"views": 1}}, "end"),
        ({"source": ""}, "source"),
        ({"source": "x" * 41}, "source"),
        ({"figures": {}}, "figures"),
        ({"figures": [1]}, "figures"),
        ({"figures": {"karma": 1}}, "figures.karma"),
        ({"figures": {"followers": -1}}, "figures.followers"),
        ({"figures": {"followers": "1.23456"}}, "figures.followers"),
        ({"figures": {"followers": "many"}}, "figures.followers"),
        ({"figures": {"followers": "1_000"}}, "figures.followers"),
        ({"figures": {"followers": "1e5"}}, "figures.followers"),
        ({"figures": {"followers": True}}, "figures.followers"),
        ({"figures": {"followers": None}}, "figures.followers"),
        ({"figures": {"followers": 1e17}}, "figures.followers"),
        ({"figures": {"followers": "NaN"}}, "figures.followers"),
        ({"platform": "own"}, "platform"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_the_other_rows_come_in(api, operator, change, at):
    wrong, right = account_of(operator, 1), account_of(operator, 2)
    told = sent(api(operator), row(wrong, **change), row(right))
    assert list(told["results"][0]["errors"]) == [at]
    assert told["results"][0]["figures"] == {}
    assert told["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert list(Snapshot.objects.values_list("account", flat=True)) == [right.pk]


@pytest.mark.parametrize("body", [{}, {"rows": []}, {"rows": {}}, {"rows": [1], "more": 1}])
def test_a_body_without_rows_is_refused(api, operator, body):
    assert api(operator).post(BULK, body, headers=KEY).status_code == 400


def test_a_row_that_is_no_object_is_refused_at_itself(api, operator):
    assert sent(api(operator), 7, None)["counts"]["refused"] == 2


def test_more_rows_than_a_call_may_have_are_refused_as_a_whole(api, operator, monkeypatch):
    account = account_of(operator, 1)
    field = figure_rows.RowsBody().fields["rows"]
    assert field.max_length == figure_rows.MOST_ROWS
    answer = api(operator).post(BULK, {"rows": [row(account)] * (figure_rows.MOST_ROWS + 1)}, headers=KEY)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["rows"])
    assert not Snapshot.objects.exists()


def test_the_same_days_twice_in_a_call_are_refused_at_the_later_row(api, operator):
    account = account_of(operator, 1)
    told = sent(api(operator), row(account), row(account, figures={"followers": 5, "following": 1}))
    assert list(told["results"][1]["errors"]) == ["figures.followers"]
    assert [one.value for one in Snapshot.objects.all()] == [12000]


def test_figures_are_given_by_whom_the_file_is_edited(api, operator, colleague, stranger):
    """DOMAIN 2.1: the team sees it, its keeper writes; to a stranger it is not there."""
    account = account_of(operator, 1)
    for user, words in (
        (colleague, "You may see this file but not do this."),
        (stranger, "There is no such row."),
    ):
        assert sent(api(user), row(account))["results"][0]["errors"] == {"account": [words]}
    assert not Snapshot.objects.exists()


def test_it_needs_the_scope_of_figures(api, operator):
    account = account_of(operator, 1)
    client = api(operator, "kols:read", "kols:write")
    assert client.post(BULK, {"rows": [row(account)]}).status_code == 403
    assert not Snapshot.objects.exists()


def test_days_in_which_another_file_held_the_account_are_not_theirs_to_give(api, operator, stranger, manager):
    """DOMAIN 3.3."""
    account = make_account(make_kol(stranger, "before"), platform="bilibili", handle="passed")
    after = make_kol(operator, "after")
    holder.pass_on(Actor(None, "job", NOW), account, after, date(2026, 11, 20))
    told = sent(api(operator), row(account, end="2026-11-01"), row(account))
    assert list(told["results"][0]["errors"]) == ["end"]
    assert [one.end for one in Snapshot.objects.all()] == [date(2026, 11, 23)]


def test_two_hundred_rows_cost_as_many_statements_as_two(api, operator):
    accounts = [account_of(operator, n) for n in range(12)]
    client = api(operator)

    def cost(some) -> int:
        with CaptureQueriesContext(connection) as asked:
            sent(client, *(row(account, end=f"2026-11-{10 + n:02}") for account in some for n in range(10)))
        return len(asked)

    cost(accounts[:1])
    assert cost(accounts[1:3]) == cost(accounts[3:])
