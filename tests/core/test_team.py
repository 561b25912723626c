"""The team tree: paths follow every move (DOMAIN 2.1)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.models import Team
from kol_crm.core.services import team
from tests.factories import NOW, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(admin):
    return Actor(admin, "page", NOW)


def paths_are_right() -> bool:
    return all(
        row.path == f"{row.parent.path if row.parent else ''}{row.pk}/"
        for row in Team.objects.select_related("parent")
    )


def test_a_moved_team_takes_all_below_it_along(by):
    east, west = TeamFactory(name="East"), TeamFactory(name="West")
    under = team.add(by, "Under", east)
    lowest = team.add(by.again(), "Lowest", under)
    team.edit(by.again(), east, "East", west, 1)
    lowest.refresh_from_db()
    assert lowest.path.startswith(west.path)
    assert paths_are_right()
    assert set(Team.objects.tree_of(west).values_list("name", flat=True)) == {
        "West",
        "East",
        "Under",
        "Lowest",
    }


def test_a_renamed_team_stays_where_it_is(by):
    east = TeamFactory(name="East")
    saved = team.edit(by, east, "Orient", east.parent, 1)
    assert (saved.name, saved.path, saved.version) == ("Orient", east.path, 2)


def test_the_tree_stays_a_tree(by):
    top, east = Team.objects.get(parent=None), TeamFactory(name="East")
    under = team.add(by, "Under", east)
    for moved, parent in ((east, under), (east, east), (east, None), (top, east)):
        with pytest.raises(ValidationError) as refused:
            team.edit(by.again(), moved, moved.name, parent, None)
        assert set(refused.value.message_dict) == {"parent"}
    assert paths_are_right()


def test_a_name_is_given_once_and_the_tree_has_a_depth(by):
    east = TeamFactory(name="East")
    with pytest.raises(ValidationError) as refused:
        team.add(by, "East", east)
    assert set(refused.value.message_dict) == {"name"}
    lowest = east
    for n in range(team.DEEPEST - 2):
        lowest = team.add(by.again(), f"Level {n}", lowest)
    with pytest.raises(ValidationError):
        team.add(by.again(), "Too deep", lowest)


def test_only_admins_change_teams(manager):
    with pytest.raises(PermissionDenied):
        team.add(Actor(manager, "page", NOW), "New", manager.team)
    assert not Team.objects.filter(name="New").exists()
