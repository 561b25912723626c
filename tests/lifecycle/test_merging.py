"""What lifecycle puts right when two files are made one (DOMAIN 3.12, 5.5, 5.6, 5.8, 5.9)."""

from datetime import timedelta

import pytest
import time_machine

from lifecycle.models import AccessGrant, Adjustment, HandedFile, Persona, PlatformRole, Privilege
from lifecycle.services import access_grant, adjustment, platform_role, privilege, stage
from profiles.models import Kol
from profiles.services import kol as kols
from profiles.services import merge, unmerge
from tests.factories import NOW, make_account, make_kol
from tests.lifecycle.factories import make_kol_at
from tests.lifecycle.growing import approved, enter
from tests.lifecycle.refusing import by
from tests.lifecycle.test_adjustment import WORDS

pytestmark = pytest.mark.django_db
KIND = {"name_en": "VIP", "name_zh": "贵宾", "levels": ["nano"], "stages": ["mid_term"]}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def pending(kol) -> list:
    rows = HandedFile.objects.pending().filter(kol=kol)
    return list(rows.values_list("handover__giver__username", "handover__receiver__username"))


def test_a_merge_that_gives_the_file_to_another_starts_a_handover(operator, colleague, manager):
    one, other = make_kol(operator), make_kol(colleague)
    row = merge.merge(by(manager), one.pk, other.pk, {"owner": "merged"})
    assert pending(one) == [(operator.username, colleague.username)]
    unmerge.unmerge(by(manager, NOW + timedelta(minutes=1)), row)
    assert (pending(one), pending(other)) == ([], [])


def test_a_pending_handover_ends_with_a_merge_whose_survivor_its_receiver_has_not(
    operator, colleague, manager
):
    one, other = make_kol(operator), make_kol(manager)
    kols.edit(by(manager), other, {"owner": colleague}, None)
    assert pending(other) == [(manager.username, colleague.username)]
    merge.merge(by(manager), one.pk, other.pk, {"owner": "survivor"})
    assert (pending(one), HandedFile.objects.filter(ended_at=NOW).count()) == ([], 1)


def test_what_the_stage_of_the_survivor_does_not_hold_is_withdrawn(operator, manager):
    gone, other = make_kol(operator), make_kol_at(operator, "mid_term", name="王思雨")
    stage.move(by(operator), gone, "departed", cause="inactive")
    kind = privilege.create_kind(by(None), KIND)
    privilege.grant(by(operator), other, kind)
    platform_role.give(by(operator), other, "mentor")
    access_grant.grant(by(operator), other, {"kind": "data", "what": "Fans by city"})
    row = merge.merge(by(manager, NOW + timedelta(minutes=1)), gone.pk, other.pk, {})
    assert not Privilege.objects.held().exists()
    assert not PlatformRole.objects.running().exists()
    assert not AccessGrant.objects.standing().exists()
    unmerge.unmerge(by(manager, NOW + timedelta(minutes=2)), row)
    assert list(Privilege.objects.held().values_list("kol", flat=True)) == [other.pk]
    assert list(AccessGrant.objects.standing().values_list("kol", flat=True)) == [other.pk]


def test_an_adjustment_stays_with_the_versions_it_is_about(operator, manager):
    one, other = make_kol(operator), make_kol(operator)
    for kol in (one, other):
        approved(kol, manager)
    enter(make_account(other), 900, NOW.date())
    account = other.accounts.get()
    adjustment.begin(by(operator), other, WORDS, {"tone": "dry"}, (account, "followers"))
    merge.merge(by(manager, NOW + timedelta(minutes=1)), one.pk, other.pk, {})
    tried = Adjustment.objects.get()
    assert {tried.kol_id, tried.former.kol_id, tried.trial.kol_id} == {other.pk}
    assert Persona.objects.filter(kol=one).count() == 1
    assert Kol.objects.get(pk=other.pk).merged_into_id == one.pk
