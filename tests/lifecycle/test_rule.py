"""Rules: versions in both languages, told and acknowledged per version, gate, Today (DOMAIN 5.10)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core import due
from kol_crm.core.errors import Refused
from lifecycle import conduct_due, knowing
from lifecycle.models import RuleFact, RuleVersion
from lifecycle.services import gate, rule, stage, violation
from profiles import timeline
from profiles.models import Kol, QuietCause
from profiles.services import quiet
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_kol_at, make_rule, make_violation
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db


def test_other_words_or_another_penalty_are_a_new_version_and_the_old_one_stays(admin):
    known = make_rule()
    edited = rule.edit(by(admin), known, {"text_zh": "不许买粉。"}, known.version)
    harder = rule.edit(by(admin), edited, {"severity": 3})
    kept = list(RuleVersion.objects.filter(rule=known).values_list("number", "text_zh", "severity"))
    assert kept == [(1, "粉丝靠赢得，不靠购买。", 2), (2, "不许买粉。", 2), (3, "不许买粉。", 3)]
    assert harder.number == 3
    retired = rule.edit(by(admin), harder, {"retired": True})
    assert (retired.number, RuleVersion.objects.current().count()) == (3, 0)


def test_only_who_edits_policy_writes_rules(operator, manager, admin):
    known = make_rule()
    words = {"title_en": "x", "title_zh": "x", "text_en": "x", "text_zh": "x", "severity": 1}
    nothing_written(lambda: rule.create(by(operator), words), PermissionDenied)
    nothing_written(lambda: rule.edit(by(manager), known, {"severity": 1}), PermissionDenied)
    nothing_written(
        lambda: rule.create(by(admin), {**words, "text_zh": ""}), ValidationError, field="text_zh"
    )
    nothing_written(
        lambda: rule.create(by(admin), {**words, "severity": 6}), ValidationError, field="severity"
    )


def test_a_rule_is_told_when_how_and_by_whom_and_acknowledged_per_version(operator, admin, kol):
    known = make_rule()
    [told] = rule.tell(by(operator), kol, "wechat", at=NOW - timedelta(days=3))
    assert (told.at, told.channel, told.user) == (NOW - timedelta(days=3), "wechat", operator)
    [agreed] = rule.acknowledge(by(operator), kol, "phone")
    assert knowing.missing(kol) == []
    rule.edit(by(admin), known, {"text_en": "Never buy followers."})
    [one] = knowing.of(kol)
    assert (one.version.number, one.told, one.acknowledged) == (2, None, None)
    assert agreed.rule_version.number == 1


def test_whoever_acknowledges_was_told(operator, kol):
    make_rule()
    rule.acknowledge(by(operator), kol, "meeting")
    [one] = knowing.of(kol)
    assert (one.told.at, one.told.channel, one.acknowledged.at) == (NOW, "meeting", NOW)


def test_what_is_known_already_or_not_in_force_is_not_told_again(operator, stranger, colleague, kol):
    nothing_written(lambda: rule.tell(by(operator), kol, "phone"), Refused, code="nothing_to_tell")
    make_rule(at=NOW - timedelta(days=5))
    early = NOW - timedelta(days=6)
    nothing_written(lambda: rule.tell(by(operator), kol, "phone", at=early), ValidationError, field="at")
    later = NOW + timedelta(hours=1)
    nothing_written(lambda: rule.tell(by(operator), kol, "phone", at=later), ValidationError, field="at")
    nothing_written(lambda: rule.tell(by(operator), kol, "pigeon"), ValidationError, field="channel")
    for nobody in (colleague, stranger):
        nothing_written(lambda who=nobody: rule.acknowledge(by(who), kol, "phone"), PermissionDenied)
    rule.acknowledge(by(operator), kol, "phone")
    nothing_written(lambda: rule.acknowledge(by(operator), kol, "phone"), Refused, code="nothing_to_tell")


def test_a_fact_is_taken_back_by_its_author_for_ten_minutes_then_by_a_manager(operator, manager, kol):
    make_rule()
    rule.acknowledge(by(operator), kol, "phone")
    agreed = RuleFact.objects.get(kind="acknowledged")
    late = by(operator, NOW + timedelta(minutes=11))
    nothing_written(lambda: rule.take_back(late, agreed), Refused, code="too_late")
    rule.take_back(by(manager, NOW + timedelta(days=1)), agreed)
    [one] = knowing.of(kol)
    assert (one.told, one.acknowledged) == (None, None)
    assert RuleFact.objects.count() == 4  # nothing is deleted
    nothing_written(lambda: rule.take_back(by(manager), agreed), Refused, code="already_taken_back")


def test_what_a_penalty_stands_on_is_not_taken_back(operator, manager, kol):
    known = make_rule()
    [told] = rule.tell(by(operator), kol, "phone", at=NOW - timedelta(days=9))
    violation.penalise(by(operator), make_violation(kol, known), 2, "Again.")
    nothing_written(lambda: rule.take_back(by(manager), told), Refused, code="relied_on")


@pytest.mark.usefixtures("standing_gates")
def test_the_gate_into_initial_asks_whether_the_current_rules_are_acknowledged(operator, admin, kol):
    def checks(stage_name="initial"):
        return [
            one
            for one in gate.checks_of(Kol.objects.get(), stage_name, NOW.date())
            if one.key == knowing.GATE
        ]

    assert checks() == []  # no rule: there is nothing to ask
    known, _other = make_rule(), make_rule(title_en="Honest reviews")
    rule.acknowledge(by(operator), kol, "phone", RuleVersion.objects.filter(rule=known))
    [check] = checks()
    assert (check.passed, check.value, check.limit, check.mandatory) == (False, 1, 2, True)
    assert "Honest reviews" in check.evidence
    nothing_written(lambda: stage.move(by(operator), kol, "initial"), Refused, code="gate_shut")
    rule.acknowledge(by(operator), kol, "phone")
    assert checks()[0].passed is True
    assert checks("mid_term") == []
    rule.edit(by(admin), known, {"severity": 3})
    assert checks()[0].passed is False


def test_rules_not_acknowledged_are_on_today_until_they_are(operator):
    known = make_rule(at=NOW - timedelta(days=30))
    bound = make_kol_at(operator, "initial", since=date(2026, 11, 20))
    make_kol(operator, name="In introduction")
    left_alone = make_kol_at(operator, "late", name="In mourning")
    quiet.set_mark(by(operator), left_alone, QuietCause.MOURNING)
    source = conduct_due.SOURCES[conduct_due.RULES]
    day = NOW.date()
    assert source.rows(operator, day, day, 10, ()) == []  # seven days since they entered: on the 27th
    [row] = source.rows(operator, day, date(2026, 11, 27), 10, ())
    assert (row.key, row.due, row.why) == (f"rules:{bound.pk}", date(2026, 11, 27), "1 rule not acknowledged")
    assert list(knowing.due_dates(Kol.objects.filter(pk=bound.pk))) == [(bound.pk, date(2026, 11, 27))]
    assert source.waiting(operator, date(2026, 11, 27), (str(bound.pk),)).count() == 0
    rule.acknowledge(by(operator), bound, "phone")
    assert Kol.objects.get(pk=bound.pk).next_due_kind != "rules"
    assert source.rows(operator, day, date(2026, 12, 31), 10, ()) == []
    assert known.number == 1


def test_today_asks_a_fixed_number_of_statements(operator, django_assert_max_num_queries):
    make_rule()
    for number in range(5):
        make_kol_at(operator, "initial", name=f"KOL {number}")
    with django_assert_max_num_queries(5):
        rows = due.sources.get("rules").rows(operator, NOW.date(), NOW.date(), 10, ())
    assert len(rows) == 5


def test_the_story_of_a_file_tells_what_was_told_and_acknowledged(operator, kol):
    make_rule()
    rule.acknowledge(by(operator), kol, "phone")
    told = [entry.title for entry in timeline.read(kol, "conduct").entries]
    assert sorted(told) == ["Rule acknowledged", "Rule told"]
    assert timeline.counts(kol)["conduct"] == 2
