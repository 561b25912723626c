"""The exclusivity register: evidence, reminders, renewal, end in advance (DOMAIN 5.6)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.errors import Conflict, Refused
from lifecycle import evidence, exclusivity_due
from lifecycle.models import Exclusivity
from lifecycle.services import exclusivity, sighting
from profiles import timeline
from profiles.models import Kol
from profiles.services import attachment, merge
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_exclusivity
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
DAY = NOW.date()


def days(n):
    return DAY + timedelta(days=n)


def test_an_exclusivity_keeps_scope_channels_kinds_term_and_evidence(operator, kol):
    paper = attachment.add(by(operator), kol, "paper.txt", b"signed")
    made = make_exclusivity(kol, channels=["weibo", "douyin"], kinds=["live"], attachments=[paper])
    assert (made.scope, made.channels, made.kinds) == ("Running shoes", ["weibo", "douyin"], ["live"])
    assert [one.attachment for one in made.files.all()] == [paper]
    assert made.state_on(DAY) == "running"
    assert made.state_on(days(-31)) == "upcoming"
    assert made.state_on(days(91)) == "over"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("evidence", {"evidence": ""}),
        ("scope", {"scope": ""}),
        ("ends_on", {"ends_on": days(-31)}),
        ("channels", {"channels": ["pigeon"]}),
        ("channels", {"channels": ["own"]}),
        ("channels", {"channels": ["weibo", "weibo"]}),
        ("kinds", {"kinds": ["opera"]}),
        ("links", {"links": ["javascript:alert(1)"]}),
    ],
)
def test_what_is_wrong_is_refused_at_its_field(operator, kol, field, wrong):
    nothing_written(lambda: make_exclusivity(kol, **wrong), ValidationError, field=field)


def test_who_is_under_age_is_bound_to_nothing_without_a_guardians_consent(operator, kol):
    Kol.objects.filter(pk=kol.pk).update(minor=True)
    nothing_written(lambda: make_exclusivity(kol), Refused, code="minor_without_consent")
    Kol.objects.filter(pk=kol.pk).update(guardian_consent_on=DAY)
    assert make_exclusivity(kol).pk


@pytest.mark.parametrize(
    ("left", "due"), [(90, 30), (60, 0), (59, 29), (30, 0), (20, 13), (7, 0), (6, None), (-1, None)]
)
def test_reminders_come_60_30_and_7_days_before_the_end(operator, kol, left, due):
    made = make_exclusivity(kol, ends_on=days(left))
    assert made.due_on == (None if due is None else days(due))


def test_a_reminder_that_was_seen_gives_way_to_the_next(operator, kol):
    made = make_exclusivity(kol, ends_on=days(60))
    far = make_exclusivity(kol, ends_on=days(200))
    nothing_written(lambda: exclusivity.seen(by(operator), far), Refused, code="not_due")
    for ahead, following in ((0, 30), (30, 53), (53, None)):
        at = NOW + timedelta(days=ahead)
        made = exclusivity.seen(by(operator, at), made)
        assert made.due_on == (None if following is None else days(following))


def test_a_save_that_leaves_the_term_leaves_the_reminder(operator, kol):
    made = make_exclusivity(kol, ends_on=days(55), at=NOW - timedelta(days=30))
    assert made.due_on == days(-5)  # nobody has seen it yet
    whole = {"scope": "Shoes", "starts_on": made.starts_on, "ends_on": made.ends_on}
    assert exclusivity.edit(by(operator), made, whole).due_on == days(-5)
    assert exclusivity.edit(by(operator), made, {"ends_on": days(80)}).due_on == days(20)


def test_a_reminder_is_on_today_and_in_next_due_until_it_was_seen(operator, kol):
    made = make_exclusivity(kol, ends_on=days(30))
    source = exclusivity_due.SOURCES[exclusivity_due.EXCLUSIVITY]
    [row] = source.rows(operator, DAY, days(7), 10, ())
    assert row.key == f"exclusivity:{made.pk}"
    assert "30" in row.why
    assert Kol.objects.get(pk=kol.pk).next_due_kind == "exclusivity"
    exclusivity.seen(by(operator), made)
    assert source.rows(operator, DAY, days(7), 10, ()) == []


def test_a_renewal_goes_on_from_the_day_after_and_takes_its_reminder_off(operator, kol):
    made = make_exclusivity(kol, channels=["weibo"], ends_on=days(30))
    nothing_written(
        lambda: exclusivity.renew(by(operator), made, days(300)), ValidationError, field="evidence"
    )
    new = exclusivity.renew(by(operator), made, days(300), {"evidence": "new paper"})
    assert (new.starts_on, new.ends_on, new.scope, new.channels) == (
        days(31),
        days(300),
        made.scope,
        ["weibo"],
    )
    assert (new.renews, Exclusivity.objects.get(pk=made.pk).due_on) == (made, None)
    again = lambda: exclusivity.renew(by(operator), made, days(400), {"evidence": "x"})  # noqa: E731
    nothing_written(again, Refused, code="renewed")


@pytest.mark.parametrize("last", [date(1, 1, 1), date(1899, 12, 31), date(9999, 12, 31)])
def test_a_term_beyond_all_days_is_refused_at_its_end(operator, kol, last):
    made = make_exclusivity(kol)
    paper = {"evidence": "paper"}
    nothing_written(
        lambda: exclusivity.renew(by(operator), made, last, paper), ValidationError, field="ends_on"
    )
    nothing_written(
        lambda: exclusivity.edit(by(operator), made, {"ends_on": last}), ValidationError, field="ends_on"
    )


def test_ending_in_advance_says_why_and_lies_within_the_term(operator, kol):
    made = make_exclusivity(kol)
    nothing_written(lambda: exclusivity.end(by(operator), made, " "), ValidationError, field="why")
    nothing_written(lambda: exclusivity.end(by(operator), made, "x", days(91)), ValidationError, field="on")
    nothing_written(lambda: exclusivity.end(by(operator), made, "x", days(1)), ValidationError, field="on")
    ended = exclusivity.end(by(operator), made, "By mutual consent.")
    assert (ended.ended_on, ended.ended_by, ended.due_on) == (DAY, operator, None)
    assert ended.state_on(DAY) == "ended_early"
    nothing_written(lambda: exclusivity.end(by(operator), ended, "x"), Refused, code="wrong_state")
    over = make_exclusivity(kol, ends_on=days(-1))
    nothing_written(lambda: exclusivity.end(by(operator), over, "x"), Refused, code="over")


def test_one_with_a_breach_is_ended_not_removed(operator, kol):
    made = make_exclusivity(kol)
    exclusivity.remove(by(operator), make_exclusivity(kol, ends_on=days(200)))
    seen = {"seen_on": DAY, "channel": "weibo", "what": "x", "evidence": "y"}
    sighting.record(by(operator), made, seen)
    nothing_written(lambda: exclusivity.remove(by(operator), made), Refused, code="in_use")


def test_only_keepers_write_and_a_stale_page_does_not(operator, colleague, stranger, kol):
    made = make_exclusivity(kol)
    exclusivity.edit(by(operator), made, {"scope": "Shoes"}, version=made.version)
    nothing_written(
        lambda: exclusivity.edit(by(operator), made, {"scope": "x"}, version=made.version), Conflict
    )
    for nobody in (colleague, stranger):
        nothing_written(lambda who=nobody: make_exclusivity(kol, by_whom=who), PermissionDenied)
        nothing_written(lambda who=nobody: exclusivity.end(by(who), made, "x"), PermissionDenied)


def test_it_is_told_in_the_story_before_a_review_and_follows_a_merged_file(operator, kol):
    made = make_exclusivity(kol)
    assert [entry.title for entry in timeline.read(kol, "exclusivity").entries] == ["Exclusivity"]
    [line] = [one for one in evidence.gather(kol, DAY) if one.key == "exclusivity"]
    assert line.text == "Running shoes"
    survivor = make_kol(operator, name="王思雨")
    merge.merge(by(operator), survivor.pk, kol.pk, {"owner": "survivor"})
    assert Exclusivity.objects.get(pk=made.pk).kol_id == survivor.pk
