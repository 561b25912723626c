"""Gifts: idea → chosen → sent → received, what is refused on the way, what it costs (DOMAIN 7.4)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from incentives.models import Entry, Gift
from incentives.services import gift, ledger
from kol_crm.core import policy
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from profiles.models import Kol
from profiles.services import date as dates
from profiles.services import event, tie
from profiles.services import kol as kols
from tests.factories import NOW, make_kol
from tests.incentives.ledger import rate, running, stopped
from tests.lifecycle.refusing import by, nothing_written
from tests.policies import allow, allow_everything

pytestmark = pytest.mark.django_db
DAY = NOW.date()
TEA = {"item": "Green tea", "amount": Decimal(120)}


@pytest.fixture(autouse=True)
def _all_is_allowed(db):
    allow_everything()


@pytest.fixture
def idea(kol, operator):
    return gift.suggest(by(operator), kol, TEA)


@pytest.fixture
def chosen(idea, operator):
    return gift.choose(by(operator), idea)


@pytest.fixture
def sent(chosen, operator):
    return gift.send(by(operator), chosen, {"carrier": "SF", "tracking": "SF1"})


def test_idea_chosen_sent_received_with_amount_tracking_and_reaction(idea, kol, operator):
    assert (idea.state, idea.currency, idea.entry) == ("idea", "CNY", None)
    chosen = gift.choose(by(operator), idea, {"amount": Decimal("99.50")})
    assert (chosen.state, chosen.amount) == ("chosen", Decimal("99.50"))
    sent = gift.send(by(operator), chosen, {"carrier": "SF", "tracking": "SF1234"})
    assert (sent.state, sent.sent_on, sent.carrier, sent.tracking) == ("sent", DAY, "SF", "SF1234")
    later = by(operator, NOW + timedelta(days=3))
    got = gift.receive(later, sent, {"reaction": "So kind!", "liked": True})
    assert (got.state, got.received_on, got.reaction, got.liked) == (
        "received",
        DAY + timedelta(days=3),
        "So kind!",
        True,
    )
    assert got.next_on is None
    told = Change.objects.filter(root=kol.pk, row=got.pk)
    assert [one.after for one in told.filter(field="state").order_by("at", "id")] == [
        "chosen",
        "sent",
        "received",
    ]


STEPS = {
    "choose": (gift.choose, {"idea"}),
    "send": (gift.send, {"chosen"}),
    "receive": (gift.receive, {"sent"}),
    "drop": (gift.drop, {"idea", "chosen"}),
}


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("state", Gift.State.values)
def test_each_step_is_taken_from_its_state_only(step, state, idea, operator):
    row = idea
    ways = {
        "idea": [],
        "chosen": [gift.choose],
        "sent": [gift.choose, gift.send],
        "received": [gift.choose, gift.send, gift.receive],
        "dropped": [gift.drop],
    }
    for act in ways[state]:
        row = act(by(operator), row)
    verb, may = STEPS[step]
    if state in may:
        assert verb(by(operator), row).state != state
    else:
        nothing_written(lambda: verb(by(operator), row), Refused, code="gift_state")


def test_a_family_member_receives_it_by_a_tie_of_the_file(kol, operator):
    mother = tie.add(by(operator), kol, {"kind": "family", "name": "Mother Wang"})
    made = gift.suggest(by(operator), kol, TEA | {"tie": mother})
    assert (made.tie, made.recipient) == (mother, "Mother Wang")
    tie.remove(by(operator), mother)
    made.refresh_from_db()
    assert (made.tie, made.recipient) == (None, "Mother Wang")


def test_who_is_no_family_of_this_file_receives_nothing(kol, operator):
    agent = tie.add(by(operator), kol, {"kind": "agent", "name": "Agent Li"})
    elsewhere = tie.add(by(operator), make_kol(operator), {"kind": "family", "name": "Aunt"})
    for wrong in (agent, elsewhere):
        nothing_written(
            lambda wrong=wrong: gift.suggest(by(operator), kol, TEA | {"tie": wrong}),
            ValidationError,
            field="tie",
        )


def test_it_is_for_a_date_or_an_event_of_the_file(kol, operator):
    day = dates.add(by(operator), kol, {"what": "Wedding day", "month": 12, "day": 20})
    made = gift.suggest(by(operator), kol, TEA | {"date": day})
    assert (made.occasion, made.for_on) == ("Wedding day", day.next_on)
    baby = event.add(by(operator), kol, {"what": "Baby", "year": 2027, "month": 3, "day": 2})
    other = gift.suggest(by(operator), kol, {"item": "Stroller", "event": baby, "occasion": "Our baby"})
    assert (other.occasion, other.for_on) == ("Our baby", date(2027, 3, 2))
    foreign = dates.add(by(operator), make_kol(operator), {"what": "Day", "month": 1, "day": 1})
    nothing_written(
        lambda: gift.suggest(by(operator), kol, {"item": "Cup", "date": foreign}),
        ValidationError,
        field="date",
    )


# the same item not again within two years


def _given(kol, operator, item, on):
    one = gift.suggest(by(operator), kol, {"item": item, "amount": Decimal(0)}, chosen=True)
    return gift.send(by(operator), one, {"sent_on": on})


def test_same_item_not_again_within_two_years(kol, operator):
    _given(kol, operator, "Green tea", DAY - timedelta(days=700))
    nothing_written(
        lambda: gift.suggest(by(operator), kol, {"item": "ＧＲＥＥＮ  Tea "}), ValidationError, field="item"
    )


def test_the_refusal_names_the_date_of_the_last_one(kol, operator):
    _given(kol, operator, "Green tea", date(2026, 2, 3))
    with pytest.raises(ValidationError) as refused:
        gift.suggest(by(operator), kol, {"item": "green TEA"})
    [words] = refused.value.message_dict["item"]
    words = words.replace("\xa0", " ")
    assert "3 Feb 2026" in words
    assert "3 Feb 2028" in words


def test_after_two_years_it_may_be_given_again_and_to_another_kol_at_once(kol, operator):
    last = date(DAY.year - 2, DAY.month, DAY.day)
    _given(kol, operator, "Green tea", last)
    assert gift.suggest(by(operator), kol, TEA).pk
    assert gift.suggest(by(operator), make_kol(operator), TEA).pk
    _given(kol, operator, "Cup", last + timedelta(days=1))
    nothing_written(lambda: gift.suggest(by(operator), kol, {"item": "cup"}), ValidationError, field="item")
    assert gift.suggest(by(operator), kol, {"item": "cup", "for_on": DAY + timedelta(days=1)}).pk


def test_two_of_the_same_are_not_chosen_side_by_side(kol, operator, idea):
    second = gift.suggest(by(operator), kol, TEA)
    gift.choose(by(operator), idea)
    nothing_written(lambda: gift.choose(by(operator), second), ValidationError, field="item")


def test_goods_that_the_ledger_says_were_given_count_too(kol, manager, operator):
    facts = {"kind": "material", "form": "goods", "what": "补光灯", "amount": Decimal(0)}
    ledger.enter(by(manager), kol, facts)
    nothing_written(
        lambda: gift.suggest(by(operator), kol, {"item": "补光灯"}), ValidationError, field="item"
    )


def test_the_years_are_a_policy(kol, operator, admin):
    _given(kol, operator, "Green tea", DAY - timedelta(days=400))
    days = policy.find("gift_days").default
    policy.change(by(admin), {"gift_days": days | {"years": 1}})
    assert gift.suggest(by(operator), kol, TEA).pk


# budget per level


def test_the_budget_of_the_level_and_year_is_kept(kol, operator):
    kols.set_figures(kol.pk, level="micro")  # 500 a year
    first = gift.suggest(by(operator), kol, TEA | {"amount": Decimal(300)}, chosen=True)
    second = gift.suggest(by(operator), kol, {"item": "Cup", "amount": Decimal(201)})
    nothing_written(lambda: gift.choose(by(operator), second), ValidationError, field="amount")
    assert gift.choose(by(operator), second, {"amount": Decimal(200)}).over_reason == ""
    gift.drop(by(operator), first)
    third = gift.suggest(by(operator), kol, {"item": "Pen", "amount": Decimal(300)})
    assert gift.choose(by(operator), third).state == "chosen"


def test_what_was_sent_last_year_counts_for_last_year(kol, operator):
    kols.set_figures(kol.pk, level="micro")
    one = gift.suggest(by(operator), kol, TEA | {"amount": Decimal(500)}, chosen=True)
    gift.send(by(operator), one, {"sent_on": date(DAY.year - 1, 12, 30)})
    second = gift.suggest(by(operator), kol, {"item": "Cup", "amount": Decimal(500)}, chosen=True)
    assert second.state == "chosen"


def test_only_a_manager_goes_beyond_the_budget_and_with_a_reason(kol, operator, manager):
    kols.set_figures(kol.pk, level="micro")
    dear = gift.suggest(by(operator), kol, {"item": "Camera", "amount": Decimal(900)})
    why = {"over_reason": "Ten years with us"}
    nothing_written(lambda: gift.choose(by(operator), dear, why), ValidationError, field="amount")
    nothing_written(lambda: gift.choose(by(manager), dear), ValidationError, field="over_reason")
    done = gift.choose(by(manager), dear, why)
    assert (done.state, done.over_reason) == ("chosen", "Ten years with us")
    nothing_written(lambda: gift.send(by(operator), done), ValidationError, field="amount")
    assert gift.send(by(manager), done).state == "sent"


def test_a_chosen_gift_does_not_grow_beyond_the_budget(chosen, operator):
    Kol.objects.filter(pk=chosen.kol_id).update(level="micro")
    nothing_written(
        lambda: gift.edit(by(operator), chosen, {"amount": Decimal(501)}), ValidationError, field="amount"
    )
    assert gift.edit(by(operator), chosen, {"amount": Decimal(500)}).amount == 500


def test_without_a_rate_the_budget_cannot_be_asked(kol, operator):
    dollars = gift.suggest(by(operator), kol, {"item": "Cup", "amount": Decimal(20), "currency": "USD"})
    nothing_written(lambda: gift.choose(by(operator), dollars), (ValidationError, Refused))
    rate("USD", Decimal(7))
    assert gift.choose(by(operator), dollars).state == "chosen"


# the cost is a ledger entry


def test_the_cost_is_a_ledger_entry_once_it_is_sent(chosen, operator):
    assert not Entry.objects.exists()
    sent = gift.send(by(operator), chosen)
    entry = Entry.objects.get()
    assert sent.entry == entry
    assert (entry.kind, entry.form, entry.what, entry.amount, entry.given_on) == (
        "material",
        "goods",
        "Green tea",
        Decimal(120),
        DAY,
    )
    assert entry.converted == Decimal(120)
    assert not entry.payouts.exists()


def test_what_costs_nothing_stands_in_the_ledger_too(kol, operator):
    card = gift.suggest(by(operator), kol, {"item": "Card", "amount": Decimal(0)}, chosen=True)
    gift.send(by(operator), card)
    assert Entry.objects.get().amount == 0


def test_taking_back_reverses_the_entry(sent, operator):
    nothing_written(lambda: gift.take_back(by(operator), sent), ValidationError, field="reason")
    back = gift.take_back(by(operator), sent, "Wrong parcel")
    assert (back.state, back.entry, back.sent_on) == ("chosen", None, None)
    reversal = Entry.objects.get(reversal_of=sent.entry)
    assert (reversal.amount, reversal.note) == (Decimal(-120), "Wrong parcel")
    again = gift.send(by(operator), back)
    assert again.entry not in (sent.entry, None)


def test_each_step_is_taken_back(sent, operator):
    got = gift.receive(by(operator), sent, {"reaction": "Nice", "liked": True})
    back = gift.take_back(by(operator), got)
    assert (back.state, back.reaction, back.liked, back.received_on) == ("sent", "", None, None)
    assert Entry.objects.count() == 1
    back = gift.take_back(by(operator), gift.take_back(by(operator), back, "x"))
    assert (back.state, back.chosen_at) == ("idea", None)
    nothing_written(lambda: gift.take_back(by(operator), back), Refused, code="gift_state")
    dropped = gift.drop(by(operator), back, "Too late")
    assert (dropped.state, dropped.drop_reason) == ("dropped", "Too late")
    assert gift.take_back(by(operator), dropped).state == "idea"


def test_a_cost_that_the_ledger_took_back_frees_the_budget_and_is_not_reversed_twice(sent, operator, manager):
    Kol.objects.filter(pk=sent.kol_id).update(level="nano")  # 300 a year
    ledger.reverse(by(manager), sent.entry, "Paid by the agency")
    row = Gift.objects.for_list().get(pk=sent.pk)
    assert row.cost_is_reversed
    other = gift.suggest(by(operator), sent.kol, {"item": "Cup", "amount": Decimal(300)})
    assert gift.choose(by(operator), other).state == "chosen"
    gift.drop(by(operator), other)
    assert gift.take_back(by(operator), row, "x").state == "chosen"
    assert Entry.objects.count() == 2


def test_outside_policy_it_is_neither_chosen_nor_sent(idea, operator):
    allow(introduction__nano=(["spiritual"], 1000))
    nothing_written(lambda: gift.choose(by(operator), idea), Refused, code="outside_policy")
    allow_everything()
    chosen = gift.choose(by(operator), idea)
    allow(introduction__nano=(["spiritual"], 1000))
    nothing_written(lambda: gift.send(by(operator), chosen), Refused, code="outside_policy")


def test_a_stop_holds_gifts_too(chosen, idea, operator):
    stopped(chosen.kol)
    nothing_written(lambda: gift.send(by(operator), chosen), ValidationError, field="kol")


def test_it_is_not_sent_in_the_future_nor_received_before_it_was_sent(chosen, operator):
    tomorrow = DAY + timedelta(days=1)
    nothing_written(
        lambda: gift.send(by(operator), chosen, {"sent_on": tomorrow}), ValidationError, field="sent_on"
    )
    sent = gift.send(by(operator), chosen)
    for day in (tomorrow, DAY - timedelta(days=1)):
        nothing_written(
            lambda day=day: gift.receive(by(operator), sent, {"received_on": day}),
            ValidationError,
            field="received_on",
        )


def test_a_chosen_gift_says_what_it_costs(kol, operator):
    bare = gift.suggest(by(operator), kol, {"item": "Cup"})
    nothing_written(lambda: gift.choose(by(operator), bare), ValidationError, field="amount")
    nothing_written(
        lambda: gift.suggest(by(operator), kol, {"item": "Pen"}, chosen=True), ValidationError, field="amount"
    )


def test_only_its_owner_or_a_manager_gives(idea, colleague, stranger, finance):
    for user in (colleague, stranger, finance):
        nothing_written(lambda user=user: gift.choose(by(user), idea), PermissionDenied)
        nothing_written(lambda user=user: gift.drop(by(user), idea), PermissionDenied)


def test_a_stale_version_is_refused(idea, operator):
    gift.edit(by(operator), idea, {"item": "Black tea"})
    nothing_written(lambda: gift.choose(by(operator), idea, {}, version=1), Conflict)


def test_what_was_sent_keeps_its_item_and_amount(sent, operator):
    nothing_written(
        lambda: gift.edit(by(operator), sent, {"amount": Decimal(1)}), ValidationError, field="amount"
    )
    assert gift.edit(by(operator), sent, {"tracking": "SF2"}).tracking == "SF2"


def test_the_database_refuses_a_sent_gift_without_its_cost(idea):
    with pytest.raises(IntegrityError), transaction.atomic():
        Gift.objects.filter(pk=idea.pk).update(state="sent", sent_on=DAY, amount=1, currency="CNY")


def test_a_plan_that_runs_counts_beside_a_gift_in_the_quarter(kol, operator):
    running(kol, {"kind": "material", "what": "Fee", "amount": 900, "currency": "CNY", "due_on": DAY})
    kols.set_figures(kol.pk, level="mid")
    allow(introduction__mid=(["material"], 1000))
    one = gift.suggest(by(operator), kol, TEA)
    nothing_written(lambda: gift.choose(by(operator), one), Refused, code="outside_policy")
    assert gift.choose(by(operator), one, {"amount": Decimal(100)}).state == "chosen"
