"""Archived: hidden, restorable for its days by owner or manager with all that hung on it (DOMAIN 1.7)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from incentives.models import Greeting
from incentives.services import planner
from kol_crm.core import due, jobs, policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, JobRun
from lifecycle.models import Review
from profiles.models import Kol
from profiles.models.querysets import RESTORE, TRASH
from profiles.services import attachment, next_due, trash
from profiles.services import kol as kols
from tests.factories import NOW, make_kol
from tests.permissions.world import full_file

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def archived(actor, kol) -> Kol:
    return kols.archive(actor.again(), kol, None)


def night(after: timedelta) -> None:
    trash.close(Actor.job(NOW + after))


def may(user, action=RESTORE) -> bool:
    return Kol.objects.visible_to(user, action).exists()


# How long, and who


@pytest.mark.parametrize(("days", "left"), [(0, 30), (1, 29), (29, 1), (30, 0), (40, 0)])
def test_days_left_are_counted_from_the_moment_of_archiving(days, left):
    assert trash.days_left(NOW, NOW + timedelta(days=days), policy.current()) == left


def test_owner_manager_and_admin_restore_others_do_not(
    actor, kol, operator, manager, admin, colleague, stranger
):
    archived(actor, kol)
    assert [may(user) for user in (operator, manager, admin)] == [True] * 3
    assert [may(user) for user in (colleague, stranger)] == [False] * 2


def test_the_night_before_the_days_are_over_changes_nothing(actor, kol, operator):
    archived(actor, kol)
    night(timedelta(days=30) - timedelta(seconds=1))
    assert may(operator)
    assert not Change.objects.filter(field="trash_over").exists()


def test_after_its_days_only_an_admin_finds_the_file_and_nothing_is_lost(
    actor, kol, operator, manager, admin, as_user
):
    attachment.add(actor.again(), kol, "note.txt", b"hello")
    archived(actor, kol)
    night(timedelta(days=30))
    assert [may(user, action) for user in (operator, manager) for action in (TRASH, RESTORE)] == [False] * 4
    assert [may(admin, action) for action in (TRASH, RESTORE)] == [True] * 2
    path = reverse("profiles:kol-restore", args=[kol.pk])
    assert [as_user(user).post(path).status_code for user in (operator, manager, admin)] == [404, 404, 302]
    back = Kol.objects.visible_to(operator).get()
    assert (back.trash_over, back.attachments.count()) == (False, 1)


def test_a_file_that_came_back_and_is_archived_again_has_all_its_days_again(actor, kol, admin, operator):
    archived(actor, kol)
    night(timedelta(days=30))
    kols.restore(Actor(admin, "page", NOW + timedelta(days=31)), kol)
    kols.archive(Actor(operator, "page", NOW + timedelta(days=31)), kol, None)
    night(timedelta(days=60))
    assert may(operator)
    night(timedelta(days=61))
    assert not may(operator)


def test_how_many_days_is_policy(actor, kol, operator):
    policy.change(actor.again(), {trash.DAYS.key: 7})
    archived(actor, kol)
    night(timedelta(days=7))
    assert not may(operator)


def test_the_night_leaves_its_run_and_its_trace(actor, kol):
    archived(actor, kol)
    jobs.nightly(Actor.job(NOW + timedelta(days=30)))
    run = JobRun.objects.get(job="trash")
    assert (run.seen, run.done, run.failed) == (1, 1, 0)
    change = Change.objects.get(root=kol.pk, field="trash_over")
    assert (change.before, change.after, change.change_set.door, change.change_set.user) == (
        False,
        True,
        "job",
        None,
    )


# Everything that hung on it


def rows_of(user) -> set[str]:
    """The kinds of row that Today offers this user for the next days."""
    return {
        row.kind for source in due.sources for row in source.rows(user, DAY, DAY + timedelta(days=60), 50)
    }


def hanging(kol) -> dict:
    return {
        "contacts": kol.contacts.count(),
        "accounts": kol.accounts.count(),
        "snapshots": sum(account.snapshots.count() for account in kol.accounts.all()),
        "tags": kol.kol_tags.count(),
        "fields": kol.kol_fields.count(),
        "touches": kol.touches.count(),
        "plans": kol.incentive_plans.count(),
        "attachments": kol.attachments.standing().count(),
        "picture": kol.picture_id,
        "stage": kol.stage,
        "stage since": kol.stage_since,
        "review": Review.objects.awaiting().filter(kol=kol).count(),
    }


def test_everything_that_hung_on_a_file_is_still_there_and_due_again(operator):
    actor = Actor(operator, "page", NOW)
    file = full_file(operator, "eastmark", "13711110001")
    kol = file.kol
    file.greeting.delete()  # its day passes meanwhile; the next test is about greetings
    next_due.refresh([kol.pk])
    kol.refresh_from_db()
    before, dates = hanging(kol), (kol.next_due, kol.next_due_kind, kol.touch_due, kol.review_due)
    rows = rows_of(operator)
    assert {"touch", "review"} <= rows
    archived(actor, kol)
    assert rows_of(operator) == set(), "jobs and Today leave an archived file alone"
    assert Kol.objects.get(pk=kol.pk).next_due is None
    jobs.nightly(Actor.job(NOW + timedelta(hours=12)))
    kols.restore(Actor(operator, "page", NOW + timedelta(days=1)), kol)
    kol.refresh_from_db()
    assert hanging(kol) == before
    assert (kol.next_due, kol.next_due_kind, kol.touch_due, kol.review_due) == dates
    assert rows_of(operator) == rows


def test_a_greeting_planned_before_comes_back_with_its_file(operator):
    birthday = DAY + timedelta(days=2)
    kol = make_kol(
        operator,
        birth_month=birthday.month,
        birth_day=birthday.day,
        contacts=[{"channel": "mail", "value": "ava@mail.example"}],
    )
    planner.plan(Actor.job(NOW))
    assert Greeting.objects.get(kol=kol).state == Greeting.State.DRAFT
    actor = Actor(operator, "page", NOW)
    archived(actor, kol)
    planner.plan(Actor.job(NOW + timedelta(minutes=1)))
    assert Greeting.objects.get(kol=kol).state == Greeting.State.SKIPPED
    kols.restore(actor.again(), kol)
    planner.plan(Actor.job(NOW + timedelta(minutes=2)))
    assert Greeting.objects.get(kol=kol).state == Greeting.State.DRAFT


# The page


def test_the_trash_says_who_archived_when_and_how_long_it_may_come_back(
    as_user, manager, operator, actor, kol
):
    kols.archive(Actor(manager, "page", NOW - timedelta(days=10)), kol, None)
    said = as_user(operator).get(reverse("profiles:kol-trash")).content.decode()
    assert kol.name in said
    assert "Manager" in said
    assert "20\u00a0d left" in said


def test_ticked_files_are_restored_at_once_and_only_those_that_one_may(as_user, operator, stranger, actor):
    theirs = make_kol(stranger, name="Theirs")
    kols.archive(Actor(stranger, "page", NOW), theirs, None)
    mine = [make_kol(operator, name=f"Mine {n}") for n in range(2)]
    for kol in mine:
        archived(actor, kol)
    answer = as_user(operator).post(
        reverse("profiles:kol-restore-many"), {"kol": [*(kol.pk for kol in mine), theirs.pk]}
    )
    assert answer.status_code == 302
    assert Kol.objects.filter(pk__in=[kol.pk for kol in mine], archived_at=None).count() == 2
    assert Kol.objects.get(pk=theirs.pk).archived_at is not None


def test_nonsense_restores_nothing_and_says_so(as_user, operator, actor, kol):
    archived(actor, kol)
    answer = as_user(operator).post(reverse("profiles:kol-restore-many"), {"kol": ["x"]}, follow=True)
    assert "None of these can be restored by you." in answer.content.decode()
    assert may(operator)


def test_archiving_offers_undo(as_user, operator, kol):
    browser = as_user(operator)
    answer = browser.post(reverse("profiles:kol-archive", args=[kol.pk]), {"version": 1}, follow=True)
    undo = reverse("profiles:kol-restore", args=[kol.pk])
    assert undo in answer.content.decode()
    browser.post(undo, headers={"HX-Request": "true"})
    assert Kol.objects.get(pk=kol.pk).archived_at is None
