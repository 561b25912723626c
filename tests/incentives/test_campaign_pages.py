"""Pages of campaigns: what is typed goes through the verbs, and nothing typed is lost (DOMAIN 6.5, 6.6)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from incentives import rhythm
from incentives.campaign_page import CampaignPage
from incentives.models import Campaign, Deliverable, Dispute, Invitation, Participant, Result
from incentives.services import deliverable as deliverables
from incentives.services import dispute as disputes
from incentives.services import invitation as invitations
from incentives.services import participant as participants
from incentives.services import result as results
from tests.factories import NOW, make_account, make_kol
from tests.incentives.contest import TODAY, invited, make_campaign, make_contest
from tests.lifecycle.refusing import by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def to(name, *args):
    return reverse(f"incentives:{name}", args=args)


@pytest.fixture
def client(as_user, operator):
    return as_user(operator)


def test_a_campaign_is_planned_edited_started_and_ended(client, operator):
    values = {
        "name": "Spring",
        "type": "event",
        "starts_on": "2026-11-01",
        "ends_on": "2026-11-30",
        "owner": operator.username,
    }
    assert client.post(to("campaign-create"), {**values, "ends_on": "2026-10-01"}).status_code == 422
    client.post(to("campaign-create"), values)
    row = Campaign.objects.get()
    stale = client.post(to("campaign-edit", row.pk), {**values, "name": "Mine", "version": 0})
    assert (stale.status_code, "Mine" in stale.content.decode()) == (409, True)
    client.post(to("campaign-edit", row.pk), {**values, "name": "May", "version": 1})
    client.post(to("campaign-start", row.pk))
    client.post(to("campaign-end", row.pk))
    assert Campaign.objects.values_list("name", "state").get() == ("May", "ended")
    assert client.post(to("campaign-end", row.pk)).status_code == 409
    page = client.get(to("campaign-history", row.pk)).content.decode()
    assert "Spring" in page
    assert "May" in client.get(to("campaign-list")).content.decode()


def test_a_manager_is_asked_for_a_reason_once_the_guard_refuses(as_user, manager, operator, kol, monkeypatch):
    check = rhythm.Check("apart", "Days apart", False, 12, 30, "12 days after the last one.")
    monkeypatch.setattr(rhythm, "judge", lambda *_args, **_kept: rhythm.Guard((check,)))
    sold = make_campaign(operator, Campaign.Type.ENDORSEMENT)
    address, typed = to("participant-create", sold.pk), {"kol": str(kol.pk)}
    refused = as_user(operator).post(address, typed)
    assert (refused.status_code, "12 days after" in refused.content.decode()) == (409, True)
    asked = as_user(manager).post(address, typed).content.decode()
    assert 'type="text" name="reason"' in asked
    as_user(manager).post(address, {**typed, "reason": "Their wish"})
    row = Participant.objects.get()
    assert row.pass_reason == "Their wish"
    page = as_user(operator).get(to("participant-detail", row.pk)).content.decode()
    assert "Their wish" in page
    assert "12 days after" in page


def test_the_grid_keeps_what_was_typed_and_names_the_cell(client, operator, kol):
    campaign = make_campaign(operator)
    row = participants.add(by(operator), campaign, kol)
    address = to("campaign-results", campaign.pk)
    typed = {"last_on": TODAY.isoformat(), f"new_users-{row.pk}": "1.5", f"paid_amount-{row.pk}": "10.00"}
    wrong = client.post(address, {**typed, "currency": "CNY"})
    assert (wrong.status_code, 'value="1.5"' in wrong.content.decode()) == (422, True)
    client.post(address, {**typed, f"new_users-{row.pk}": "1,500", "currency": "CNY"})
    assert Result.objects.values_list("new_users", "paid_amount").get() == (1500, 10)
    page = client.get(to("campaign-detail", campaign.pk)).content.decode()
    assert "1500 new users" in page
    client.post(to("result-take-back", Result.objects.get().pk))
    assert not Result.objects.standing().exists()


def test_participants_results_and_invitations_come_in_by_tables_all_or_none(client, operator, kol):
    make_account(kol, "own", "siyu")
    other = make_kol(operator, "李雷")
    contest, [row] = make_contest(operator, kol)
    address = to("participant-import", contest.pk)
    wrong = client.post(address, {"rows": f"kol\n{other.pk}\nnobody"})
    assert (wrong.status_code, Participant.objects.count()) == (422, 1)
    assert "A3, kol" in wrong.content.decode()
    client.post(address, {"rows": "kol\n李雷"})
    assert Participant.objects.count() == 2
    client.post(to("result-import", contest.pk), {"rows": "kol\tday\tactive users\n@siyu\t2026-11-20\t30"})
    assert Result.objects.filter(active_users=30, participant=row).exists()
    code = row.codes.get().code
    rows = f"code,user,registered\n{code},u1,2026-11-10 09:00"
    client.post(to("invitation-import", contest.pk), {"rows": rows})
    assert Invitation.objects.get().left_out == ""


def test_the_board_shows_ranks_and_causes_and_polls_a_part(client, as_user, manager, operator, kol):
    contest, [first, second] = make_contest(operator, kol, make_kol(operator, "李雷"))
    rows = [invited(first, "u1"), invited(second, "u1", days_ago=7), invited(second, "u2", days_ago=2)]
    invitations.take_in(by(operator), contest, rows)
    whole = client.get(to("contest-board", contest.pk)).content.decode()
    assert "Counted already" in whole
    part = client.get(to("contest-board", contest.pk), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    double = Invitation.objects.get(left_out="double")
    client.post(to("dispute-create", double.pk), {"says": "Mine", "participant": str(second.pk)})
    said = Dispute.objects.get()
    settle = to("dispute-settle", said.pk)
    assert client.post(settle, {"counts": "1", "reason": "Seen"}).status_code == 403
    as_user(manager).post(settle, {"counts": "1", "reason": "Seen"})
    assert Invitation.objects.get(pk=double.pk).left_out == ""
    assert first.codes.get().code in client.get(to("contest-codes", contest.pk)).content.decode()


def test_board_and_history_name_no_kol_out_of_sight(client, admin, operator, stranger, kol):
    far = make_kol(stranger, "远方")
    contest, [first] = make_contest(operator, kol)
    theirs = participants.add(by(admin), contest, far)
    invitations.take_in(by(admin), contest, [invited(first, "u1"), invited(theirs, "u2")])
    disputes.say(by(admin), Invitation.objects.get(user_ref="u1"), "Ours", theirs)
    disputes.say(by(admin), Invitation.objects.get(user_ref="u2"), "Of the far one")
    board = client.get(to("contest-board", contest.pk)).content.decode()
    assert ("Ours" in board, "远方" in board) == (True, False)
    past = client.get(to("campaign-history", contest.pk)).content.decode()
    assert ("Ours" in past, "Of the far one" in past, "远方" in past) == (True, False, False)


def test_sums_and_ranks_are_of_all_who_take_part_though_fewer_are_shown(client, operator, kol, monkeypatch):
    monkeypatch.setattr("incentives.campaign_page.MOST", 1)
    contest, [first, second] = make_contest(operator, kol, make_kol(operator, "李雷"))
    invitations.take_in(by(operator), contest, [invited(second, "u1"), invited(second, "u2")])
    results.enter(
        by(operator),
        contest,
        [{"participant": one, "last_on": TODAY, "active_users": 3} for one in (first, second)],
    )
    page = CampaignPage(contest, operator, TODAY)
    assert (page.new_users, page.active_users, len(page.rows)) == (2, 6, 1)
    assert [(row.participant, row.place.rank) for row in page.ranked] == [(second, 1)]
    assert "1 of 2 participants are shown" in client.get(to("campaign-detail", contest.pk)).content.decode()


def test_more_than_200_at_once_are_background_work(operator, kol):
    rows = [{"kol": kol}] * 201

    def take():
        return participants.add_many(by(operator), make_campaign(operator), rows)

    with pytest.raises(ValidationError) as refused:
        take()
    assert list(refused.value.message_dict) == ["rows"]


def test_a_deliverable_is_done_from_its_page_and_opened_again(client, operator, kol):
    row = participants.add(by(operator), make_campaign(operator), kol)
    client.post(to("deliverable-create", row.pk), {"what": "A video", "due_on": "2026-11-25"})
    owed = Deliverable.objects.get()
    assert "A video" in client.get(to("deliverable-detail", owed.pk)).content.decode()
    late = {"version": 1, "on": (TODAY + timedelta(days=1)).isoformat()}
    assert client.post(to("deliverable-finish", owed.pk), late).status_code == 422
    client.post(to("deliverable-finish", owed.pk), {"version": 1})
    assert Deliverable.objects.get().done_on == TODAY
    client.post(to("deliverable-reopen", owed.pk))
    assert Deliverable.objects.get().done_on is None
    client.post(to("deliverable-drop", owed.pk))
    assert not Deliverable.objects.exists()


def test_what_a_campaign_shows_takes_no_more_queries_with_more_participants(
    client, operator, kol, django_assert_max_num_queries
):
    contest, [row] = make_contest(operator, kol)
    deliverables.add(by(operator), row, {"what": "A video"})
    invitations.take_in(by(operator), contest, [invited(row, "u1")])
    disputes.say(by(operator), Invitation.objects.get(), "Mine")

    def asked(address):
        with django_assert_max_num_queries(1_000) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    addresses = [to("campaign-detail", contest.pk), to("contest-board", contest.pk), to("campaign-list")]
    client.get(addresses[0])  # what a process remembers is remembered
    few = [asked(address) for address in addresses]
    for number in range(4):
        more = participants.add(by(operator), contest, make_kol(operator, f"KOL {number}"))
        deliverables.add(by(operator), more, {"what": "A video"})
        invitations.take_in(by(operator), contest, [invited(more, f"more{number}")])
        make_contest(operator)
    assert [asked(address) for address in addresses] == few
