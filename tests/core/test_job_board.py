"""The jobs page: what ran, what runs next, what is stuck; run one now, send one again (RELIABILITY 1)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from kol_crm.core import job_board, jobs, outbox
from kol_crm.core.actor import Actor
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.models import Change, JobRun, Send
from kol_crm.core.outbox import Kind, Tally

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)  # 11:00 in Shanghai
NIGHT = datetime(2026, 11, 25, 16, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def two_jobs(monkeypatch):
    """One that does two things and passes one over, and one that fails at one."""
    point: ExtensionPoint = ExtensionPoint("nightly jobs")
    point.register("counting", lambda _actor: Tally(seen=3, done=2, skipped=1))

    def failing(_actor):
        tally = Tally(seen=2, done=1)
        tally.failure("row 7", ValueError("personal words"))
        return tally

    point.register("failing", failing)
    monkeypatch.setattr(jobs, "nightly_jobs", point)
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def as_admin(client, admin):
    client.force_login(admin)
    return client


def board() -> dict[str, job_board.Job]:
    return {job.name: job for job in job_board.board(NOW)}


def mail(key: str, state=Send.State.PENDING, kind="ours", **columns) -> Send:
    end = NOW + timedelta(hours=1)
    send = outbox.new(key, kind, not_before=NOW - timedelta(hours=1), give_up_after=end, at=NOW)
    send.state = state
    for name, value in columns.items():
        setattr(send, name, value)
    send.save()
    return send


@pytest.fixture
def to_staff(monkeypatch):
    kind = Kind(
        wanted=lambda _send, _now: "",
        render=lambda _send: None,
        settled=lambda *_args, **_more: None,
        resend_uncertain=True,
    )
    monkeypatch.setitem(outbox.kinds._providers, "ours", kind)


def test_a_job_shows_its_last_run_how_long_it_took_and_the_next():
    jobs.night(Actor.job(NOW))
    counting = board()["counting"]
    assert (counting.last.seen, counting.last.done, counting.last.skipped) == (3, 2, 1)
    assert counting.seconds == 0
    assert counting.next_at == NIGHT + timedelta(days=1)
    assert counting.failure is None


def test_a_night_that_was_slept_through_is_next():
    assert board()["counting"].next_at == NOW
    assert board()["counting"].last is None


def test_the_tick_comes_every_half_minute_after_the_last():
    JobRun.objects.create(job="tick", started_at=NOW - timedelta(seconds=10), ended_at=NOW)
    assert board()["tick"].next_at == NOW + timedelta(seconds=20)


def test_a_run_that_died_says_that_it_has_not_ended(as_admin):
    JobRun.objects.create(job="tick", started_at=NOW - timedelta(hours=1))
    assert board()["tick"].seconds is None
    assert "not ended" in as_admin.get("/settings/jobs/").content.decode()


def test_a_failure_of_the_week_stays_in_sight_after_a_good_run(as_admin):
    jobs.one("failing", jobs.nightly_jobs.get("failing"), Actor.job(NOW - timedelta(days=2)))
    JobRun.objects.create(job="failing", started_at=NOW, ended_at=NOW)
    assert board()["failing"].failure.error == "row 7: ValueError"
    page = as_admin.get("/settings/jobs/").content.decode()
    assert "row 7: ValueError" in page
    assert "personal words" not in page


def test_a_failure_is_forgotten_after_a_week():
    jobs.one("failing", jobs.nightly_jobs.get("failing"), Actor.job(NOW - timedelta(days=8)))
    assert board()["failing"].failure is None


def test_the_outbox_counts_what_is_not_over_and_tells_since_when_the_oldest_waits(to_staff):
    mail("a")
    mail("b", Send.State.SENT)
    mail("c", Send.State.UNCERTAIN)
    mail("d", not_before=NOW + timedelta(hours=1))
    found = job_board.outbox(NOW)
    assert {state: n for state, n in found.counts.items() if n} == {"pending": 2, "uncertain": 1}
    assert found.oldest_due == NOW - timedelta(hours=1)
    assert [send.key for send in found.troubled] == ["c"]


def test_what_is_due_since_a_moment_is_not_late():
    mail("a", not_before=NOW - timedelta(minutes=1))
    assert job_board.outbox(NOW).oldest_due is None


def test_the_page_asks_as_much_for_many_runs_as_for_few(as_admin, to_staff, django_assert_max_num_queries):
    as_admin.get("/settings/jobs/")
    for n in range(20):
        jobs.one("failing", jobs.nightly_jobs.get("failing"), Actor.job(NOW - timedelta(hours=n)))
        mail(str(n), Send.State.FAILED)
    with django_assert_max_num_queries(15):
        as_admin.get("/settings/jobs/")


def test_a_job_runs_now_in_a_worker_once_however_often_it_is_asked_for(admin, as_admin):
    as_admin.post("/settings/jobs/counting/run/")
    as_admin.post("/settings/jobs/counting/run/")
    [asked] = JobRun.objects.all()
    assert (asked.asked_by, asked.started_at) == (admin, None)
    assert f"now, for {admin}" in as_admin.get("/settings/jobs/").content.decode()
    assert jobs.run_asked(Actor.job(NOW)) == 1
    assert jobs.run_asked(Actor.job(NOW)) == 0
    [run] = JobRun.objects.all()
    assert (run.done, run.asked_by, run.started_at) == (2, admin, NOW)


def test_the_tick_can_be_asked_for(as_admin):
    as_admin.post("/settings/jobs/tick/run/")
    assert jobs.run_asked(Actor.job(NOW)) == 1
    assert JobRun.objects.get(job="tick").ended_at is not None


def test_a_job_that_does_not_exist_is_not_run(as_admin, api_of_admin):
    assert as_admin.post("/settings/jobs/nonsense/run/").status_code == 404
    assert api_of_admin.post("/api/v1/jobs/nonsense/run/").status_code == 404
    assert not JobRun.objects.exists()


@pytest.fixture
def api_of_admin(api, admin):
    return api(admin, "kols:read", "users:write")


def test_the_api_tells_the_same_and_runs_one(api_of_admin, to_staff):
    jobs.night(Actor.job(NOW))
    mail("c", Send.State.FAILED, outcome="no such user")
    told = api_of_admin.get("/api/v1/jobs/").json()
    counting = next(job for job in told["jobs"] if job["name"] == "counting")
    assert counting["last"]["done"] == 2
    assert told["outbox"]["counts"]["failed"] == 1
    assert told["outbox"]["troubled"][0]["outcome"] == "no such user"
    assert api_of_admin.post("/api/v1/jobs/counting/run/").status_code == 202
    waiting = next(job for job in api_of_admin.get("/api/v1/jobs/").json()["jobs"] if job["asked_by"])
    assert (waiting["name"], waiting["asked_by"]) == ("counting", "Admin")


def test_a_failed_mail_to_a_colleague_goes_again_with_the_time_it_had(admin, as_admin, to_staff):
    send = mail("c", Send.State.FAILED, attempts=12, outcome="no such user")
    as_admin.post(f"/settings/jobs/mail/{send.pk}/again/")
    send.refresh_from_db()
    assert (send.state, send.attempts, send.outcome) == (Send.State.PENDING, 0, "")
    assert (send.not_before, send.give_up_after) == (NOW, NOW + timedelta(hours=2))
    [change] = Change.objects.filter(row=send.pk)
    assert (change.before, change.after, change.change_set.user) == ("failed", "pending", admin)


@pytest.mark.parametrize(
    ("state", "kind"), [("failed", "greeting"), ("sent", "ours"), ("sending", "ours"), ("failed", "unknown")]
)
def test_what_goes_to_a_kol_and_what_is_over_does_not_go_again(api_of_admin, to_staff, state, kind):
    send = mail("c", state, kind)
    assert api_of_admin.post(f"/api/v1/jobs/mail/{send.pk}/again/").status_code == 409
    send.refresh_from_db()
    assert send.state == state
    assert not Change.objects.filter(row=send.pk).exists()


def test_only_admins_see_and_run_jobs(client, api, manager):
    client.force_login(manager)
    assert client.get("/settings/jobs/").status_code == 403
    assert client.post("/settings/jobs/counting/run/").status_code == 403
    asking = api(manager, "kols:read", "users:write")
    assert asking.get("/api/v1/jobs/").status_code == 403
    assert asking.post("/api/v1/jobs/counting/run/").status_code == 403
    assert not JobRun.objects.exists()
