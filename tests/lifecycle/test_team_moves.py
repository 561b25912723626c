"""A whole team hangs below another one: what is held by who sees its files no more (DOMAIN 2.1, 2.4)."""

import pytest

from kol_crm.core.models import Change, User
from kol_crm.core.services import team as teams
from lifecycle.models import PromiseOwner, SingleContact
from lifecycle.services import community
from tests.factories import NOW, TeamFactory, UserFactory, make_kol
from tests.lifecycle.refusing import by
from tests.lifecycle.test_handover import promised

pytestmark = pytest.mark.django_db


def test_who_sees_a_moved_teams_files_no_more_answers_for_nothing_of_them(admin, operator, colleague):
    above, other = TeamFactory(name="Above"), TeamFactory(name="Other")
    team = teams.edit(by(admin), operator.team, operator.team.name, above, None)
    over = UserFactory(username="over", team=above, role=User.Role.MANAGER)
    lost, kept = make_kol(operator, "一"), make_kol(operator, "二")
    for file, user in ((lost, over), (kept, colleague)):
        community.set_contact(by(operator), file, user)
        PromiseOwner.objects.create(promise=promised(file), kol=file, user=user, since=NOW)
    teams.edit(by(admin), team, "Renamed", above, None)
    assert PromiseOwner.objects.count() == 2
    teams.edit(by(admin), team, "Renamed", other, None)
    assert [row.user for row in PromiseOwner.objects.all()] == [colleague]
    standing = dict(SingleContact.objects.order_by("pk").values_list("user", "until"))
    assert standing == {over.pk: NOW.date(), colleague.pk: None}
    told = Change.objects.filter(root=lost.pk, model="lifecycle.singlecontact", field="until")
    assert told.count() == 1
