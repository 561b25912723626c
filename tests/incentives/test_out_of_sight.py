"""What a file tells of campaigns of teams that its reader does not see (DOMAIN 2.1, 6.4–6.6)."""

from datetime import date
from decimal import Decimal

import pytest

from incentives import campaign_history, campaign_story, share_or_buyout
from incentives.models import (
    Campaign,
    IncentivePlan,
    Invitation,
    InvitationCode,
    Participant,
    PlanItem,
    PlanJudgement,
    Result,
)
from incentives.rhythm import judge
from incentives.services import dispute as disputes
from incentives.services import invitation as invitations
from kol_crm.core import installation
from kol_crm.core.actor import Actor
from profiles import timeline
from tests.factories import NOW, make_kol
from tests.incentives.contest import invited, make_campaign, make_contest

pytestmark = pytest.mark.django_db
DAY = NOW.date()
HIDDEN = "Of the others"


@pytest.fixture
def elsewhere(kol, stranger) -> Participant:
    """The file took part in a monetising campaign of another team, and brought something."""
    campaign = make_campaign(stranger, name=HIDDEN, monetising=True)
    row = Participant.objects.create(
        campaign=campaign, kol=kol, joined_on=DAY, created_at=NOW, pass_reason="their own words"
    )
    sold = {"paid_amount": Decimal(100), "currency": installation.currency()}
    Result.objects.create(participant=row, first_on=DAY, last_on=DAY, at=NOW, **sold)
    return row


def test_campaigns_of_other_teams_count_without_name_id_or_address(kol, elsewhere, operator, admin, api):
    url = f"/api/v1/kols/{kol.pk}"
    share = f"{url}/share-or-buyout/?fee=100&rate=20"
    doors = (share, f"{url}/rhythm/", f"{url}/timeline/?kind=campaign")
    for door in doors:
        text = api(operator).get(door).content.decode()
        for secret in (HIDDEN, str(elsewhere.campaign_id), f"/{elsewhere.pk}/", "their own words"):
            assert secret not in text, door
        assert HIDDEN in api(admin).get(door).content.decode()
    [past] = api(operator).get(share).json()["history"]
    assert (past["campaign"], past["name"]) == (None, "A campaign of another team")
    assert Decimal(past["sales"]) == 100
    [after] = api(operator).get(f"{url}/rhythm/").json()["after"]
    assert after["participant"] is None
    titles = [entry.title for entry in timeline.read(kol, "campaign", reader=operator).entries]
    assert sorted(titles) == [
        "Result of a campaign of another team",
        "Takes part in a campaign of another team",
    ]


def test_what_the_guard_keeps_for_others_names_no_campaign(kol, elsewhere):
    kept = judge(kol, DAY).as_json()
    assert HIDDEN not in str(kept)
    assert "from another monetising campaign" in str(kept)


def test_what_the_gate_into_late_keeps_names_no_campaign_of_another_team(kol, elsewhere):
    Campaign.objects.update(state="ended", ends_on=DAY)
    assert campaign_story.done_campaigns(kol, DAY).startswith("A campaign of another team, until")
    Campaign.objects.update(team=kol.team)
    assert HIDDEN in campaign_story.done_campaigns(kol, DAY)


def test_what_came_of_a_share_is_unknown_while_a_campaign_is_left_out(kol, elsewhere, operator):
    plan = IncentivePlan.objects.create(
        kol=kol, title="Share", state="active", author=operator, created_at=NOW
    )
    PlanItem.objects.create(plan=plan, kind="material", what="Share", pay="profit_share", rate=Decimal(10))
    PlanJudgement.objects.create(plan=plan, act="started", inside=True, figures={}, at=NOW)
    [known] = share_or_buyout.actual_of(plan, DAY, operator)
    assert (known.sales, known.due, known.left_out) == (100, 10, [])
    other = "USD" if installation.currency() != "USD" else "EUR"
    spent = {"first_on": DAY, "last_on": DAY, "paid_amount": Decimal(5), "currency": other}
    Result.objects.create(participant=elsewhere, at=NOW, **spent)
    [unknown] = share_or_buyout.actual_of(plan, date(2026, 12, 31), operator)
    assert (unknown.sales, unknown.due) == (None, None)
    assert [one.name for one in unknown.left_out] == ["A campaign of another team"]


def test_the_board_and_the_history_of_a_contest_say_nothing_of_files_out_of_sight(
    kol, operator, stranger, admin, as_user
):
    contest, [mine] = make_contest(operator, kol)
    theirs = Participant.objects.create(
        campaign=contest, kol=make_kol(stranger, HIDDEN), joined_on=DAY, created_at=NOW
    )
    InvitationCode.objects.create(participant=theirs, code="WEST2345", created_at=NOW)
    root = Actor(admin, "page", NOW)
    invitations.take_in(root, contest, [invited(mine, "u1"), invited(theirs, "u2")])
    ours, others = (Invitation.objects.get(user_ref=ref) for ref in ("u1", "u2"))
    disputes.say(root, ours, "claimed by them", theirs)
    disputes.say(root, others, "about them", None)
    for user, sees in ((operator, False), (admin, True)):
        board = as_user(user).get(f"/campaigns/{contest.pk}/board/").content.decode()
        history = " ".join(one.after for one in campaign_history.told(contest, user))
        assert (HIDDEN in board, "about them" in board, "about them" in history) == (sees, sees, sees)
        assert "claimed by them" in board
        assert "claimed by them" in history
