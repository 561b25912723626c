"""Every kind of row on Today says which verbs it has, and why not the others (DOMAIN 8.1).

Done and schedule next, undo in the list of what was done, hand over: a kind that is registered and not
entered here fails.
"""

from dataclasses import dataclass
from importlib import import_module

import pytest

from kol_crm import today_facts, today_finishes, today_hands
from kol_crm.core import due
from kol_crm.core.due import DueRow
from lifecycle.models import Programme
from profiles.models import Kol

BY_ITSELF = "by itself: "


@dataclass(frozen=True)
class Verbs:
    """``next``: the field of a form that takes the day, or how it follows by itself, or why there is none.

    ``undo``: empty where the list of what was done offers it, else why not. ``done``: empty where that list
    shows it, else why not. ``hand``: empty where it can be handed over, else why not.
    """

    next: str
    undo: str = ""
    done: str = ""
    hand: str = ""


ONE_PERSON = "meant for this person alone"
PROGRAMMES = "about a programme, which has an owner and no file"
DECIDED = "decided with a reason: corrected on its page, where that is kept"
SEEN = "what was seen cannot be unseen"
ONCE = "happens once"
TABLE = {
    "touch": Verbs("profiles.forms.touch.TouchForm.next_on"),
    "mention": Verbs(ONCE, undo=SEEN, hand=ONE_PERSON),
    "figures": Verbs(
        BY_ITSELF + "a figure grows stale 35 days later (3.5)",
        undo="a figure is taken back on the page of its account (3.12)",
        done="a sync writes thousands a day: they are in the story of the file",
    ),
    "promise": Verbs(ONCE),
    "promise_taken": Verbs(ONCE, undo="as promise", done="as promise: it is the same row"),
    "request": Verbs(ONCE),
    "need": Verbs(ONCE),
    "date": Verbs(BY_ITSELF + "the next year"),
    "event": Verbs(ONCE),
    "review": Verbs(
        "lifecycle.forms.review.ReviewForm.next_on", undo="its end may move the stage, which has one"
    ),
    "look_again": Verbs(
        "lifecycle.forms.look_again.LookAgainForm.look_again_on", undo="another day can be set"
    ),
    "outreach": Verbs(
        BY_ITSELF + "the gap of the next rung (4.8)",
        undo="an attempt is a touch, which has one for ten minutes",
    ),
    "candidate": Verbs(BY_ITSELF + "each step has its time", undo=DECIDED),
    "mining": Verbs(ONCE, undo="suggested again on the page of the programme", hand=PROGRAMMES),
    "programme": Verbs(ONCE, undo="each candidate has an outcome by then", hand=PROGRAMMES),
    "rules": Verbs(BY_ITSELF + "the next version of a rule (5.10)"),
    "violation": Verbs(ONCE, undo=DECIDED),
    "conflict": Verbs("lifecycle.forms.conduct.FollowForm.next_on"),
    "sighting": Verbs(ONCE, undo=DECIDED),
    "stop": Verbs(ONCE, undo=DECIDED),
    "exclusivity": Verbs("lifecycle.forms.exclusivity.RenewForm.ends_on", undo=DECIDED),
    "platform_role": Verbs("lifecycle.forms.privilege.ExtendForm.until", undo="it is given again"),
    "access": Verbs("lifecycle.forms.growing.AccessForm.until"),
    "resource": Verbs(ONCE),
    "handover": Verbs(ONCE, undo=SEEN, hand=ONE_PERSON),
    "review_late": Verbs(
        "as review", undo="as review", done="as review: its operator ends it", hand=ONE_PERSON
    ),
    "handover_late": Verbs(
        ONCE, undo="as handover", done="as handover: its receiver confirms it", hand=ONE_PERSON
    ),
    "coverage": Verbs(
        "no one act ends it",
        undo="no one act ends it",
        done="communities and contacts that end it are told of on their pages",
        hand=ONE_PERSON,
    ),
    "persona": Verbs(ONCE, undo="the next version replaces it", hand=ONE_PERSON),
    "adjustment": Verbs(ONCE, undo=DECIDED),
    "coaching": Verbs("lifecycle.forms.growing.HoldForm.next_on"),
    "homework": Verbs("the next session may set another"),
    "task": Verbs("lifecycle.forms.task.DoneForm.next_on"),
    "greeting": Verbs(BY_ITSELF + "the next year"),
    "gift_idea": Verbs(BY_ITSELF + "chosen, it is to be sent"),
    "gift_chosen": Verbs(BY_ITSELF + "sent, it is to be received"),
    "gift_sent": Verbs(ONCE),
    "plan_approval": Verbs(ONCE, undo="an approval is a judgement with its figures (6.2)", hand=ONE_PERSON),
    "plan_item": Verbs(BY_ITSELF + "the next payment", undo="the ledger is corrected by reversals (6.3)"),
    "deliverable": Verbs(ONCE),
    "strategy": Verbs(ONCE),
}


def test_every_kind_is_entered_and_no_other():
    assert set(TABLE) == {name for name, _source in due.sources.items()}


def offered() -> set[str]:
    """Kinds whose end can be taken back in the list of what was done."""
    undone = {finish.kind for finish in today_finishes.FINISHES if finish.undo}
    return undone | today_facts.UNDONE


def test_what_is_said_of_the_list_of_what_was_done_is_true():
    told = {finish.kind for finish in today_finishes.FINISHES} | today_facts.KINDS
    for kind, verbs in TABLE.items():
        assert (kind in told) is not bool(verbs.done), kind
        assert (kind in offered()) is not bool(verbs.undo), kind
    assert told <= set(TABLE)


@pytest.mark.parametrize("kind", sorted(TABLE))
def test_what_is_said_of_handing_over_is_true(kind, kol_like):
    source, verbs = due.sources.get(kind), TABLE[kind]
    assert source.personal is (verbs.hand == ONE_PERSON)
    row = DueRow(f"{kind}:1", kind, "", "", kol_like(verbs.hand == PROGRAMMES), "", None, "", "")
    assert today_hands.may_hand(row) is not bool(verbs.hand)


@pytest.fixture
def kol_like():
    return lambda is_programme: Programme() if is_programme else Kol()


def test_where_a_day_can_be_chosen_the_form_has_the_field():
    named = [verbs.next for verbs in TABLE.values() if ".forms." in verbs.next]
    for path in named:
        module, form, field = path.rsplit(".", 2)
        assert field in getattr(import_module(module), form).base_fields, path
    assert len(named) == 9


def test_each_kind_has_one_way_of_being_finished_or_several_columns_and_never_the_same_twice():
    ends = [(one.model, one.column, state) for one in today_finishes.FINISHES for state in one.states or {""}]
    assert len(ends) == len(set(ends))
