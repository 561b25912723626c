"""The number of Today: one statement for all users of a role says what one's own would (DOMAIN 8.1)."""

import pytest

from kol_crm import today_statements as statements
from kol_crm.core import due
from kol_crm.core.models import User
from kol_crm.today_hands import Part
from tests.factories import NOW, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
WRITES = (statements.rail, statements.chips)


@pytest.fixture(autouse=True)
def _written_anew(monkeypatch):
    monkeypatch.setattr(statements, "_kept", {})


def own(write, user):
    return write(TODAY, {}, [Part(user)])


@pytest.mark.parametrize("write", WRITES)
def test_of_everybody_it_is_what_would_be_written_for_them(world, write):
    everybody = list(User.objects.all())
    everybody += [
        UserFactory(role=role, team=TeamFactory(parent=world.users["owner"].team)) for role in User.Role
    ]
    everybody += [UserFactory(role=role, team=None) for role in User.Role]
    asked = {
        one: statements.of(write, one, TODAY, {}, [Part(one)]) for one in everybody if not one.sees_beyond
    }
    assert {one.role for one in asked} == set(User.Role)
    assert asked == {one: own(write, one) for one in asked}


def test_it_is_written_once_for_all_of_a_role(world, monkeypatch):
    operator, *others = (world.users[name] for name in ("owner", "colleague", "other"))
    first = statements.of(statements.rail, operator, TODAY, {}, [Part(operator)])
    monkeypatch.setattr(due, "count_statement", None)
    for one in others:
        other = statements.of(statements.rail, one, TODAY, {}, [Part(one)])
        assert other[0] == first[0]
        assert other[1] != first[1]


def test_what_is_put_off_is_kept_too_and_only_for_its_user(world, monkeypatch):
    operator, colleague = world.users["owner"], world.users["colleague"]
    hidden = {"task": ["00000000-0000-7000-8000-000000000001"]}
    first = statements.of(statements.rail, operator, TODAY, hidden, [Part(operator)])
    assert first == statements.rail(TODAY, hidden, [Part(operator)])
    assert first != own(statements.rail, operator)
    assert statements.of(statements.rail, colleague, TODAY, hidden, [Part(colleague)]) != first
    monkeypatch.setattr(due, "count_statement", None)
    assert statements.of(statements.rail, operator, TODAY, hidden, [Part(operator)]) == first
