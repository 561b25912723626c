"""Programmes: what outreach asks for, who may do what, and closing (DOMAIN 4.3)."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change, User
from kol_crm.core.services import user as users
from lifecycle.models import Candidate, Programme
from lifecycle.services import candidate as candidates
from lifecycle.services import programme as verbs
from profiles.services import kol as kols
from tests.factories import NOW, TeamFactory, UserFactory, field
from tests.lifecycle.factories import make_candidate, make_programme
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db


def act(user) -> Actor:
    return Actor(user, "page", NOW)


@pytest.mark.parametrize(
    ("values", "at"),
    [
        ({"purpose": ""}, {"purpose"}),
        ({"deeds": "  "}, {"deeds"}),
        ({"purpose": "", "deeds": ""}, {"purpose", "deeds"}),
    ],
)
def test_outreach_does_not_start_with_an_empty_purpose_or_plan_of_deeds(operator, values, at):
    programme = make_programme(operator, **values)
    before = state()
    with pytest.raises(ValidationError) as refused:
        verbs.start(act(operator), programme)
    assert set(refused.value.message_dict) == at
    assert state() == before


def test_what_is_live_keeps_its_purpose_and_deeds(operator):
    programme = make_programme(operator, live=True)
    before = state()
    with pytest.raises(ValidationError) as refused:
        verbs.edit(act(operator), programme, {"purpose": "", "name": "Other"})
    assert set(refused.value.message_dict) == {"purpose"}
    assert state() == before


def test_the_database_too_refuses_a_live_programme_without_purpose(operator):
    programme = make_programme(operator, live=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(purpose="")


def test_a_programme_starts_once(operator):
    programme = make_programme(operator, live=True)
    with pytest.raises(Refused) as refused:
        verbs.start(act(operator), programme)
    assert refused.value.code == "programme_state"


def test_a_programme_belongs_to_its_owners_team_and_follows_the_owner(operator, colleague):
    programme = make_programme(operator)
    assert (programme.owner, programme.team) == (operator, operator.team)
    users.hand_over(act(UserFactory(role=User.Role.ADMIN, team=None)), operator, colleague)
    programme.refresh_from_db()
    assert programme.owner == colleague


def test_an_owner_without_a_team_or_of_another_team_is_refused(operator, admin, stranger):
    for actor, values in ((act(admin), {}), (act(operator), {"owner": stranger})):
        with pytest.raises(ValidationError) as refused:
            verbs.create(actor, {"name": "X", **values})
        assert set(refused.value.message_dict) == {"owner"}
    assert not Programme.objects.exists()


def test_a_period_that_ends_before_it_starts_is_refused_at_its_end(operator):
    with pytest.raises(ValidationError) as refused:
        make_programme(operator, starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 1))
    assert set(refused.value.message_dict) == {"ends_on"}


@pytest.mark.parametrize(
    ("role", "sees", "works", "edits"),
    [
        ("operator", True, True, True),
        ("colleague", True, True, False),
        ("manager", True, True, True),
        ("admin", True, True, True),
        ("stranger", False, False, False),
        ("finance", False, False, False),
    ],
)
def test_the_team_sees_and_works_on_it_owner_and_managers_edit(request, role, sees, works, edits):
    operator = request.getfixturevalue("operator")
    user = (
        UserFactory(role=User.Role.FINANCE, team=operator.team)
        if role == "finance"
        else request.getfixturevalue(role)
    )
    programme = make_programme(operator)
    found = [
        Programme.objects.visible_to(user, action).filter(pk=programme.pk).exists()
        for action in ("view", "work", "edit")
    ]
    assert found == [sees, works, edits]


def test_a_colleague_neither_edits_starts_nor_closes_it(operator, colleague):
    programme = make_programme(operator)
    before = state()
    for attempt in (
        lambda: verbs.edit(act(colleague), programme, {"name": "Mine"}),
        lambda: verbs.start(act(colleague), programme),
        lambda: verbs.close(act(colleague), programme, {}),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    assert state() == before


def test_closing_demands_an_outcome_per_candidate(operator):
    programme = make_programme(operator, live=True)
    first, second = make_candidate(programme, name="A"), make_candidate(programme, name="B")
    before = state()
    with pytest.raises(ValidationError) as refused:
        verbs.close(act(operator), programme, {first.pk: ("won", "")})
    assert set(refused.value.message_dict) == {f"outcomes.{second.pk}"}
    with pytest.raises(ValidationError):
        verbs.close(act(operator), programme, {first.pk: ("won", ""), second.pk: ("eaten", "")})
    assert state() == before
    closed = verbs.close(act(operator), programme, {first.pk: ("won", ""), second.pk: ("later", "in May")})
    second.refresh_from_db()
    assert (closed.state, closed.closed_at, second.outcome, second.outcome_note) == (
        "closed",
        NOW,
        "later",
        "in May",
    )


def test_who_has_an_outcome_or_lies_in_the_trash_need_none_at_the_close(operator):
    programme = make_programme(operator, live=True)
    first, second = make_candidate(programme, name="A"), make_candidate(programme, name="B")
    candidates.decide(act(operator), first, "refused", "no time")
    kols.archive(act(operator), second.kol, None)
    assert verbs.close(act(operator), programme, {}).state == "closed"


def test_a_closed_programme_takes_neither_edits_nor_candidates(operator):
    programme = make_programme(operator)
    verbs.close(act(operator), programme, {})
    with pytest.raises(Refused) as refused:
        verbs.edit(act(operator), programme, {"name": "Other"})
    assert refused.value.code == "programme_closed"
    with pytest.raises(Refused):
        make_candidate(programme)
    assert not Candidate.objects.exists()


def test_edits_keep_version_and_history_also_of_fields(operator):
    programme = make_programme(operator)
    actor = act(operator)
    saved = verbs.edit(actor, programme, {"target": 12}, [field("tea"), field("running")], programme.version)
    assert saved.version == 2
    assert [row.field.slug for row in saved.programme_fields.all()] == ["tea", "running"]
    told = Change.objects.filter(change_set=actor.change_set, root=programme.pk)
    assert {(row.model, row.field) for row in told} == {
        ("lifecycle.programme", "target"),
        ("lifecycle.programmefield", ""),
        ("lifecycle.programmefield", "position"),
    }
    with pytest.raises(Conflict):
        verbs.edit(act(operator), programme, {"target": 13}, None, 1)


def test_fields_alone_raise_the_version_and_equal_ones_do_not(operator):
    programme = make_programme(operator)
    assert verbs.edit(act(operator), programme, {}, [field("running")]).version == 1
    assert verbs.edit(act(operator), programme, {}, [field("tea")]).version == 2


def test_a_change_of_team_takes_programmes_along_where_files_go_along(operator):
    programme = make_programme(operator)
    west = TeamFactory(name="West")
    admin = UserFactory(role=User.Role.ADMIN, team=None)
    users.edit(act(admin), operator, {"team": west}, None, along=True)
    programme.refresh_from_db()
    assert programme.team == west
