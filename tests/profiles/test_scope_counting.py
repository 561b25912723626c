"""Late, near, stale, long in a stage: as days pass and limits change the counters equal a recount."""

from datetime import date, timedelta

import pytest
import time_machine

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from lifecycle.models import Stay
from lifecycle.services import stage
from profiles import counting, scope_counting
from profiles.ageing import LIMITS
from profiles.models import CountLines, Kol, ScopeCount
from profiles.scope_counting import AGED, DUE, STALE
from profiles.services import kol as kol_verbs
from profiles.services import lines
from tests import scopes
from tests.factories import NOW, field, make_kol

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _drawn():
    counting.recount()
    scope_counting.draw(DAY)


def due(kind: str) -> dict[str, int]:
    """What stands under a kind, of all files."""
    found: dict[str, int] = {}
    rows = ScopeCount.objects.filter(kind=kind, field="", level="*").values_list("value", "count")
    for value, count in rows:
        found[value] = found.get(value, 0) + count
    return {value: count for value, count in found.items() if count}


def dated(owner, days: int, *, stale: int = 40, since: int = 10) -> Kol:
    kol = make_kol(owner, f"K{days}", fields=[(field("tea"), 3)])
    kol_verbs.set_figures(
        kol.pk,
        stage="initial",
        review_due=DAY + timedelta(days=days),
        figures_due=DAY + timedelta(days=stale),
        stage_since=DAY - timedelta(days=since),
    )
    return kol


def test_late_near_stale_and_long_by_the_lines_of_the_day(operator):
    for days in (-8, -7, -1, 0, 7, 8):
        dated(operator, days, stale=days, since=90 + days)
    assert due(DUE) == {"initial:long_overdue": 1, "initial:overdue": 2, "initial:soon": 2}
    assert due(STALE) == {"initial": 4}  # stale from its day on (DOMAIN 3.5)
    assert due(AGED) == {"initial": 2}  # more than 90 days
    assert scopes.standing() == scopes.counted()


@pytest.mark.parametrize("days", [1, 7, 30, 200, -1, -30])
def test_another_day_counts_as_if_counted_anew(operator, days):
    for number in range(-12, 13):
        dated(operator, number, stale=number * 2, since=90 + number)
    assert scope_counting.draw(DAY + timedelta(days=days)).moved
    assert scopes.standing() == scopes.counted()
    assert CountLines.objects.get().day == DAY + timedelta(days=days)
    assert scope_counting.draw(DAY + timedelta(days=days)) == scope_counting.Drawn(moved=False)


def test_without_lines_nothing_is_late_and_the_first_day_counts_all(operator):
    CountLines.objects.all().delete()
    dated(operator, -3)
    assert due(DUE) == {}
    assert scopes.standing() == scopes.counted()
    scope_counting.draw(DAY)
    assert due(DUE) == {"initial:overdue": 1}
    assert scopes.standing() == scopes.counted()


def test_a_limit_that_a_manager_changes_counts_with_the_next_tick(operator, admin):
    dated(operator, 5, since=60)
    policy.change(Actor(admin, "page", NOW), {LIMITS.key: {**LIMITS.default, "initial": 59}})
    assert due(AGED) == {}
    assert lines.keep(Actor.job(NOW)).done == 1
    assert due(AGED) == {"initial": 1}
    assert scopes.standing() == scopes.counted()
    assert lines.keep(Actor.job(NOW)).done == 0


def test_moves_count_in_their_month_and_undone_ones_not(operator, manager):
    kol = make_kol(operator, fields=[(field("tea"), 3)])
    by = Actor(manager, "page", NOW)
    moved = stage.move(by, kol, "departed", cause="inactive", why="gone")
    assert due("moved") == {"2026-11:introduction:departed:inactive": 1}
    assert due("stayed") == {"2026-11:introduction:0": 1}
    stage.undo(by.again(), moved)
    assert due("moved") == due("stayed") == {}
    assert scopes.standing() == scopes.counted()


def test_a_file_takes_its_moves_along_to_another_team_level_or_field(operator, manager, stranger):
    kol = make_kol(operator, fields=[(field("tea"), 3)])
    stage.move(Actor(manager, "page", NOW), kol, "departed", cause="inactive", why="gone")
    for change in ({"team": stranger.team}, {"level": "mega"}, {"archived_at": NOW}, {"archived_at": None}):
        Kol.objects.filter(pk=kol.pk).update(**change)
        assert scopes.standing() == scopes.counted()
    kol.kol_fields.update(field=field("coffee"))
    assert scopes.standing() == scopes.counted()
    Stay.objects.filter(kol=kol, until__isnull=False).update(since=DAY - timedelta(days=200))
    assert due("stayed") == {"2026-11:introduction:196": 1}
    assert scopes.standing() == scopes.counted()
    kol.stays.all().delete()
    assert scopes.standing() == scopes.counted()


@time_machine.travel(NOW, tick=False)
def test_the_list_finds_and_marks_those_long_in_their_stage(operator, as_user):
    dated(operator, 5, since=90)
    old = dated(operator, 6, since=91)
    page = as_user(operator).get("/kols/?long_in_stage=true&columns=stage_days")
    assert [row["id"] for row in page.context["listing"].rows] == [old.pk]
    assert page.content.decode().count('title="Long in stage"') == 1
    others = as_user(operator).get("/kols/?long_in_stage=false&columns=stage_days")
    assert 'title="Long in stage"' not in others.content.decode()
    assert len(others.context["listing"].rows) == 1
