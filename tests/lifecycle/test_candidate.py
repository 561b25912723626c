"""Candidates: bringing in, one live outreach, steps that follow facts, outcomes (DOMAIN 4.2, 4.3, 4.11)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle.models import Candidate, CandidateStep, Step
from lifecycle.services import candidate as verbs
from lifecycle.services import mining, stage
from lifecycle.services import pace as paces
from lifecycle.services import programme as programmes
from profiles.services import kol as kols
from profiles.services import merge, touch
from tests.factories import NOW, field, make_kol
from tests.lifecycle.factories import make_candidate, make_programme
from tests.lifecycle.test_pace import active_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
MONTH = date(2026, 11, 1)


def act(user, **later) -> Actor:
    return Actor(user, "page", NOW + timedelta(**later))


@pytest.fixture
def live(operator):
    return make_programme(operator, live=True)


@pytest.fixture
def candidate(live):
    return make_candidate(live)


@pytest.fixture
def kol(operator):
    return make_kol(operator, "New", fields=[(field("running"), 3)])


@pytest.fixture
def crowded(admin, operator):
    """Running has enough KOLs: 10 users for one."""
    active_kol(operator, "K")
    paces.set_band(act(admin), field("running"), date(2026, 1, 1), 20, 60)
    paces.set_demand(act(admin), field("running"), MONTH, 10)


def refused_at(attempt) -> set[str]:
    """The fields at which it is refused; nothing may have been written."""
    before = state()
    with pytest.raises(ValidationError) as refused:
        attempt()
    assert state() == before
    return set(refused.value.message_dict)


def refusal(attempt) -> str:
    before = state()
    with pytest.raises(Refused) as refused:
        attempt()
    assert state() == before
    return refused.value.code


# 4.2


def test_bringing_a_candidate_into_an_oversupplied_field_needs_a_reason_that_is_kept(live, crowded, operator):
    kol = make_kol(operator, "New", fields=[(field("running"), 3)])
    assert refused_at(lambda: make_candidate(live, kol)) == {"why_oversupplied"}
    assert refused_at(lambda: make_candidate(live, kol, why_oversupplied="  ")) == {"why_oversupplied"}
    made = make_candidate(live, kol, why_oversupplied="The only one for trail running")
    made.refresh_from_db()
    assert made.why_oversupplied == "The only one for trail running"
    assert made.pace["running"]["state"] == "oversupplied"
    assert made.pace["running"]["parts"][0]["value"] == 10  # the demand of that day


def test_a_field_that_is_in_its_band_or_unknown_asks_for_no_reason(live, operator):
    assert make_candidate(live).why_oversupplied == ""


def test_a_candidate_of_another_main_field_is_held_against_that_field(crowded, operator):
    programme = make_programme(operator, fields=("running", "tea"))
    tea = make_kol(operator, "Tea", fields=[(field("tea"), 5)])
    assert make_candidate(programme, tea).pk
    both = make_kol(operator, "Both", fields=[(field("tea"), 5), (field("running"), 1)])
    assert refused_at(lambda: make_candidate(programme, both)) == {"why_oversupplied"}


# 4.3


def feed(admin, **more):
    mining.take_feed(act(admin), [{"external_id": "u1", "field": field("running"), "output": 5, **more}])


def test_an_external_one_before_unreviewed_internal_ones_of_the_field_is_asked_why(live, admin, kol):
    feed(admin, quality=90)
    assert refused_at(lambda: make_candidate(live, kol, source="external")) == {"why_external"}
    made = make_candidate(live, kol, source="external", why_external="Races next week")
    assert made.why_external == "Races next week"
    assert make_candidate(live, name="Internal").pk


def test_suggestions_of_other_fields_and_reviewed_ones_ask_nothing(live, admin, operator):
    feed(admin, quality=90)
    tea = make_programme(operator, fields=("tea",))
    kol = make_kol(operator, "Tea", fields=[(field("tea"), 4)])
    assert make_candidate(tea, kol, source="external").pk
    mining.reject(act(operator), mining.PlatformUser.objects.get(), "sells supplements")
    assert make_candidate(live, source="external").pk


def test_an_internal_candidate_nobody_rated_is_unreviewed(live, operator, kol):
    waiting = make_candidate(live)
    assert refused_at(lambda: make_candidate(live, kol, source="external")) == {"why_external"}
    verbs.decide(act(operator), waiting, "rejected", "bought followers")
    assert make_candidate(live, kol, source="external").pk


def test_a_candidate_may_be_in_several_programmes_but_in_one_only_once(live, candidate, operator):
    other = make_programme(operator, name="Spring", live=True)
    assert make_candidate(other, candidate.kol).kol_id == candidate.kol_id
    assert "kol" in refused_at(lambda: make_candidate(live, candidate.kol))


def test_a_candidate_is_in_one_live_outreach_only(live, candidate, operator):
    other = make_candidate(make_programme(operator, name="Spring", live=True), candidate.kol)
    verbs.begin_outreach(act(operator), candidate)
    assert refusal(lambda: verbs.begin_outreach(act(operator), other)) == "in_another_outreach"
    with pytest.raises(IntegrityError), transaction.atomic():
        Candidate.objects.filter(pk=other.pk).update(in_outreach=True)
    verbs.end_outreach(act(operator), candidate)
    assert verbs.begin_outreach(act(operator), other).in_outreach


def test_outreach_waits_until_the_programme_is_live(operator):
    candidate = make_candidate(make_programme(operator, purpose=""))
    assert refusal(lambda: verbs.begin_outreach(act(operator), candidate)) == "programme_not_live"


def test_outreach_does_not_begin_with_who_is_decided_or_has_moved_on(live, operator):
    decided, moved = make_candidate(live, name="A"), make_candidate(live, name="B")
    verbs.decide(act(operator), decided, "later")
    stage.move(act(operator), moved.kol, "initial", why="agreed")
    assert refusal(lambda: verbs.begin_outreach(act(operator), decided)) == "candidate_decided"
    assert refusal(lambda: verbs.begin_outreach(act(operator), moved)) == "not_in_introduction"


@pytest.mark.parametrize("gone", ["initial", "departed", "archived"])
def test_only_a_kol_in_introduction_is_a_candidate(live, operator, gone):
    kol = make_kol(operator, fields=[(field("running"), 3)])
    if gone == "archived":
        kols.archive(act(operator), kol, None)
    else:
        stage.move(act(operator), kol, gone, why="x", cause="other" if gone == "departed" else "")
    assert refused_at(lambda: make_candidate(live, kol)) == {"kol"}


def test_who_does_not_see_the_programme_adds_nobody(live, stranger):
    kol = make_kol(stranger)
    before = state()
    with pytest.raises(PermissionDenied):
        make_candidate(live, kol, by=stranger)
    assert state() == before


@pytest.mark.parametrize("source", ["", "rumour"])
def test_a_source_must_be_said(live, kol, source):
    assert refused_at(lambda: make_candidate(live, kol, source=source)) == {"source"}


def test_a_merge_takes_the_candidacy_along(live, candidate, operator):
    by = make_kol(operator, "许燃 again")
    merge.merge(act(operator), by.pk, candidate.kol_id, {})
    candidate.refresh_from_db()
    assert candidate.kol_id == by.pk


# 4.11

FACTS = (verbs.ATTEMPT, verbs.ANSWER, verbs.PLAN)


@pytest.mark.parametrize(
    ("facts", "step"),
    [
        ((), "identified"),
        (("attempt",), "contacted"),
        (("attempt", "attempt"), "contacted"),
        (("attempt", "answer"), "in_talks"),
        (("answer",), "in_talks"),
        (("answer", "attempt"), "in_talks"),
        (("attempt", "answer", "plan"), "agreed"),
        (("plan", "answer", "attempt"), "agreed"),
    ],
)
def test_steps_follow_facts_and_never_fall_by_them(candidate, operator, facts, step):
    for fact in facts:
        candidate = verbs.follow_fact(act(operator), candidate, fact)
    candidate.refresh_from_db()
    assert candidate.step == step


@pytest.mark.parametrize("before", list(Step))
@pytest.mark.parametrize("after", list(Step))
def test_by_hand_a_candidate_is_set_back_never_forward(candidate, operator, before, after):
    Candidate.objects.filter(pk=candidate.pk).update(step=before)
    attempt = lambda: verbs.set_back(act(operator), candidate, after, "a mistake")  # noqa: E731
    if verbs.rank_of(after) < verbs.rank_of(before):
        assert attempt().step == after
    else:
        assert refusal(attempt) == "forward_by_hand"


def test_setting_back_says_why_and_keeps_who_when_and_from_where(candidate, operator):
    verbs.follow_fact(act(operator), candidate, verbs.ANSWER)
    assert refused_at(lambda: verbs.set_back(act(operator), candidate, "contacted", " ")) == {"why"}
    assert refused_at(lambda: verbs.set_back(act(operator), candidate, "moon", "x")) == {"step"}
    verbs.set_back(act(operator, hours=1), candidate, "contacted", "that was spam")
    rows = CandidateStep.objects.values_list("from_step", "to_step", "fact", "why", "user")
    assert list(rows) == [
        ("", "identified", "entered", "", operator.pk),
        ("identified", "in_talks", "answer", "", operator.pk),
        ("in_talks", "contacted", "", "that was spam", operator.pk),
    ]
    candidate.refresh_from_db()
    assert candidate.step_since == NOW + timedelta(hours=1)


def test_the_next_fact_leads_on_from_where_one_was_set_back(candidate, operator):
    verbs.follow_fact(act(operator), candidate, verbs.PLAN)
    verbs.set_back(act(operator), candidate, "contacted", "they withdrew")
    assert verbs.follow_fact(act(operator), candidate, verbs.ANSWER).step == "in_talks"


def test_setting_back_on_a_stale_version_is_refused(candidate, operator):
    verbs.follow_fact(act(operator), candidate, verbs.PLAN)
    before = state()
    with pytest.raises(Conflict):
        verbs.set_back(act(operator), candidate, "contacted", "x", version=1)
    assert state() == before


def log(user, kol, **values):
    touch.log(act(user), kol, **{"channel": "wechat", "began": "us", **values})


def test_a_touch_in_a_live_outreach_is_an_attempt_and_an_answer_where_they_spoke(candidate, operator):
    log(operator, candidate.kol)
    candidate.refresh_from_db()
    assert candidate.step == "identified"  # no outreach yet: just a touch
    verbs.begin_outreach(act(operator), candidate)
    log(operator, candidate.kol, answered=False)
    candidate.refresh_from_db()
    assert candidate.step == "contacted"
    log(operator, candidate.kol, began="kol")
    candidate.refresh_from_db()
    assert candidate.step == "in_talks"


def test_a_touch_moves_only_the_candidacy_whose_outreach_it_is(candidate, operator):
    other = make_candidate(make_programme(operator, name="Spring", live=True), candidate.kol)
    verbs.begin_outreach(act(operator), other)
    log(operator, candidate.kol, answered=True)
    assert list(Candidate.objects.order_by("entered_at", "pk").values_list("step", flat=True)) == [
        "identified",
        "in_talks",
    ]


def test_an_outcome_ends_the_outreach_and_stops_the_steps_until_it_is_taken_back(candidate, operator):
    verbs.begin_outreach(act(operator), candidate)
    assert refused_at(lambda: verbs.decide(act(operator), candidate, "eaten")) == {"outcome"}
    decided = verbs.decide(act(operator), candidate, "refused", "no time")
    assert (decided.in_outreach, decided.outcome_at) == (False, NOW)
    assert verbs.follow_fact(act(operator), candidate, verbs.ANSWER).step == "identified"
    again = verbs.decide(act(operator), candidate, "")
    assert (again.outcome, again.outcome_at) == ("", None)


def test_in_a_closed_programme_nothing_is_set_back_or_decided(candidate, operator):
    verbs.follow_fact(act(operator), candidate, verbs.PLAN)
    programmes.close(act(operator), candidate.programme, {candidate.pk: ("won", "")})
    assert refusal(lambda: verbs.set_back(act(operator), candidate, "contacted", "x")) == "programme_closed"
    assert refusal(lambda: verbs.decide(act(operator), candidate, "later")) == "programme_closed"
