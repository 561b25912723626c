"""Figures by the id of the file in a source, and the platform, where that is one account (issue 8)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.models import uuid7
from profiles.models import ExternalId, Snapshot
from tests.factories import make_account, make_kol
from tests.profiles.pushing import source_of

pytestmark = pytest.mark.django_db
BULK = "/api/v1/snapshots/bulk/"


def row(external_id="42", /, source="mailer", **more) -> dict:
    file = {"source": source, "external_id": external_id}
    return {"file": file, "platform": "weibo", "end": "2026-11-23", "figures": {"followers": 12}} | more


def sent(client, *rows) -> list[dict]:
    answer = client.post(BULK, {"rows": list(rows)}, headers={"Idempotency-Key": str(uuid7())})
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def known(user, source, external_id="42", accounts=1):
    kol = make_kol(user, f"k{external_id}")
    ExternalId.objects.create(kol=kol, source=source, external_id=external_id)
    return [make_account(kol, "weibo", f"h{external_id}{n}") for n in range(accounts)]


@pytest.fixture
def mailer(operator):
    return source_of(operator)


def test_the_one_account_on_the_platform_gets_the_figures(api, operator, mailer):
    (account,) = known(operator, mailer)
    make_account(account.kol, "douyin", "elsewhere")
    first, again = (sent(api(operator), row())[0] for _time in range(2))
    assert (first["figures"], first["errors"]) == ({"followers": "new"}, {})
    assert again["figures"] == {"followers": "unchanged"}
    assert Snapshot.objects.get().account == account


def test_where_it_is_not_one_account_the_row_is_refused_at_its_platform(api, operator, mailer):
    known(operator, mailer, accounts=2)
    known(operator, mailer, "43", accounts=0)
    (right,) = known(operator, mailer, "44")
    several, none, one = sent(api(operator), row(), row("43"), row("44"))
    assert several["errors"] == {"platform": ["The file has several accounts there: name the one by its id."]}
    assert none["errors"] == {"platform": ["The file has no account there."]}
    assert one["errors"] == {}
    assert Snapshot.objects.get().account == right


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"file": None}, {"file"}),
        ({"file": {"source": "mailer"}}, {"file.external_id"}),
        ({"file": {"source": 1, "external_id": ""}}, {"file.source", "file.external_id"}),
        ({"file": {"source": "mailer", "external_id": "42", "id": 1}}, {"file.id"}),
        ({"file": {"source": "nobody's", "external_id": "42"}}, {"file.source"}),
        ({"file": {"source": "mailer", "external_id": "99"}}, {"file.external_id"}),
        ({"platform": "myspace"}, {"platform"}),
        ({"platform": None}, {"platform"}),
        ({"external_id": "w1"}, {"external_id"}),
        ({"account": "x"}, {"account", "file", "platform"}),
    ],
)
def test_what_is_wrong_with_the_naming_stands_at_its_field(api, operator, mailer, change, at):
    known(operator, mailer)
    (told,) = sent(api(operator), row(**change))
    assert set(told["errors"]) == at
    assert not Snapshot.objects.exists()


def test_a_source_of_somebody_else_or_a_retired_one_names_nothing(api, operator, colleague, mailer):
    known(operator, mailer)
    (told,) = sent(api(colleague), row())
    assert list(told["errors"]) == ["file.source"]
    mailer.retired = True
    mailer.save()
    (told,) = sent(api(operator), row())
    assert list(told["errors"]) == ["file.source"]
    assert not Snapshot.objects.exists()


def test_a_file_out_of_sight_is_not_there_however_many_accounts_it_has(api, operator, stranger, mailer):
    for number, accounts in enumerate((0, 1, 2)):
        known(stranger, mailer, str(number), accounts)
    told = sent(api(operator), row("0"), row("1"), row("2"), row("never"))
    assert [one["errors"] for one in told] == [{"file.external_id": ["There is no such row."]}] * 4
    assert not Snapshot.objects.exists()


def test_a_file_that_is_only_to_be_seen_takes_no_figures(api, operator, colleague, mailer):
    known(colleague, mailer)
    (told,) = sent(api(operator), row())
    assert told["errors"] == {"account": ["You may see this file but not do this."]}
    assert not Snapshot.objects.exists()


def test_twenty_rows_ask_as_often_as_two(api, operator, mailer):
    client = api(operator)
    for number in range(23):
        known(operator, mailer, str(number))
    sent(client, row("0"))

    def asked(numbers):
        with CaptureQueriesContext(connection) as queries:
            sent(client, *(row(str(number)) for number in numbers))
        return len(queries)

    assert asked(range(1, 3)) == asked(range(3, 23))
