"""The counters say what counting would say: after every verb, for every reader, on both databases."""

from collections import Counter
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from kol_crm.core.actor import Actor
from profiles import counting, counts, scope_counting
from profiles.counting import ALL, COLUMNS, FIELD
from profiles.models import FileCount, Kol, KolField, ScopeCount
from tests import scopes
from tests.factories import NOW, field, make_kol
from tests.verbs.table import LATER, OF_ADMINS, VERBS

pytestmark = pytest.mark.django_db
DIMENSIONS = (ALL, FIELD, *COLUMNS)


def standing() -> Counter:
    sums: Counter = Counter()
    for row in FileCount.objects.values_list("team", "dimension", "value", "stage", "count"):
        team, dimension, value, stage, count = row
        sums[team, dimension, counts.plain(value), stage] += count
    return Counter({key: count for key, count in sums.items() if count})


def counted() -> Counter:
    """Every file that is not archived, looked at one by one."""
    found: Counter = Counter()
    for kol in Kol.objects.filter(archived_at=None):
        found[kol.team_id, ALL, "", kol.stage] += 1
        for name, column in COLUMNS.items():
            found[kol.team_id, name, counts.plain(getattr(kol, column)), kol.stage] += 1
        for one in KolField.objects.filter(kol=kol):
            found[kol.team_id, FIELD, one.field_id.hex, kol.stage] += 1
    return found


@pytest.fixture
def _begun(now):
    """Earlier tests that empty tables outside a transaction leave what they took."""
    counting.recount()
    scope_counting.draw(now.date())


@pytest.fixture(scope="module")
def _world_as_built(_world_as_built, standing):
    """The world, counted once for all verbs."""
    standing(lambda: (counting.recount(), scope_counting.draw(NOW.date())))
    return _world_as_built


@pytest.mark.parametrize("verb", VERBS)
def test_after_every_verb_the_counters_equal_a_recount(verb, world):
    with time_machine.travel(NOW, tick=False):
        VERBS[verb](Actor(world.users["admin" if verb in OF_ADMINS else "owner"], "page", LATER), world)
    assert standing() == counted()
    assert scopes.standing() == scopes.counted()


@pytest.mark.usefixtures("_begun")
@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "late"},
        {"level": "mega", "verdict": "drifting"},
        {"owner": None},
        {"archived_at": NOW},
        {"city": "Suzhou"},
    ],
)
def test_many_files_changed_at_once_are_counted(operator, changes):
    for number in range(5):
        make_kol(operator, name=f"{number}", fields=[(field("tea"), 3), (field("running"), 2)])
    Kol.objects.filter(name__in="123").update(**changes)
    agree()
    Kol.objects.all().update(archived_at=None)
    KolField.objects.filter(field=field("tea")).update(field=field("coffee"))
    agree()
    KolField.objects.all().delete()
    agree()


def agree() -> None:
    assert standing() == counted()
    assert scopes.standing() == scopes.counted()


@pytest.mark.usefixtures("_begun")
def test_folding_makes_one_row_of_many_and_changes_no_sum(operator):
    for number in range(3):
        kol = make_kol(operator, name=f"{number}", fields=[(field("tea"), 3)])
        Kol.objects.filter(pk=kol.pk).update(stage="late")
    before, rows = standing(), FileCount.objects.count()
    scopes_before, scope_rows = scopes.standing(), ScopeCount.objects.count()
    assert counting.fold() == rows + scope_rows
    assert standing() == before == counted()
    assert scopes.standing() == scopes_before == scopes.counted()
    assert FileCount.objects.count() == len(before) < rows
    assert ScopeCount.objects.count() == len(scopes_before) < scope_rows


@pytest.mark.usefixtures("_begun")
def test_recount_mends_what_went_astray(operator):
    make_kol(operator)
    FileCount.objects.all().delete()
    ScopeCount.objects.all().delete()
    assert standing() != counted()
    assert scopes.standing() != scopes.counted()
    call_command("recount", stdout=StringIO())
    agree()


def test_a_trigger_that_a_migration_dropped_stands_again(operator):
    make_kol(operator)
    counting.uninstall()
    make_kol(operator)
    counting.stand_again()
    make_kol(operator)
    agree()


def test_each_reader_counts_what_their_list_holds(world):
    counting.recount()
    for name, user in world.users.items():
        found = counts.seen_by(user, ALL, "owner", FIELD)
        listed = Kol.objects.visible_to(user)
        stages = Counter(listed.values_list("stage", flat=True))
        assert found.by_stage() == stages, name
        owners = Counter(counts.plain(owner) for owner in listed.values_list("owner", flat=True))
        assert found.by_value("owner") == owners, name
        fields = Counter(KolField.objects.filter(kol__in=listed).values_list("field", flat=True))
        assert found.by_value(FIELD) == {pk.hex: count for pk, count in fields.items()}, name
