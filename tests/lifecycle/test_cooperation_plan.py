"""CooperationPlans: what they do and get, which need it answers, what keeps them (DOMAIN 4.7, 4.11, 3.1)."""

from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from lifecycle import cooperation_words
from lifecycle.models import CooperationPlan
from lifecycle.services import candidate as candidates
from lifecycle.services import cooperation
from profiles.models import Kol, NoGo, Touch
from profiles.services import need, no_go, touch
from profiles.services.no_go import Known
from profiles.services.one_voice import SecondVoice
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_candidate, make_kol_at, make_programme
from tests.lifecycle.refusing import nothing_written

pytestmark = pytest.mark.django_db
DOES = {"side": "does", "what": "Two videos a month"}
SHARE = {"side": "gets", "what": "5 % of course sales", "answers": "money", "pay_model": "share"}
WHOLE = {"title": "Winter running", "keeps": "share", "keeps_how": "5 % of course sales"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def by(user):
    return Actor(user, "page", NOW)


def again(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def plan(kol, operator):
    return cooperation.create(by(operator), kol, WHOLE, [DOES, SHARE])


@pytest.fixture
def sent(plan, operator):
    return cooperation.send(by(operator), plan, "wechat")


def test_it_says_what_they_do_what_they_get_and_which_need_each_part_answers(kol, operator):
    wish = need.add(by(operator), kol, {"kind": "brand", "what": "A column of their own"})
    part = {"side": "gets", "what": "A weekly column", "need": str(wish.pk)}
    made = cooperation.create(by(operator), kol, WHOLE, [DOES, SHARE, part])
    gets = made.parts.filter(side="gets").order_by("position")
    assert [(one.answers, one.need) for one in gets] == [("money", None), ("brand", wish)]


def test_the_need_of_somebody_else_is_none(kol, operator):
    other = need.add(by(operator), make_kol(operator, "Other"), {"kind": "data", "what": "x"})
    part = {"side": "gets", "what": "x", "need": str(other.pk)}
    problem = nothing_written(
        lambda: cooperation.create(by(operator), kol, WHOLE, [DOES, part]), ValidationError
    )
    assert list(problem.message_dict) == ["parts.1.need"]


INCOMPLETE = {
    "nothing that they do": ({}, [SHARE], "what they do"),
    "nothing that they get": ({}, [DOES], "what they get"),
    "a part without a need": (
        {},
        [DOES, SHARE | {"answers": ""}],
        "which need “5 % of course sales” answers",
    ),
    "nothing that keeps them": ({"keeps": ""}, [DOES, SHARE], "what keeps them from the start"),
    "a share without how": ({"keeps_how": ""}, [DOES, SHARE], "how it keeps them"),
    "a share that no part is": (
        {},
        [DOES, SHARE | {"pay_model": "buyout"}],
        "a part they get as “Profit share”",
    ),
    "neither without why": ({"keeps": "neither"}, [DOES, SHARE], "why neither profit share nor continuous"),
}


@pytest.mark.parametrize("case", INCOMPLETE)
def test_a_draft_may_lack_it_but_nothing_goes_out_with(kol, operator, case):
    values, parts, lacks = INCOMPLETE[case]
    plan = cooperation.create(by(operator), kol, WHOLE | values, parts)
    refused = nothing_written(
        lambda: cooperation.send(by(operator), plan, "mail"), Refused, code="plan_incomplete"
    )
    assert refused.details["missing"] == [lacks]


def test_buyout_is_possible_with_the_reason_why_not_share_or_continuous(kol, operator):
    values = WHOLE | {"keeps": "neither", "why_not": "One event only"}
    plan = cooperation.create(by(operator), kol, values, [DOES, SHARE | {"pay_model": "buyout"}])
    assert cooperation.send(by(operator), plan, "mail").state == "sent"


def test_sending_it_is_a_touch_and_asks_for_one_voice(plan, kol, operator, colleague):
    """DOMAIN 4.9."""
    touch.log(by(colleague), kol, channel="phone", began="us")
    nothing_written(lambda: cooperation.send(by(operator), plan, "mail"), SecondVoice, code="second_voice")
    cooperation.send(by(operator), plan, "mail", "As agreed with Colleague")
    row = Touch.objects.get(user=operator)
    assert (row.channel, row.text) == ("mail", "Cooperation plan sent: Winter running, version 1")
    assert row.beside.user == colleague


STEPS = ["draft", "sent", "negotiating", "agreed", "refused"]
ALLOWED = {
    ("draft", "send"): "sent",
    ("negotiating", "send"): "sent",
    ("sent", "negotiate"): "negotiating",
    ("sent", "agree"): "agreed",
    ("negotiating", "agree"): "agreed",
    ("sent", "refuse"): "refused",
    ("negotiating", "refuse"): "refused",
}


@pytest.mark.parametrize("verb", ["send", "negotiate", "agree", "refuse"])
@pytest.mark.parametrize("before", STEPS)
def test_draft_sent_negotiating_agreed_or_refused(plan, operator, before, verb):
    CooperationPlan.objects.filter(pk=plan.pk).update(state=before)
    more = {"send": ("mail",), "refuse": ("No time",)}.get(verb, ())

    def act():
        return getattr(cooperation, verb)(by(operator), plan, *more)

    if (before, verb) in ALLOWED:
        assert act().state == ALLOWED[before, verb]
    else:
        nothing_written(act, Refused, code="plan_state")


@pytest.mark.parametrize("at", ["sent", "agreed", "refused"])
def test_what_was_sent_or_settled_is_not_edited(plan, operator, at):
    CooperationPlan.objects.filter(pk=plan.pk).update(state=at)
    nothing_written(lambda: cooperation.edit(by(operator), plan, {"title": "x"}), Refused, code="plan_state")


def test_versions_are_kept_and_compared(plan, operator):
    part = plan.parts.get(side="gets")
    changed = {"id": str(part.pk), **SHARE, "what": "8 % of course sales"}
    new = {"side": "does", "what": "A live talk"}
    edited = cooperation.edit(by(operator), plan, {"note": "After our call"}, [DOES, new, changed])
    assert (edited.number, plan.versions.count()) == (2, 2)
    first, second = plan.versions.all()
    differs = [(one.before, one.after) for one in cooperation_words.compare(first.content, second.content)]
    assert ("", "After our call") in differs
    said = "{} % of course sales · Profit share · answers: Money"
    assert (said.format(5), said.format(8)) in differs
    assert ("", "A live talk") in differs
    assert cooperation.edit(by(operator), edited, {"note": "After our call"}).number == 2


def test_a_stale_save_writes_nothing(plan, operator):
    cooperation.edit(by(operator), plan, {"note": "first"}, version=plan.version)
    nothing_written(
        lambda: cooperation.edit(by(operator), plan, {"note": "second"}, version=plan.version), Conflict
    )


def test_an_agreed_plan_leads_the_candidate_on(operator):
    """DOMAIN 4.11: first answer → in talks, plan agreed → agreed."""
    one = make_candidate(make_programme(operator, live=True))
    plan = cooperation.create(by(operator), one.kol, WHOLE | {"candidate": one}, [DOES, SHARE])
    sent = cooperation.send(by(operator), plan, "wechat")
    talks = cooperation.negotiate(by(operator), sent)
    assert again(one).step == "in_talks"
    cooperation.agree(by(operator), talks)
    assert again(one).step == "agreed"


def test_without_a_named_candidate_the_one_in_outreach_follows(operator):
    winter = make_programme(operator, live=True)
    one = make_candidate(winter)
    candidates.begin_outreach(by(operator), one)
    plan = cooperation.create(by(operator), one.kol, WHOLE, [DOES, SHARE])
    cooperation.agree(by(operator), cooperation.send(by(operator), plan, "wechat"))
    assert again(one).step == "agreed"


def test_a_refusal_keeps_cause_and_date_and_keeps_the_next_plan_away(sent, kol, operator):
    nothing_written(lambda: cooperation.refuse(by(operator), sent, " "), ValidationError)
    cooperation.refuse(by(operator), sent, "Too little", "Said by phone")
    row = NoGo.objects.get()
    assert (row.kind, row.cause, row.evidence) == ("refused", "Too little", "Said by phone")
    assert (row.look_again_on - NOW.date()).days == 180
    nothing_written(lambda: cooperation.create(by(operator), kol, {"title": "Again"}), Known)
    no_go.lift(by(operator), row, "They called")
    assert cooperation.create(by(operator), kol, {"title": "Again"}).state == "draft"


MINOR = {
    "cash": (SHARE | {"amount": Decimal(100), "currency": "CNY"}, "amount"),
    "a share": (SHARE, "pay_model"),
    "exclusivity": ({"side": "does", "what": "Only here", "exclusive": True}, "exclusive"),
}


@pytest.mark.parametrize("case", MINOR)
def test_a_minor_gets_no_cash_and_no_exclusivity_without_consent(operator, case):
    """DOMAIN 3.1."""
    part, field = MINOR[case]
    child = make_kol(operator, minor=True)
    problem = nothing_written(
        lambda: cooperation.create(by(operator), child, WHOLE, [DOES, part]), ValidationError
    )
    assert list(problem.message_dict) == [f"parts.1.{field}"]
    Kol.objects.filter(pk=child.pk).update(guardian_consent_on=NOW.date())
    assert cooperation.create(by(operator), again(child), WHOLE, [DOES, part]).parts.count() == 2


def test_whose_consent_is_gone_by_then_is_sent_nothing(plan, kol, operator):
    Kol.objects.filter(pk=kol.pk).update(minor=True)
    nothing_written(
        lambda: cooperation.send(by(operator), plan, "mail"), Refused, code="minor_without_consent"
    )


BAD = {
    "no words": (DOES | {"what": ""}, "what"),
    "no side": (DOES | {"side": "both"}, "side"),
    "less than nothing": (SHARE | {"amount": Decimal(-1), "currency": "CNY"}, "amount"),
    "no currency": (SHARE | {"amount": Decimal(1)}, "currency"),
    "money for what they do": (DOES | {"amount": Decimal(1), "currency": "CNY"}, "amount"),
    "a field of ours": (DOES | {"colour": "red"}, "colour"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_part_is_refused_at_its_field(kol, operator, case):
    part, field = BAD[case]
    problem = nothing_written(lambda: cooperation.create(by(operator), kol, WHOLE, [part]), ValidationError)
    assert f"parts.0.{field}" in problem.message_dict


def test_the_departed_get_no_plan(operator):
    gone = make_kol_at(operator, "departed")
    nothing_written(lambda: cooperation.create(by(operator), gone, WHOLE), Refused, code="kol_departed")


def test_each_change_stands_in_the_history_of_the_file(sent, kol):
    told = Change.objects.filter(root=kol.pk, model__startswith="lifecycle.cooperation")
    assert set(told.values_list("model", "field")) >= {
        ("lifecycle.cooperationplan", ""),
        ("lifecycle.cooperationpart", ""),
        ("lifecycle.cooperationplan", "state"),
    }
