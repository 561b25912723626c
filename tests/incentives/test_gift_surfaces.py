"""Where gifts are seen: ideas, Today, next due, the story, handovers, pages and API (DOMAIN 7.4, 8.1)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives import gift_ideas, gift_repeat
from incentives.gift_ground import DUE, STORY, waiting
from incentives.given_story import GIVEN
from incentives.models import Entry, Gift
from incentives.rules import gift_ideas as rule
from incentives.rules.gift_budget import Budget
from incentives.rules.gift_repeat import Had, in_the_way
from incentives.services import gift
from kol_crm.core import policy
from profiles.models import Kol
from profiles.services import date as dates
from profiles.services import event
from profiles.services import kol as kols
from tests.factories import NOW, make_kol
from tests.incentives.test_greeting import draft
from tests.lifecycle.refusing import by
from tests.policies import allow_everything

pytestmark = pytest.mark.django_db
DAY = NOW.date()
TEA = {"item": "Green tea", "amount": Decimal(120)}


@pytest.fixture(autouse=True)
def _all_is_allowed(db):
    allow_everything()


def ideas(user, kol, day=DAY):
    return gift_ideas.of(user, Kol.objects.get(pk=kol.pk), day, policy.current())


def liked(kol, user, item, liked=True, on=DAY - timedelta(days=1)):
    made = gift.suggest(by(user), kol, {"item": item, "amount": Decimal(1)}, chosen=True)
    made = gift.send(by(user), made, {"sent_on": on})
    return gift.receive(by(user), made, {"liked": liked, "received_on": on})


# pure rules


def test_the_same_item_is_in_the_way_for_less_than_two_years_on_both_sides():
    had = [Had(date(2024, 2, 29))]
    assert in_the_way(had, date(2026, 2, 27), 2) == had[0]
    assert in_the_way(had, date(2026, 2, 28), 2) is None
    assert in_the_way(had, date(2022, 2, 28), 2) is None
    assert in_the_way(had, date(2022, 2, 28), 3) == had[0]
    assert in_the_way(had, date(2022, 3, 1), 2) == had[0]


def test_the_budget_is_kept_to_the_last_cent_and_what_costs_nothing_always_fits():
    budget = Budget(2026, "nano", Decimal(300), Decimal("250.50"))
    assert budget.allows(Decimal("49.50"))
    assert not budget.allows(Decimal("49.51"))
    assert not budget.allows(None)
    assert (budget.left, budget.over) == (Decimal("49.50"), 0)
    over = Budget(2026, "nano", Decimal(300), Decimal(310))
    assert (over.left, over.over, over.allows(Decimal(0))) == (0, 10, True)
    unknown = Budget(2026, "nano", Decimal(300), None)
    assert (unknown.left, unknown.allows(Decimal(1)), unknown.allows(Decimal(0))) == (None, False, True)


def test_ideas_add_up_the_weights_of_their_reasons():
    known = rule.Known(
        likes=("Tea", "Peanuts"),
        avoids=("peanut",),
        events=(rule.Coming(None, "Baby", DAY, "Stroller"),),
        dates=(rule.Coming(None, "Wedding day", DAY),),
        others=(rule.Liked("tea", DAY, ("Tea",)), rule.Liked("Cup", DAY)),
        taken=frozenset({"cup"}),
    )
    found = rule.propose(known, gift_repeat.key, 5)
    assert [(idea.item, idea.weight) for idea in found] == [("Stroller", 40), ("tea", 35)]


# ideas from likes, events and past gifts


def test_ideas_come_from_likes_events_dates_and_past_gifts(kol, operator, manager):
    Kol.objects.filter(pk=kol.pk).update(likes=["茶", "Chess"])
    event.add(by(operator), kol, {"what": "Baby born", "year": 2026, "month": 12, "gift_idea": "Stroller"})
    dates.add(by(operator), kol, {"what": "Wedding day", "month": DAY.month, "day": DAY.day})
    other = make_kol(operator, likes=["chess"])
    liked(other, operator, "Chess board")
    liked(other, operator, "Clock", liked=False)
    found = ideas(operator, kol)
    assert {idea.item for idea in found} == {"茶", "Chess", "Stroller", "Chess board"}
    assert found[0].item == "Stroller"
    board = next(idea for idea in found if idea.item == "Chess board")
    assert board.of(rule.OTHERS).times == 1
    assert board.of(rule.DATE).about == "Wedding day"
    assert gift_ideas.words(board.of(rule.OTHERS)) == "1 other who likes Chess was glad of it"


def test_what_they_had_within_two_years_is_no_idea_and_what_they_liked_before_is(kol, operator):
    Kol.objects.filter(pk=kol.pk).update(likes=["tea"])
    liked(kol, operator, "Tea")
    assert ideas(operator, kol) == []
    [found] = ideas(operator, kol, DAY + timedelta(days=800))
    assert {reason.code for reason in found.reasons} >= {rule.OWN, rule.LIKES}


def test_ideas_tell_nothing_of_files_that_one_does_not_see(kol, operator, stranger):
    Kol.objects.filter(pk=kol.pk).update(likes=["chess"])
    theirs = make_kol(stranger, likes=["chess"])
    liked(theirs, stranger, "Secret board")
    assert [idea.item for idea in ideas(operator, kol)] == ["chess"]


def test_ideas_ask_as_many_queries_with_many_gifts_as_with_one(kol, operator):
    Kol.objects.filter(pk=kol.pk).update(likes=["chess"])
    liked(make_kol(operator, likes=["chess"]), operator, "Board 0")
    with CaptureQueriesContext(connection) as few:
        ideas(operator, kol)
    for number in range(1, 5):
        liked(make_kol(operator, likes=["chess"]), operator, f"Board {number}")
    with CaptureQueriesContext(connection) as many:
        assert len(ideas(operator, kol)) == 6
    assert len(many) == len(few)


# Today


def due(state, user, day):
    return [(row.subject.pk, row.due) for row in DUE[state].rows(user, day, day, 10, ())]


def test_today_has_an_idea_for_a_date_that_comes_near(kol, operator, colleague):
    day = DAY + timedelta(days=40)
    gift.suggest(by(operator), kol, TEA | {"for_on": day})
    assert due("idea", operator, day - timedelta(days=22)) == []
    near = day - timedelta(days=21)
    assert due("idea", operator, near) == [(kol.pk, near)]
    assert due("idea", colleague, near) == []
    Kol.objects.filter(pk=kol.pk).update(quiet_cause="mourning")
    assert due("idea", operator, near) == []


def test_today_has_what_is_chosen_and_not_sent_in_time(kol, operator):
    day = DAY + timedelta(days=40)
    made = gift.suggest(by(operator), kol, TEA | {"for_on": day}, chosen=True)
    late = day - timedelta(days=4)
    assert due("chosen", operator, late - timedelta(days=1)) == []
    assert due("chosen", operator, late) == [(kol.pk, late)]
    gift.send(by(operator), made)
    assert due("chosen", operator, day) == []


def test_today_asks_after_ten_days_whether_what_was_sent_arrived(kol, operator):
    made = gift.send(by(operator), gift.suggest(by(operator), kol, TEA, chosen=True))
    asked = DAY + timedelta(days=10)
    assert due("sent", operator, asked - timedelta(days=1)) == []
    assert due("sent", operator, asked) == [(kol.pk, asked)]
    kol.refresh_from_db()
    assert kol.next_due <= asked
    gift.receive(by(operator, NOW + timedelta(days=1)), made)
    assert due("sent", operator, asked) == []


# the file


def test_the_story_tells_each_step_and_the_ledger_not_the_same_again(kol, operator):
    made = gift.suggest(by(operator), kol, TEA, chosen=True)
    made = gift.send(by(operator, NOW + timedelta(hours=1)), made, {"tracking": "SF77"})
    gift.receive(by(operator, NOW + timedelta(hours=2)), made, {"reaction": "Lovely"})
    kol = Kol.objects.get(pk=kol.pk)
    told = {one.title: (one.note, one.body) for one in STORY.load(kol, None, 10)}
    assert set(told) == {"Gift idea", "Gift chosen", "Gift sent", "Gift received"}
    assert "SF77" in told["Gift sent"][0]
    assert told["Gift received"][1] == "Lovely"
    assert GIVEN.load(kol, None, 10) == []


def test_whoever_takes_the_file_over_hears_of_gifts_under_way(kol, operator):
    gift.suggest(by(operator), kol, TEA | {"occasion": "New Year"})
    section = waiting(kol, DAY)
    assert [line.what for line in section.lines] == ["Green tea · New Year"]


def test_the_greeting_shows_the_last_gifts(as_user, operator):
    greeting = draft(operator)
    liked(greeting.kol, operator, "Chess board")
    gift.suggest(by(operator), greeting.kol, {"item": "Only thought of"})
    words = as_user(operator).get(f"/greetings/{greeting.pk}/").content.decode()
    assert "Last gifts" in words
    assert "Chess board" in words
    assert "Only thought of" not in words


# doors


def test_page_and_api_refuse_the_same_at_the_same_field(as_user, api, operator, kol):
    liked(kol, operator, "Green tea")
    before = Gift.objects.count()
    client = as_user(operator)
    page = client.post(f"/kols/{kol.pk}/gifts/new/", {"item": "GREEN tea", "currency": "CNY"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["item"])
    answer = api(operator).post("/api/v1/gifts/", {"kol": str(kol.pk), "item": "GREEN tea"})
    assert answer.status_code == 400
    assert "item" in str(answer.content)
    assert Gift.objects.count() == before


def test_the_pages_take_a_gift_from_the_idea_to_the_reaction(as_user, operator, kol):
    client = as_user(operator)
    kols.set_figures(kol.pk, level="mid")
    words = {"item": "Tea", "amount": "80", "currency": "CNY", "chosen": "on"}
    assert client.post(f"/kols/{kol.pk}/gifts/new/", words).status_code == 302
    row = Gift.objects.get()
    url = f"/gifts/{row.pk}/"
    assert "It is sent" in client.get(url).content.decode()
    sent = {"version": row.version, "sent_on": DAY.isoformat(), "amount": "75", "tracking": "SF9"}
    assert client.post(f"{url}send/", sent).status_code == 302
    row.refresh_from_db()
    got = {"version": row.version, "received_on": DAY.isoformat(), "liked": "yes", "reaction": "Thanks!"}
    assert client.post(f"{url}receive/", got).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.liked, row.amount, Entry.objects.get().amount) == ("received", True, 75, 75)
    assert "Thanks!" in client.get(url).content.decode()
    assert "Tea" in client.get("/gifts/?state=received").content.decode()
    listed = client.get("/gifts/").context["budget"]
    assert (listed.limit, listed.taken) == (1000, 75)


def test_undo_takes_the_last_step_back_and_no_other(as_user, operator, kol):
    client = as_user(operator)
    row = gift.send(by(operator), gift.suggest(by(operator), kol, TEA, chosen=True))
    back = f"/gifts/{row.pk}/take-back/"
    assert client.post(f"{back}?from=chosen").status_code == 409
    row.refresh_from_db()
    assert row.state == "sent"
    assert client.post(f"{back}?from=sent").status_code == 302
    row.refresh_from_db()
    assert (row.state, Entry.objects.count()) == ("chosen", 2)


def test_the_api_takes_the_steps_with_etags_and_names_ideas_and_budget(api, operator, kol):
    Kol.objects.filter(pk=kol.pk).update(likes=["tea"], level="nano")
    client = api(operator)
    made = client.post("/api/v1/gifts/", {"kol": str(kol.pk), "item": "Cup", "amount": "100"})
    assert made.status_code == 201, made.content
    url = f"/api/v1/gifts/{made.json()['id']}/"
    stale = client.post(f"{url}choose/", {}, headers={"If-Match": '"7"'})
    assert stale.status_code == 412
    dear = client.post(f"{url}choose/", {"amount": "301"})
    assert dear.status_code == 400
    assert "amount" in str(dear.content)
    assert client.post(f"{url}choose/", {}).json()["state"] == "chosen"
    assert client.post(f"{url}send/", {}).json()["entry"]
    told = client.get(f"/api/v1/kols/{kol.pk}/gift-ideas/").json()
    assert [idea["item"] for idea in told["ideas"]] == ["tea"]
    assert Decimal(str(told["budget"]["left"])) == 200
