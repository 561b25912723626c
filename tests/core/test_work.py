"""Work in the background: taken once, kept by a lease, told at the end (RELIABILITY 1)."""

from datetime import timedelta

import pytest

from kol_crm.core import work as works
from kol_crm.core.dispatcher import database_clock
from kol_crm.core.errors import Refused
from kol_crm.core.models import Notice, Work

pytestmark = pytest.mark.django_db
State = Work.State


@pytest.fixture
def kind(monkeypatch):
    """``kind(run)`` makes known a kind of work that does this."""

    def known(run) -> str:
        made = works.Kind(
            "Counting", "loader", run, lambda work: f"{work.counts.get('n', 0)} counted", lambda _w: "/kols/"
        )
        monkeypatch.setitem(works.kinds._providers, "counting", made)
        return "counting"

    return known


def to_three(run: works.Run) -> None:
    for n in range(run.work.done + 1, 4):
        run.progress(n, total=3, n=n)


def test_work_is_done_and_its_owner_told(actor, kind):
    work = works.start(actor, kind(to_three), {"a": 1})
    assert works.run_waiting().done == 1
    work.refresh_from_db()
    assert (work.state, work.done, work.total, work.counts, work.percent) == (State.DONE, 3, 3, {"n": 3}, 100)
    assert Notice.objects.get().user == actor.user
    assert works.run_waiting().seen == 0


def test_a_run_acts_as_who_started_it_in_one_change_set(actor, kind):
    seen = []
    work = works.start(actor, kind(lambda run: seen.append(run.actor)))
    works.run_one(work)
    assert (seen[0].user, seen[0].door, seen[0].at) == (actor.user, "page", actor.at)
    assert seen[0].change_set == actor.change_set


def test_an_error_is_kept_without_its_words(actor, kind):
    def fail(run):
        run.progress(1, n=1)
        raise ValueError("13800138000")

    work = works.run_one(works.start(actor, kind(fail)))
    assert (work.state, work.error, work.counts) == (State.FAILED, "ValueError", {"n": 1})
    assert Notice.objects.count() == 1


def test_a_refusal_is_kept_by_its_code(actor, kind):
    def refuse(run):
        raise Refused("not_now", "words")

    assert works.run_one(works.start(actor, kind(refuse))).error == "not_now"


def test_a_dead_workers_work_goes_on_where_it_stood(actor, kind):
    work = works.start(actor, kind(to_three))
    dead = works._claim(database_clock())
    works.Run(dead).progress(2, total=3, n=2)
    assert works.run_waiting().seen == 0, "it is held"
    Work.objects.filter(pk=work.pk).update(lease_until=database_clock() - timedelta(seconds=1))
    assert works.run_waiting().done == 1
    work.refresh_from_db()
    assert (work.state, work.attempts, work.counts) == (State.DONE, 2, {"n": 3})
    with pytest.raises(works.Stopped):
        works.Run(dead).progress(3)


def test_work_that_kills_its_workers_is_given_up(actor, kind):
    work = works.start(actor, kind(to_three))
    Work.objects.filter(pk=work.pk).update(attempts=works.MOST_ATTEMPTS)
    assert works.run_one(work).error == "given up"


def test_cancelled_work_writes_nothing_more(actor, kind):
    def cancelled_midway(run):
        run.progress(1, n=1)
        works.cancel(actor, run.work)
        run.progress(2, n=2)

    work = works.run_one(works.start(actor, kind(cancelled_midway)))
    assert (work.state, work.done, work.counts) == (State.CANCELLED, 1, {"n": 1})
    with pytest.raises(Refused):
        works.cancel(actor, work)


def test_the_part_asks_again_until_it_is_over(as_user, actor, kind):
    work = works.start(actor, kind(to_three))
    browser = as_user(actor.user)
    part = browser.get(f"/work/{work.pk}/", headers={"HX-Request": "true"})
    assert "every 1s" in part.content.decode()
    works.run_one(work)
    part = browser.get(f"/work/{work.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "every 1s" not in part
    assert "3 counted" in part
    assert 'href="/kols/"' in part


def test_work_is_its_owners_alone(as_user, actor, kind, colleague, manager):
    work = works.start(actor, kind(to_three))
    for user in (colleague, manager):
        assert as_user(user).get(f"/work/{work.pk}/").status_code == 404
        assert as_user(user).post(f"/work/{work.pk}/cancel/").status_code == 404
    work.refresh_from_db()
    assert work.state == State.WAITING


def test_the_api_says_how_far_it_is(api, actor, kind, colleague):
    work = works.run_one(works.start(actor, kind(to_three)))
    answer = api(actor.user).get(f"/api/v1/work/{work.pk}/").json()
    assert (answer["state"], answer["done"], answer["words"]) == ("done", 3, "3 counted")
    assert api(colleague).get(f"/api/v1/work/{work.pk}/").status_code == 404
