"""Special channels and privileges by level and stage, platform roles from–to (DOMAIN 5.8)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, Notice
from lifecycle.models import PlatformRole, Privilege, PrivilegeKind
from lifecycle.services import platform_role, privilege, stage
from profiles.models import Kol
from profiles.services import figures, level, standing
from tests.factories import NOW, make_account
from tests.lifecycle.factories import make_kol_at, make_stopped
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def make_kind(**values) -> PrivilegeKind:
    known = {
        "name_en": "VIP area",
        "name_zh": "贵宾区",
        "levels": ["mid", "macro"],
        "stages": ["mid_term", "late"],
    }
    return privilege.create_kind(Actor(None, "command", NOW), {**known, **values})


def at_level(kol: Kol, word: str) -> Kol:
    level.override(by(kol.owner), kol, word, "as seen")
    kol.refresh_from_db()
    return kol


@pytest.fixture
def mid(operator):
    return at_level(make_kol_at(operator, "mid_term"), "mid")


def test_a_kind_names_the_levels_and_stages_at_which_it_is_granted(admin, operator):
    values = {"name_en": "Backstage", "name_zh": "后台", "levels": ["mega"], "stages": ["late"]}
    made = privilege.create_kind(by(admin), values)
    assert (made.sort, made.levels, made.stages) == ("privilege", ["mega"], ["late"])
    nothing_written(lambda: privilege.create_kind(by(operator), values), PermissionDenied)
    for bad in ({"levels": []}, {"levels": ["giant"]}, {"stages": ["departed"]}):
        nothing_written(
            lambda bad=bad: privilege.create_kind(by(admin), values | bad),
            ValidationError,
            field=next(iter(bad)),
        )


def test_it_is_granted_by_level_and_stage_and_nobody_goes_past_them(operator, manager, colleague, mid):
    vip = make_kind()
    row = privilege.grant(by(operator), mid, vip, "for the launch")
    assert (row.granted_by, row.note, row.is_held) == (operator, "for the launch", True)
    nothing_written(lambda: privilege.grant(by(operator), mid, vip), Refused, code="already_held")
    low = at_level(make_kol_at(operator, "mid_term", "低"), "micro")
    early = at_level(make_kol_at(operator, "initial", "早"), "mid")
    for who in (operator, manager):
        words = nothing_written(
            lambda who=who: privilege.grant(by(who), low, vip), ValidationError, field="kind"
        )
        assert "Micro" in str(words.messages)
        nothing_written(lambda who=who: privilege.grant(by(who), early, vip), ValidationError, field="kind")
    nothing_written(lambda: privilege.grant(by(colleague), mid, vip), PermissionDenied)


def test_a_special_channel_is_granted_as_a_privilege_is(operator, mid):
    line = make_kind(name_en="Direct line", sort="channel")
    held = privilege.grant(by(operator), mid, line)
    assert (held.kind.get_sort_display(), held.is_held) == ("Special channel", True)


def test_no_level_is_treated_as_nano(operator):
    kind = make_kind(levels=["nano"])
    kol = make_kol_at(operator, "late")
    assert kol.level == ""
    assert privilege.grant(by(operator), kol, kind).is_held


def test_a_retired_kind_is_not_granted_and_kept_by_who_holds_it(admin, operator, mid):
    vip = make_kind()
    privilege.grant(by(operator), mid, vip)
    privilege.edit_kind(by(admin), vip, {"retired": True}, vip.version)
    assert Privilege.objects.held().count() == 1
    other = at_level(make_kol_at(operator, "late", "另"), "mid")
    nothing_written(lambda: privilege.grant(by(operator), other, vip), ValidationError, field="kind")


def test_it_is_withdrawn_when_the_level_no_longer_holds_by_hand(operator, manager, mid):
    row = privilege.grant(by(operator), mid, make_kind())
    kept = privilege.grant(by(operator), mid, make_kind(levels=["micro", "mid"]))
    actor = by(manager)
    level.override(actor, mid, "micro", "they slipped")
    row.refresh_from_db()
    assert (row.is_held, row.cause, row.withdrawn_at) == (False, "level", NOW)
    kept.refresh_from_db()
    assert kept.is_held
    changed = Change.objects.filter(row=row.pk, field="cause").get()
    assert (changed.root, changed.after) == (mid.pk, "level")
    assert Notice.objects.filter(user=operator, kind="privilege", subject=mid.pk).exists()


def test_taking_an_override_back_withdraws_too(operator, mid):
    row = privilege.grant(by(operator), mid, make_kind())
    level.override(by(operator), mid, "", "the figures say so")
    row.refresh_from_db()
    assert (row.is_held, row.cause) == (False, "level")


def test_it_is_withdrawn_when_the_figures_bring_another_level(operator):
    kol = make_kol_at(operator, "late")
    account = make_account(kol)

    def followers(value: int, day: date) -> figures.NewFigure:
        return figures.NewFigure(account.pk, "followers", Decimal(value), day, day, "manual")

    figures.record(by(operator), [followers(150_000, TODAY)])
    kol.refresh_from_db()
    assert kol.level == "mid"
    row = privilege.grant(by(operator), kol, make_kind())
    later = NOW + timedelta(days=1)
    figures.record(by(operator, later), [followers(20_000, later.date())])
    row.refresh_from_db()
    assert (row.is_held, row.cause, row.withdrawn_by) == (False, "level", None)


def test_it_is_withdrawn_when_the_stage_no_longer_holds_and_given_back_when_the_move_is_undone(manager, mid):
    row = privilege.grant(by(mid.owner), mid, make_kind())
    role = platform_role.give(by(mid.owner), mid, "mentor", TODAY, TODAY + timedelta(days=30))
    move = stage.move(by(mid.owner), mid, "departed", cause="inactive")
    row.refresh_from_db()
    role.refresh_from_db()
    assert (row.cause, role.until, bool(role.ended_at)) == ("stage", TODAY, True)
    stage.undo(by(mid.owner, NOW + timedelta(minutes=1)), move)
    row.refresh_from_db()
    role.refresh_from_db()
    assert (row.is_held, role.ended_at, role.until) == (True, None, TODAY + timedelta(days=30))


def test_a_step_back_withdraws_what_the_stage_before_does_not_hold(mid):
    row = privilege.grant(by(mid.owner), mid, make_kind())
    both = privilege.grant(by(mid.owner), mid, make_kind(stages=["initial", "mid_term"]))
    stage.move(by(mid.owner), mid, "initial")
    row.refresh_from_db()
    both.refresh_from_db()
    assert (row.cause, both.is_held) == ("stage", True)


def test_a_kind_that_is_no_longer_granted_there_is_withdrawn_from_all_at_once(admin, mid):
    vip = make_kind()
    row = privilege.grant(by(mid.owner), mid, vip)
    privilege.edit_kind(by(admin), vip, {"levels": ["macro"]}, vip.version)
    row.refresh_from_db()
    assert (row.cause, row.withdrawn_by) == ("kind", admin)


def test_a_penalty_withdraws_all_and_says_why(manager, mid):
    for _n in range(2):
        privilege.grant(by(mid.owner), mid, make_kind())
    assert privilege.withdraw_all(mid, by(manager), "Bought followers") == 2
    rows = Privilege.objects.filter(kol=mid)
    assert {(row.cause, row.reason) for row in rows} == {("penalty", "Bought followers")}


def test_while_a_stop_stands_no_privilege_is_granted(operator, mid):
    kind = make_kind()
    make_stopped(mid)
    nothing_written(lambda: privilege.grant(by(operator), mid, kind), ValidationError, field="kind")


def test_by_hand_it_needs_a_reason_and_happens_once(operator, colleague, mid):
    row = privilege.grant(by(operator), mid, make_kind())
    nothing_written(lambda: privilege.withdraw(by(operator), row, " "), ValidationError, field="reason")
    nothing_written(lambda: privilege.withdraw(by(colleague), row, "x"), PermissionDenied)
    assert privilege.withdraw(by(operator), row, "They asked for it").cause == "hand"
    nothing_written(lambda: privilege.withdraw(by(operator), row, "x"), Refused, code="withdrawn")


def test_many_levels_at_once_take_no_more_statements(operator):
    vip = make_kind()

    def counted(number: int) -> int:
        files = [at_level(make_kol_at(operator, "late", f"K{number}{n}"), "mid") for n in range(number)]
        for kol in files:
            privilege.grant(by(operator), kol, vip)
        Kol.objects.filter(pk__in=[kol.pk for kol in files]).update(level_override="micro")
        with CaptureQueriesContext(connection) as asked:
            standing.refresh([kol.pk for kol in files], TODAY, NOW)
        assert not Privilege.objects.held().exists()
        return len(asked)

    assert counted(2) == counted(12)


def test_a_platform_role_runs_from_to_and_one_of_a_kind_at_a_time(operator, colleague, mid):
    role = platform_role.give(by(operator), mid, "moderator", until=TODAY + timedelta(days=5))
    assert (role.since, role.granted_by) == (TODAY, operator)
    late = TODAY + timedelta(days=3)
    nothing_written(
        lambda: platform_role.give(by(operator), mid, "moderator", late), ValidationError, field="role"
    )
    assert platform_role.give(by(operator), mid, "moderator", TODAY + timedelta(days=6)).until is None
    assert platform_role.give(by(operator), mid, "mentor").until is None
    nothing_written(lambda: platform_role.give(by(colleague), mid, "council"), PermissionDenied)
    nothing_written(
        lambda: platform_role.give(by(operator), mid, "council", TODAY, TODAY - timedelta(days=1)),
        ValidationError,
        field="until",
    )
    departed = make_kol_at(operator, "departed", "走")
    nothing_written(lambda: platform_role.give(by(operator), departed, "council"), Refused, code="departed")


def test_a_role_is_extended_or_ended_before_its_time_with_a_reason(operator, mid):
    role = platform_role.give(by(operator), mid, "council", until=TODAY + timedelta(days=5))
    nothing_written(lambda: platform_role.extend(by(operator), role, TODAY), ValidationError, field="until")
    role = platform_role.extend(by(operator), role, TODAY + timedelta(days=50))
    nothing_written(lambda: platform_role.end(by(operator), role), ValidationError, field="reason")
    ended = platform_role.end(by(operator), role, "No time any more")
    assert (ended.until, ended.ended_by) == (TODAY, operator)
    nothing_written(lambda: platform_role.end(by(operator), role), Refused, code="ended")
    nothing_written(lambda: platform_role.extend(by(operator), role, None), Refused, code="ended")


def test_a_role_that_ends_is_next_due_and_on_today_until_somebody_says_so(operator, mid):
    role = platform_role.give(by(operator), mid, "mentor", until=date(2026, 11, 24))
    mid.refresh_from_db()
    assert PlatformRole.objects.all().due_for(operator).get() == role
    after = by(operator, NOW + timedelta(days=3))
    platform_role.end(after, role)
    role.refresh_from_db()
    assert role.until == date(2026, 11, 24)
    assert not PlatformRole.objects.all().due_for(operator).exists()
