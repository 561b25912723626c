"""A change of team or role leaves nothing with whom does not see it any more (DOMAIN 2.4, 5.7, 5.9)."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core.models import User
from kol_crm.core.services import user as users
from lifecycle.models import HandedFile, PromiseOwner, SingleContact
from lifecycle.services import community, handover
from profiles.models import Kol
from profiles.services import kol, promise
from tests.factories import NOW, TeamFactory, UserFactory, make_kol
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def answered(file: Kol, giver, receiver, user) -> PromiseOwner:
    """An open promise on a file that was handed over, for which ``user`` answers."""
    due = {"by": "us", "what": "A slot", "due_on": TODAY + timedelta(days=3)}
    made = promise.add(by(giver), file, due)
    kol.edit(by(giver), file, {"owner": receiver}, None)
    row = HandedFile.objects.pending().get(kol=file)
    return handover.assign(by(receiver), row, made, user)


@pytest.fixture
def elsewhere(operator):
    return TeamFactory(name="Elsewhere", parent=operator.team.parent)


def test_files_that_go_along_leave_promises_and_contacts_with_nobody_who_does_not_see_them(
    operator, colleague, admin, elsewhere
):
    third = UserFactory(team=operator.team)
    file = make_kol(operator)
    answered(file, operator, colleague, third)
    own = answered(make_kol(operator), operator, colleague, colleague)
    community.set_contact(by(colleague), file, third)
    users.edit(by(admin), colleague, {"team": elsewhere}, None, along=True)
    assert list(PromiseOwner.objects.values_list("pk", flat=True)) == [own.pk]
    assert SingleContact.objects.get().until == TODAY
    assert HandedFile.objects.pending().count() == 2  # theirs to confirm, as before


def test_who_still_sees_them_keeps_them(operator, colleague, admin):
    above = UserFactory(team=operator.team, role=User.Role.MANAGER)
    below = TeamFactory(name="Below", parent=operator.team)
    file = make_kol(operator)
    answered(file, operator, colleague, above)
    users.edit(by(admin), colleague, {"team": below}, None, along=True)
    assert PromiseOwner.objects.get().user == above


def test_a_file_given_to_another_team_has_no_contact_who_does_not_see_it(
    operator, colleague, admin, stranger
):
    file = make_kol(operator)
    community.set_contact(by(operator), file, colleague)
    kol.edit(by(admin), file, {"owner": stranger}, None)
    assert SingleContact.objects.get().until == TODAY


@pytest.fixture
def steps_down(operator):
    """A manager who answers for a promise on a file of a team below."""
    above = UserFactory(team=operator.team, role=User.Role.MANAGER)
    below = TeamFactory(name="Below", parent=operator.team)
    one, other = UserFactory(team=below), UserFactory(team=below)
    answered(make_kol(one), one, other, above)
    return above


def test_a_role_that_sees_less_asks_what_becomes_of_what_falls_out_of_sight(steps_down, admin):
    change = {"role": User.Role.OPERATOR}
    nothing_written(lambda: users.edit(by(admin), steps_down, change, None), ValidationError, field="along")
    heir = UserFactory(team=steps_down.team, role=User.Role.MANAGER)
    users.edit(by(admin), steps_down, change, None, receiver=heir)
    assert PromiseOwner.objects.get().user == heir


def test_kept_it_is_theirs_no_more_where_they_do_not_see_it(steps_down, admin):
    users.edit(by(admin), steps_down, {"role": User.Role.OPERATOR}, None, along=True)
    assert not PromiseOwner.objects.exists()


def test_a_role_that_sees_as_much_asks_nothing(operator, admin, colleague):
    answered(make_kol(operator), operator, colleague, operator)
    assert users.edit(by(admin), operator, {"role": User.Role.MANAGER}, None).is_manager


def test_page_and_api_ask_at_the_same_field(steps_down, admin, as_user, api):
    page = as_user(admin).post(
        reverse("settings:user", args=[steps_down.pk]),
        {
            **{name: getattr(steps_down, name) for name in ("email", "display_name", "language", "zone")},
            "role": "operator",
            "team": str(steps_down.team_id),
            "version": steps_down.version,
        },
    )
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["files"])
    client, address = api(admin, "kols:read", "users:write"), f"/api/v1/users/{steps_down.username}/"
    tag = client.get(address)["ETag"]
    refused = client.patch(address, {"role": "operator"}, format="json", HTTP_IF_MATCH=tag)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["along"])
    steps_down.refresh_from_db()
    assert steps_down.role == User.Role.MANAGER
