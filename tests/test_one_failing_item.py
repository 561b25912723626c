"""Of three the middle one fails: the others are done, it is counted and named (RELIABILITY 1; issue 7)."""

from datetime import timedelta

import pytest

from incentives.models import Greeting
from incentives.services import drafting, planner
from incentives.services import keeping as bonds
from kol_crm.core import jobs, robots, webhooks
from kol_crm.core.actor import Actor
from kol_crm.core.models import Dirty, HandedRow, JobRun, Notice, Robot, RobotNote, Send
from kol_crm.core.outbox import Tally
from kol_crm.core.services import webhook as hooks
from lifecycle.models import Candidate
from lifecycle.services import candidate, weekly
from profiles.models import ExportPart, ImportantDate, Kol
from profiles.services import date, duplicate, exports, follow, handed_row, nightly, standing
from profiles.services import kol as files
from tests.factories import NOW, UserFactory, make_kol
from tests.lifecycle.factories import make_candidate, make_programme
from tests.lifecycle.test_weekly import MONDAY
from tests.profiles.exporting import ask, worked

pytestmark = pytest.mark.django_db
NIGHT = Actor.job(NOW + timedelta(days=1))


@pytest.fixture
def three(operator):
    return [make_kol(operator, name) for name in "甲乙丙"]


@pytest.fixture
def bad(monkeypatch):
    """``bad(module, name, key)``: what does the work there fails whenever this is among what it is given."""

    def holds(given, key) -> bool:
        if isinstance(given, (list, tuple, set, frozenset)):
            return any(holds(one, key) for one in given)
        return key in (given, getattr(given, "pk", None))

    def put(module, name: str, key) -> None:
        work = getattr(module, name)

        def work_or_fail(*args, **kwargs):
            if any(holds(one, key) for one in (*args, *kwargs.values())):
                raise ValueError("personal words")
            return work(*args, **kwargs)

        monkeypatch.setattr(module, name, work_or_fail)

    return put


def one_failed(tally: Tally, key) -> None:
    assert (tally.failed, len(tally.errors)) == (1, 1), tally
    assert str(key) in tally.errors[0]
    assert tally.errors[0].endswith(": ValueError"), "the words of an error may be personal"


def test_next_due(three, bad):
    Kol.objects.update(next_due=None, next_due_kind="")
    bad(nightly.next_due, "refresh", three[1].pk)
    one_failed(nightly.due_dates(NIGHT), three[1].pk)
    assert [Kol.objects.get(pk=kol.pk).next_due is not None for kol in three] == [True, False, True]


def test_levels_and_verdicts(three, bad):
    Kol.objects.update(level="mega")
    bad(standing, "_refresh_chunk", three[1].pk)
    one_failed(nightly.figures(NIGHT), three[1].pk)
    assert [Kol.objects.get(pk=kol.pk).level for kol in three] == ["", "mega", ""]


def test_bond_and_risk_of_all(three, bad):
    Kol.objects.update(risk=99)
    bad(bonds, "refresh", three[1].pk)
    tally = bonds.refresh_all(NIGHT)
    one_failed(tally, three[1].pk)
    assert [Kol.objects.get(pk=kol.pk).risk == 99 for kol in three] == [False, True, False]


def test_bond_and_risk_after_a_fact(three, bad):
    Dirty.objects.all().delete()
    bonds.mark(NIGHT, [kol.pk for kol in three])
    bad(bonds, "refresh", three[1].pk)
    one_failed(bonds.plan(NIGHT), three[1].pk)
    kept = Dirty.objects.filter(planner=bonds.NAME).values_list("subject", flat=True)
    assert list(kept) == [three[1].pk], "it is tried again by the next tick"


def test_duplicates(three, bad):
    bad(duplicate, "refresh", three[1].pk)
    one_failed(duplicate.nightly(NIGHT), three[1].pk)


def test_important_dates(actor, three, bad):
    day = {"what": "Anniversary", "calendar": "solar", "month": 11, "day": 24}
    rows = [date.add(actor.again(), kol, day) for kol in three]
    ImportantDate.objects.update(next_on=NOW.date() - timedelta(days=3))
    bad(date, "next_day", rows[1].pk)
    one_failed(nightly.dates(NIGHT), rows[1].pk)
    moved = [ImportantDate.objects.get(pk=row.pk).next_on >= NOW.date() for row in rows]
    assert moved == [True, False, True]


def test_candidates(operator, bad):
    programme = make_programme(operator)
    rows = [make_candidate(programme) for _n in range(3)]
    Candidate.objects.update(lead_on_by=None)
    bad(candidate.next_due, "refresh", rows[1].kol_id)
    one_failed(candidate.nightly(NIGHT), rows[1].pk)
    assert [Candidate.objects.get(pk=row.pk).lead_on_by is not None for row in rows] == [True, False, True]


def test_exports_that_are_over(three, operator, bad):
    made = [worked(ask(operator)) for _n in range(3)]
    bad(exports, "forget", made[1].pk)
    tally = exports.expire(Actor.job(NOW + timedelta(days=400)))
    one_failed(tally, made[1].pk)
    assert tally.done == 2
    assert set(ExportPart.objects.values_list("export", flat=True)) == {made[1].pk}


def test_rows_in_anothers_hand(three, actor, operator, colleague, bad):
    rows = [handed_row.hand(actor.again(), f"touch:{kol.pk}", kol, operator, colleague, "") for kol in three]
    bad(handed_row, "take_back", rows[1].pk)
    one_failed(handed_row.end_over(Actor.job(NOW + timedelta(days=60))), rows[1].key)
    assert list(HandedRow.objects.values_list("pk", flat=True)) == [rows[1].pk]


def test_weekly_digests(team, bad):
    managers = [UserFactory(role="manager", team=team) for _n in range(3)]
    bad(weekly, "_numbers", managers[1].pk)
    one_failed(weekly.plan(Actor.job(MONDAY + timedelta(hours=1))), managers[1].pk)
    assert set(Notice.objects.values_list("user", flat=True)) == {managers[0].pk, managers[2].pk}


def test_robots(team, operator, colleague, three, bad):
    for n in range(3):
        Robot.objects.create(name=f"Group {n}", kind="wecom", team=team, kinds=["mention"])
    groups = list(Robot.objects.order_by("pk"))
    note = Notice.objects.create(user=colleague, kind="mention", subject=three[0].pk, by=operator, at=NOW)
    RobotNote.objects.bulk_create(RobotNote(robot=one, notice=note, created_at=NOW) for one in groups)
    bad(robots, "gather", groups[1].pk)
    one_failed(robots.plan(Actor.job(NOW)), groups[1].pk)
    assert set(Send.objects.values_list("subject", flat=True)) == {groups[0].pk, groups[2].pk}


def test_webhooks(operator, actor, three, bad):
    hooks.create(actor.again(), {"name": "sync", "url": "https://hooks.example.com/kol"})
    Dirty.objects.filter(planner=webhooks.PLANNER).delete()
    acts = [actor.again() for _n in three]
    for act, kol in zip(acts, three, strict=True):
        files.edit(act, kol, {"city": "苏州"}, None)
    bad(webhooks, "_deliver", acts[1].change_set)
    one_failed(webhooks.plan(Actor.job(NOW)), Dirty.objects.get(subject=acts[1].change_set).pk)
    left = Dirty.objects.filter(planner=webhooks.PLANNER).values_list("subject", flat=True)
    assert list(left) == [acts[1].change_set], "it is tried again by the next tick"


def test_followers(colleague, actor, three, bad):
    follow.tell(Actor.job(NOW))  # from now on
    for kol in three:
        follow.follow(Actor(colleague, "page", NOW), kol)
    for kol in three:
        files.edit(Actor(actor.user, "page", NOW + timedelta(minutes=1)), kol, {"city": "苏州"}, None)
    bad(follow.notices, "notify", three[1].pk)
    tally = follow.tell(Actor.job(NOW + timedelta(minutes=2)))
    assert 0 < tally.failed < tally.seen
    assert {error.rpartition(": ")[2] for error in tally.errors} == {"ValueError"}
    told = Notice.objects.filter(user=colleague).values_list("subject", flat=True)
    assert set(told) == {three[0].pk, three[2].pk}


def test_greetings(operator, bad, monkeypatch):
    born = {"birth_month": 11, "birth_day": 24}
    kols = [make_kol(operator, name, stage="initial", **born) for name in "甲乙丙"]
    look = drafting.Drafting.look_at

    def look_or_fail(self, kol, *more):
        if kol.pk == kols[1].pk:
            raise ValueError("personal words")
        return look(self, kol, *more)

    monkeypatch.setattr(drafting.Drafting, "look_at", look_or_fail)
    one_failed(planner.plan_window(Actor.job(NOW)), kols[1].pk)
    greeted = Greeting.objects.filter(occasion="birthday").values_list("kol", flat=True)
    assert set(greeted) == {kols[0].pk, kols[2].pk}


def test_the_jobs_page_names_what_failed_and_runs_it_again(three, admin, as_user, bad, monkeypatch):
    bad(nightly.next_due, "refresh", three[1].pk)
    jobs.one("next_due", nightly.due_dates, NIGHT)
    run = JobRun.objects.get(job="next_due")
    assert (run.seen, run.done, run.failed) == (3, 2, 1)
    assert str(three[1].pk) in run.error
    assert "ValueError" in as_user(admin).get("/settings/jobs/").content.decode()
    monkeypatch.undo()
    assert as_user(admin).post("/settings/jobs/next_due/run/").status_code in (200, 204, 302)
    jobs.run_asked(NIGHT)
    assert JobRun.objects.filter(job="next_due", failed=0, done=3).exists()
