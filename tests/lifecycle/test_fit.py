"""Rating by a rubric that keeps its versions, and the ranking that follows (DOMAIN 4.4, 4.5)."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from lifecycle import ranking
from lifecycle.models import Rating, Rubric
from lifecycle.services import fit as verbs
from lifecycle.services import programme as programmes
from profiles.rules import metric as m
from profiles.services import fans, figures
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account
from tests.forms import Page
from tests.lifecycle.factories import make_candidate, make_programme
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
DAY = NOW.date()
WHOLE = {"field": 5, "tone": 4, "quality": 4, "audience": 3, "values": 5}


def act(user) -> Actor:
    return Actor(user, "page", NOW)


def sheet(**values) -> dict:
    return {key: {"value": value, "evidence": "Seen in their posts"} for key, value in values.items()}


@pytest.fixture
def programme(operator):
    return make_programme(operator)


@pytest.fixture
def candidate(programme):
    return make_candidate(programme)


def ranked(programme):
    return ranking.of(programme, DAY)


def weigh(admin, **weights):
    rubric = {key: {**one, "weight": weights.get(key, one["weight"])} for key, one in verbs.DEFAULT.items()}
    return policy.change(act(admin), {"fit_rubric": rubric}, "why")


def test_fit_is_rated_by_several_with_evidence(programme, candidate, operator, colleague):
    """85 by one; with a tone of 2 by another 81."""
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    verbs.rate(act(colleague), candidate, sheet(tone=2))
    [row] = ranked(programme)
    assert (row.fit.score.value, row.fit.raters, row.rubric, row.old) == (81, 2, 1, False)


def test_rating_again_replaces_ones_own_and_leaves_a_trace(programme, candidate, operator):
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    again = act(operator)
    verbs.rate(again, candidate, sheet(tone=5, field=5))
    assert Rating.objects.count() == 5
    assert ranked(programme)[0].fit.score.value == 89
    [told] = Change.objects.filter(change_set=again.change_set, field="value")
    assert (told.root, told.before, told.after) == (candidate.pk, 4, 5)


def test_a_rating_is_taken_back_by_giving_none(programme, candidate, operator):
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    verbs.rate(act(operator), candidate, {"tone": {"value": None, "evidence": ""}})
    assert ranked(programme)[0].fit.score.missing == ("tone",)


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"field": {"value": 6, "evidence": "x"}}, {"field"}),
        ({"field": {"value": -1, "evidence": "x"}}, {"field"}),
        ({"field": {"value": True, "evidence": "x"}}, {"field"}),
        ({"field": {"value": 3, "evidence": " "}}, {"field.evidence"}),
        ({"charm": {"value": 3, "evidence": "x"}}, {"charm"}),
        ({"field": {"value": 3, "evidence": "x"}, "tone": {"value": 3, "evidence": ""}}, {"tone.evidence"}),
    ],
)
def test_a_rating_is_0_to_5_with_evidence_of_a_known_criterion(candidate, operator, given, at):
    before = state()
    with pytest.raises(ValidationError) as refused:
        verbs.rate(act(operator), candidate, given)
    assert set(refused.value.message_dict) == at
    assert state() == before


def test_a_stranger_does_not_rate(candidate, stranger):
    before = state()
    with pytest.raises(PermissionDenied):
        verbs.rate(act(stranger), candidate, sheet(**WHOLE))
    assert state() == before


def test_weights_that_do_not_add_to_100_are_refused(admin):
    with pytest.raises(ValidationError) as refused:
        weigh(admin, tone=21)
    assert set(refused.value.message_dict) == {"fit_rubric"}
    assert "101" in str(refused.value)


def test_results_of_an_old_version_stay_until_somebody_rates_by_the_new_one(
    programme, candidate, operator, admin
):
    """By version 1 fit is 85. By version 2 (field 10, tone 40) it will be 10 + 32 + 20 + 9 + 10 = 81."""
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    weigh(admin, field=10, tone=40)
    [row] = ranked(programme)
    assert (row.fit.score.value, row.rubric, row.old) == (85, 1, True)
    verbs.rate(act(operator), candidate, sheet(field=5))  # not yet complete: the old result stays
    assert ranked(programme)[0].fit.score.value == 85
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    [row] = ranked(programme)
    assert (row.fit.score.value, row.rubric, row.old) == (81, 2, False)
    assert Rating.objects.filter(rubric__number=1).count() == 5
    assert list(Rubric.objects.values_list("number", flat=True)) == [2, 1]


def post(client, **changes):
    """The form of the section as it is shown, with what is typed instead."""
    path = reverse("settings:policy-section", args=["introduction"])
    shown = next(form for form in Page(client.get(path).content.decode()).forms if "number" in form)
    typed = {f"fit_rubric.{name.replace('__', '.')}": value for name, value in changes.items()}
    return client.post(path, {**shown, **typed, "reason": "why"})


STYLE = {"new-1__name_en": "Style", "new-1__name_zh": "风格", "new-1__weight": 20, "new-1__red_line": "on"}


def test_managers_add_rename_and_remove_criteria_and_mark_red_lines(admin, as_user):
    """DOMAIN 4.4: what stood under the old version keeps its criteria and their names."""
    changes = {"tone__remove": "on", "field__name_en": "Subject", **STYLE}
    assert post(as_user(admin), **changes).status_code == 302
    number, criteria = verbs.in_force()
    assert [(key, one["name_en"], one["weight"], one["red_line"]) for key, one in criteria.items()] == [
        ("field", "Subject", 30, False),
        ("quality", "Content quality", 25, False),
        ("audience", "Audience overlap", 15, False),
        ("values", "Values", 10, True),
        ("style", "Style", 20, True),
    ]
    assert number == 1  # nobody rated by an earlier one
    page = as_user(admin).get(reverse("settings:policy-versions")).content.decode()
    assert "Fit rubric · Style · Weight" in page


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"tone__remove": "on"}, None),  # the weights add to 80
        ({**STYLE, "tone__remove": "on", "new-1__name_zh": ""}, "fit_rubric.new-1.name_zh"),
        ({**STYLE, "tone__remove": "on", "new-1__weight": "x"}, "fit_rubric.new-1.weight"),
        ({**STYLE, "tone__remove": "on", "new-1__name_en": "Values"}, "fit_rubric.new-1.name_en"),
        ({"tone__name_en": ""}, "fit_rubric.tone.name_en"),
        ({f"{key}__remove": "on" for key in verbs.DEFAULT}, None),
    ],
)
def test_a_rubric_that_does_not_hold_together_is_refused_at_its_input(admin, as_user, changes, at):
    client, before = as_user(admin), state()
    answer = post(client, **changes)
    assert answer.status_code == 422
    if at:
        assert at in Page(answer.content.decode()).invalid
    assert state() == before


def test_what_was_rated_by_a_removed_criterion_keeps_its_name(programme, candidate, operator, admin, as_user):
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    post(as_user(admin), **{"tone__remove": "on", **STYLE})
    [row] = ranked(programme)
    assert (row.fit.score.value, row.rubric, row.old) == (85, 1, True)
    assert [str(part.label) for part in row.fit.score.parts][1] == "Tone"
    with pytest.raises(ValidationError):
        verbs.rate(act(operator), candidate, sheet(tone=3))
    new = {"field": 5, "quality": 4, "audience": 3, "values": 5, "style": 0}
    verbs.rate(act(operator), candidate, sheet(**new))
    [row] = ranked(programme)
    assert (row.rubric, row.fit.vetoed_names) == (2, ["Style"])
    page = as_user(operator).get(reverse("lifecycle:programme-history", args=[programme.pk])).content.decode()
    assert "Tone 4" in page
    assert "Style 0" in page


def test_a_veto_by_the_new_version_counts_before_all_is_rated(programme, candidate, operator, admin):
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    weigh(admin, field=10, tone=40)
    verbs.rate(act(operator), candidate, sheet(values=0))
    assert ranked(programme)[0].placed.state == "vetoed"


def test_disagreement_of_3_is_flagged_in_what_the_ranking_says(programme, candidate, operator, colleague):
    verbs.rate(act(operator), candidate, sheet(**WHOLE))
    verbs.rate(act(colleague), candidate, sheet(tone=1))
    assert ranked(programme)[0].as_json()["disputed"] == ["tone"]


def test_rating_marks_the_candidate_as_reviewed_once(candidate, operator):
    verbs.rate(act(operator), candidate, {"tone": {"value": None, "evidence": ""}})
    candidate.refresh_from_db()
    assert candidate.reviewed_at is None
    verbs.rate(act(operator), candidate, sheet(tone=3))
    candidate.refresh_from_db()
    assert candidate.reviewed_at == NOW


def reach(kol, followers, portability=50):
    account = kol.accounts.first() or make_account(kol, platform="douyin", handle=str(kol.pk))
    row = NewFigure(account.pk, m.FOLLOWERS, Decimal(followers), DAY, DAY, "hand")
    figures.record(act(kol.owner), [row])
    fans.report(act(kol.owner), kol, {"portability": portability, "reason": "moved before"})


def test_the_ranking_follows_when_a_figure_changes(programme, operator):
    """Equal fit: who brings more stands first; a new figure turns it round at once (4.5)."""
    one, other = make_candidate(programme, name="A"), make_candidate(programme, name="B")
    for candidate in (one, other):
        verbs.rate(act(operator), candidate, sheet(**WHOLE))
    reach(one.kol, 1_000)
    reach(other.kol, 2_000)
    assert [(row.candidate.pk, row.placed.score.value) for row in ranked(programme)] == [
        (other.pk, 91),  # 0.6 × 85 + 0.4 × 100
        (one.pk, 51),
    ]
    reach(one.kol, 9_000)
    assert ranked(programme)[0].candidate.pk == one.pk


def test_the_purpose_decides_which_figure_counts(programme, operator):
    candidate = make_candidate(programme)
    reach(candidate.kol, 1_000)
    fans.report(act(operator), candidate.kol, {"loyalty": 4})
    assert ranked(programme)[0].figure.value == 500
    changed = programmes.edit(act(operator), programme, {"purpose": "conversion"})
    assert ranked(changed)[0].figure.value == 80


def test_without_a_purpose_the_figure_says_that_it_is_missing(operator):
    programme = make_programme(operator, purpose="")
    make_candidate(programme)
    assert ranked(programme)[0].figure.missing == ("purpose",)


def test_an_estimate_older_than_its_limit_is_left_out(programme, operator):
    candidate = make_candidate(programme)
    reach(candidate.kol, 1_000)
    candidate.kol.fan_reports.update(on=DAY.replace(year=2025, month=11, day=22))
    assert ranked(programme)[0].figure.missing == ("portability",)


def test_twenty_candidates_cost_as_many_queries_as_two(programme, operator):
    def add(count, first):
        for number in range(first, first + count):
            verbs.rate(act(operator), make_candidate(programme, name=f"K{number}"), sheet(**WHOLE))

    add(2, 0)
    with CaptureQueriesContext(connection) as few:
        ranked(programme)
    add(18, 2)
    with CaptureQueriesContext(connection) as many:
        assert len(ranked(programme)) == 20
    assert len(many) == len(few)
