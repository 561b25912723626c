"""Today while its page stands open: what came, and who was faster (UI, screen 1; DOMAIN 8.1)."""

from datetime import date

import pytest
import time_machine

from kol_crm.core.actor import Actor
from profiles.services import touch as touches
from tests.factories import NOW, make_kol
from tests.test_today import due_touch

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def keys(client, **asked) -> list[str]:
    return client.get("/today/news/", asked).json()["keys"]


def gone(client, *asked: str) -> dict[str, str]:
    return client.get("/today/gone/", {"key": asked}).json()


def test_news_tell_the_keys_of_what_is_due_in_the_order_of_the_page(client, operator):
    client.force_login(operator)
    later, sooner = due_touch(operator, "later", 24), due_touch(operator, "sooner", 20)
    assert [key.partition(":")[2] for key in keys(client)] == [str(sooner.pk), str(later.pk)]
    kind = keys(client)[0].partition(":")[0]
    assert len(keys(client, kind=kind)) == 2
    assert keys(client, kind="mention") == []
    assert client.get("/today/news/", {"kind": "nonsense"}).status_code == 404


def test_a_row_that_a_colleague_finished_says_who_and_when(client, operator, manager):
    kol = due_touch(operator, "沈书瑶", 23)
    client.force_login(operator)
    [key] = keys(client)
    touches.log(Actor(manager, "page", NOW), kol, channel="phone", began="us", text="Spoke to her")
    assert keys(client) == []
    assert gone(client, key) == {key: f"Done by {manager}, 23\u00a0Nov\u00a012:00"}


def test_of_a_file_that_one_may_not_see_nothing_is_told(client, operator, stranger):
    kol = due_touch(stranger, "不见", 23)
    client.force_login(stranger)
    [key] = keys(client)
    touches.log(Actor(stranger, "page", NOW), kol, channel="phone", began="us", text="Spoke to her")
    client.force_login(operator)
    assert gone(client, key) == {key: "No longer due"}


def test_what_is_no_key_is_refused(client, operator):
    client.force_login(operator)
    assert client.get("/today/gone/", {"key": "stay:1"}).status_code == 404
    assert client.get("/today/gone/", {"key": f"nonsense:{make_kol(operator).pk}"}).status_code == 404


def test_asking_takes_two_statements_however_many_rows_are_gone(
    client, operator, django_assert_max_num_queries
):
    client.force_login(operator)
    found = [due_touch(operator, f"k{day}", day) for day in (20, 21, 22, 23)]
    asked = keys(client)
    for kol in found:
        touches.log(Actor(operator, "page", NOW), kol, channel="phone", began="us")
    gone(client, asked[0])
    with django_assert_max_num_queries(4):  # session and user, and two
        assert len(gone(client, *asked)) == 4


def test_the_day_is_the_readers(client, operator):
    client.force_login(operator)
    due_touch(operator, "next week", 30)
    with time_machine.travel(date(2026, 11, 20), tick=False):
        assert keys(client) == []
