"""Whose the files are that an import makes, and which it may fill (DOMAIN 2.1, 2.2, 3.14)."""

import pytest

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, ChangeSet, Team
from lifecycle.models import Review
from profiles.models import Account, Kol, Snapshot
from profiles.services import kol as verbs
from profiles.services import touch
from tests.factories import NOW
from tests.profiles.test_import import RANKING, bring, everything

pytestmark = pytest.mark.django_db

__all__ = ["bring"]


def test_a_file_without_owner_lies_asleep_with_the_top_team(bring):
    bring(RANKING)
    kol = Kol.objects.first()
    assert (kol.owner, kol.team, kol.dormant, kol.touch_due) == (
        None,
        Team.objects.get(parent=None),
        True,
        None,
    )
    assert not Review.objects.exists()


def test_the_importer_s_team_sees_and_claims_what_it_brought_in(bring, operator, colleague, stranger):
    bring(RANKING, "--as", "operator")
    kol = Kol.objects.first()
    assert (kol.owner, kol.team) == (None, operator.team)
    assert Kol.objects.visible_to(colleague, "claim").filter(pk=kol.pk).exists()
    assert not Kol.objects.visible_to(stranger).exists()
    assert ChangeSet.objects.get().user == operator
    assert Snapshot.objects.first().writer == operator
    assert bring(RANKING, "--as", "operator")[-1] == "created 0, updated 0, unchanged 3, rejected 0"


def test_an_owner_gets_the_files_asleep_until_first_touched(bring, operator, now):
    bring(RANKING, "--owner", "operator")
    kol = Kol.objects.first()
    assert (kol.owner, kol.team, kol.dormant) == (operator, operator.team, True)
    assert not Review.objects.exists()
    touch.log(Actor(operator, "page", kol.created_at), kol, channel="wechat", began="us")
    kol.refresh_from_db()
    assert (kol.dormant, Review.objects.count()) == (False, 1)


def test_an_owner_gets_unowned_files_but_never_another_s(bring, operator, colleague):
    bring(RANKING)
    taken = Kol.objects.get(accounts__external_id="698")
    Kol.objects.filter(pk=taken.pk).update(owner=colleague, team=colleague.team)
    assert bring(RANKING, "--owner", "operator")[-1] == "created 0, updated 1, unchanged 2, rejected 0"
    owners = dict(Account.objects.values_list("external_id", "kol__owner__username"))
    assert owners == {"697": "operator", "698": "colleague"}
    assert Change.objects.filter(field="owner").count() == 1


def test_files_out_of_reach_are_refused_in_words_that_show_no_more_than_they_may(
    bring, operator, colleague, stranger
):
    bring(RANKING, "--owner", "stranger")
    before = everything()
    lines = bring(RANKING, "--as", "operator")
    assert lines[-1] == "created 0, updated 0, unchanged 0, rejected 3"
    assert "Rejected, already on file with team West, ask Stranger: 3" in lines
    assert everything() == before


def test_a_colleague_s_file_is_not_filled_by_an_operator_but_by_the_manager(
    bring, operator, colleague, manager
):
    bring(RANKING, "--owner", "colleague")
    table = RANKING.replace("1.18w", "2w")
    assert "Rejected, its file belongs to Colleague: 3" in bring(table, "--as", "operator")
    assert bring(table, "--as", "manager")[-1] == "created 0, updated 1, unchanged 2, rejected 0"


def test_an_archived_file_is_left_in_peace(bring, admin):
    bring(RANKING)
    kol = Kol.objects.get(accounts__external_id="698")
    verbs.archive(Actor(admin, "page", NOW), kol, 1)
    assert bring(RANKING.replace("-0.2w", "5"))[-1] == "created 0, updated 0, unchanged 2, rejected 1"
