"""Occasions of every kind are found, drafted once and greeted once (DOMAIN 7.1–7.3)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives.models import Greeting
from incentives.rules.milestone import crossed, reached
from incentives.services import greeting as verbs
from incentives.services import milestone, occasion, planner
from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Dirty, Send
from kol_crm.core.occurrence import natural_year
from lifecycle.services import stage
from profiles.models import Account, ImportantDate, Kol
from profiles.services import date as dates
from profiles.services import event as events
from profiles.services import figures, nightly, quiet, yearly
from profiles.services import kol as files
from profiles.services.figures import NewFigure
from tests.factories import CHINA, NOW, make_kol

pytestmark = pytest.mark.django_db
MAIL = [{"channel": "mail", "value": "siyu@mail.example"}]
OWN = [{"platform": "own", "external_id": "u1", "handle": "one"}]


def at(day: int, hour: int = 12, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=CHINA)


def tick(now: datetime = NOW) -> int:
    return planner.plan(Actor.job(now)).done


def night(now: datetime = NOW) -> int:
    return planner.plan_window(Actor.job(now)).done


def by(user, now: datetime = NOW) -> Actor:
    return Actor(user, "page", now)


def initial(operator, *, since: datetime, **values) -> Kol:
    kol = make_kol(operator, contacts=MAIL, at=since, **values)
    stage.move(by(operator, since), kol, "initial", why="agreed")
    kol.refresh_from_db()
    return kol


def followers(operator, kol: Kol, *rows: tuple[date, int], now: datetime = NOW) -> None:
    account = Account.objects.get(kol=kol)
    for day, value in rows:
        figures.record(
            by(operator, now), [NewFigure(account.pk, "followers", Decimal(value), day, day, "by hand")]
        )


def important(operator, kol, now=NOW):
    dates.add(by(operator, now), kol, {"what": "Wedding day", "month": 11, "day": 25})


def festival_kept(operator, kol, now=NOW):
    policy.change(
        by(None, now),
        {"festivals": {"harvest": _harvest("solar", 11, 25)}},
    )
    dates.add(by(operator, now), kol, {"festival": "harvest"})


def _harvest(calendar: str, month: int, day: int) -> dict:
    return {
        "name_zh": "丰收节",
        "name_en": "Harvest Day",
        "calendar": calendar,
        "month": month,
        "day": day,
        "place": 1,
    }


def happens(operator, kol, now=NOW):
    events.add(by(operator, now), kol, {"what": "Opens a studio", "year": 2026, "month": 11, "day": 25})


def grows(operator, kol, now=NOW):
    followers(operator, kol, (date(2026, 11, 10), 9_000), (date(2026, 11, 22), 120_000), now=now)


KINDS = {"date": important, "festival": festival_kept, "event": happens, "milestone": grows}


@pytest.mark.parametrize("kind", [*KINDS, "anniversary", "birthday"])
def test_7_1_each_kind_is_drafted_once_and_the_nightly_pass_adds_nothing(operator, kind):
    since = at(25, year=2024) if kind == "anniversary" else NOW
    born = {"birth_month": 11, "birth_day": 25} if kind == "birthday" else {}
    kol = initial(operator, since=since, accounts=OWN, **born)
    if kind in KINDS:
        tick()
        KINDS[kind](operator, kol)
    assert tick() == 1
    greeting = Greeting.objects.get()
    assert (greeting.occasion, greeting.state, greeting.on - date(2026, 11, 23)) == (
        kind,
        "draft",
        timedelta(days=1 if kind == "milestone" else 2),
    )
    assert greeting.what in greeting.subject + greeting.body
    assert (night(), tick(), night(NOW + timedelta(hours=3)), Greeting.objects.count()) == (0, 0, 0, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_7_3_the_night_finds_what_no_mark_told_of(operator, kind):
    kol = initial(operator, since=NOW, accounts=OWN)
    KINDS[kind](operator, kol)
    Dirty.objects.all().delete()
    assert (night(), night(), Greeting.objects.get().occasion) == (1, 0, kind)


def test_7_1_years_with_us_are_counted_from_the_first_day_in_initial(operator):
    initial(operator, since=at(25, year=2024), language="en")
    tick(at(22))
    assert Greeting.objects.get().subject.startswith("2 years together")


def test_7_1_a_day_in_initial_that_is_not_a_year_ago_is_no_anniversary(operator):
    initial(operator, since=at(22))
    tick()
    night()
    assert not Greeting.objects.exists()


def test_7_1_a_festival_has_its_name_in_the_language_of_the_kol(operator):
    kol = initial(operator, since=NOW, language="zh-hans")
    festival_kept(operator, kol)
    tick()
    greeting = Greeting.objects.get()
    assert (greeting.about, greeting.year, "丰收节" in greeting.subject) == ("harvest", 2026, True)
    assert verbs.key_of(greeting) == f"greeting:festival:{kol.pk}:harvest:2026"


def test_7_1_a_lunar_festival_is_greeted_once_a_lunar_year(operator):
    kol = initial(operator, since=at(1, month=2, year=2027))
    dates.add(by(operator, at(1, month=2, year=2027)), kol, {"festival": "new_years_eve"})
    tick(at(3, month=2, year=2027))
    greeting = Greeting.objects.get()
    assert (greeting.on, greeting.year) == (date(2027, 2, 5), 2026)


def test_7_1_a_festival_is_kept_once_and_must_be_in_the_catalogue(operator):
    kol = initial(operator, since=NOW)
    dates.add(by(operator), kol, {"festival": "lantern"})
    for wrong in ("lantern", "carnival"):
        with pytest.raises(ValidationError) as refused:
            dates.add(by(operator), kol, {"festival": wrong})
        assert set(refused.value.message_dict) == {"festival"}
    assert ImportantDate.objects.count() == 1


def test_7_1_a_festival_that_moves_in_the_catalogue_moves_on_files(operator):
    kol = initial(operator, since=NOW)
    festival_kept(operator, kol)
    tick()
    policy.change(by(None), {"festivals": {"harvest": _harvest("solar", 12, 20)}})
    assert (nightly.dates(Actor.job(NOW)).done, nightly.dates(Actor.job(NOW)).done) == (1, 0)
    tick()
    assert ImportantDate.objects.get().next_on == date(2026, 12, 20)
    assert (Greeting.objects.get().state, Greeting.objects.get().outcome) == (
        "skipped",
        "the day was corrected or taken off",
    )


def test_7_1_a_day_that_is_not_to_be_greeted_is_left_alone(operator):
    kol = initial(operator, since=NOW)
    row = dates.add(by(operator), kol, {"what": "Father died", "month": 11, "day": 25, "greet": False})
    events.add(by(operator), kol, {"what": "Operation", "year": 2026, "month": 11, "day": 25, "greet": False})
    tick()
    night()
    assert not Greeting.objects.exists()
    dates.edit(by(operator), row, {"greet": True}, row.version)
    tick()
    assert Greeting.objects.get().what == "Father died"


def test_7_1_a_date_taken_off_takes_its_draft_along(operator):
    kol = initial(operator, since=NOW)
    important(operator, kol)
    tick()
    dates.remove(by(operator), ImportantDate.objects.get())
    tick()
    assert Greeting.objects.get().state == "skipped"


def test_7_1_of_a_life_event_without_a_day_the_draft_waits_through_its_month(operator):
    policy.change(by(None), {occasion.MODES.key: occasion.all_by_itself("09:00")})
    kol = initial(operator, since=NOW)
    events.add(by(operator), kol, {"what": "Baby due", "year": 2026, "month": 12})
    tick()
    assert not Greeting.objects.exists()
    tick(at(28))
    greeting = Greeting.objects.get()
    assert (greeting.on, greeting.state, Send.objects.exists()) == (date(2026, 12, 31), "draft", False)
    tick(at(20, month=12))
    assert (night(at(20, month=12)), Greeting.objects.get().state) == (0, "draft")
    events.attend(by(operator, at(20, month=12)), kol.lifeevents.get())
    tick(at(20, month=12))
    assert Greeting.objects.get().state == "skipped"


@pytest.mark.parametrize(
    ("before", "after", "number"),
    [
        (9_999, 10_000, 10_000),
        (10_000, 10_001, None),
        (9_000, 1_200_000, 1_000_000),
        (120_000, 90_000, None),
        (0, 9_999, None),
    ],
)
def test_7_1_the_highest_milestone_between_two_figures(before, after, number):
    assert crossed(before, after) == number


@pytest.mark.parametrize(
    ("values", "number"),
    [([9_000, 11_000, 12_000], 10_000), ([9_000, 11_000, 9_500], None), ([11_000], None), ([], None)],
)
def test_7_1_a_milestone_lies_between_two_fresh_figures(values, number):
    assert reached(values) == number


def test_7_1_no_milestone_comes_of_figures_older_than_30_days(operator):
    kol = initial(operator, since=NOW, accounts=OWN)
    followers(operator, kol, (date(2026, 10, 23), 9_000), (date(2026, 11, 22), 12_000))
    tick()
    night()
    assert not Greeting.objects.exists()


def test_7_1_after_a_higher_milestone_none_below_is_congratulated(operator):
    kol = initial(operator, since=NOW, accounts=OWN)
    grows(operator, kol)
    tick()
    assert Greeting.objects.get().about == "100000"
    later = NOW + timedelta(days=9)
    followers(operator, kol, (date(2026, 11, 28), 9_000), (date(2026, 12, 2), 11_000), now=later)
    tick(later)
    night(later)
    assert [row.about for row in Greeting.objects.all()] == ["100000"]


def test_7_1_milestones_of_all_files_are_one_statement(operator, django_assert_num_queries):
    for number in range(3):
        own = [{"platform": "own", "external_id": f"u{number}", "handle": f"h{number}"}]
        grows(operator, initial(operator, since=NOW, accounts=own))
    with django_assert_num_queries(1):
        assert len(milestone.files(date(2026, 11, 23))) == 3


def test_7_1_no_query_is_asked_for_each_file(operator):
    def asked(count: int) -> int:
        for _ in range(count):
            kol = initial(operator, since=at(25, year=2024))
            important(operator, kol)
            happens(operator, kol)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert night() == count * 3
        return len(queries)

    assert asked(1) == asked(7)


def test_7_3_one_occasion_is_greeted_once_also_by_two_planners(operator):
    kol = initial(operator, since=NOW)
    important(operator, kol)
    tick()
    verbs.mark_by_hand(by(operator), Greeting.objects.get(), "phone")
    for row in (ImportantDate.objects.get(),):
        dates.edit(by(operator), row, {"day": 26}, row.version)
    tick()
    night()
    assert [one.state for one in Greeting.objects.all()] == ["by_hand"]


def test_7_3_who_was_greeted_on_a_date_was_attended_to(operator):
    kol = initial(operator, since=NOW)
    important(operator, kol)
    tick()
    verbs.mark_by_hand(by(operator), Greeting.objects.get(), "phone")
    row = ImportantDate.objects.get()
    assert row.seen_for == row.next_on == date(2026, 11, 25)


def test_7_3_the_quiet_mark_takes_drafts_of_every_kind(operator):
    kol = initial(operator, since=NOW, accounts=OWN)
    for begin in KINDS.values():
        begin(operator, kol)
    tick()
    assert set(Greeting.objects.values_list("state", flat=True)) == {"draft"}
    quiet.set_mark(by(operator), kol, "mourning")
    tick()
    assert set(Greeting.objects.values_list("state", "outcome")) == {("skipped", "quiet mark")}


def test_7_3_a_greeting_by_hand_is_a_draft_made_once(operator):
    kol = initial(operator, since=NOW, language="en")
    token = kol.pk
    made = verbs.begin(by(operator), kol, "Your book is out", token=token)
    again = verbs.begin(by(operator), kol, "Your book is out", token=token)
    assert (made.pk, made.state, made.edited, made.subject) == (again.pk, "draft", True, "Your book is out")
    tick()
    assert (night(), Greeting.objects.get().state) == (0, "draft")
    tick(NOW + timedelta(days=2))
    assert (Greeting.objects.get().state, Greeting.objects.get().outcome) == ("skipped", "too late")


@pytest.mark.parametrize(("what", "on"), [(" ", None), ("Book", date(2026, 11, 22))])
def test_7_3_a_greeting_by_hand_needs_words_and_a_day_to_come(operator, what, on):
    kol = initial(operator, since=NOW)
    with pytest.raises(ValidationError):
        verbs.begin(by(operator), kol, what, on)
    assert not Greeting.objects.exists()


def test_7_3_nobody_with_a_quiet_mark_is_greeted_by_hand(operator):
    kol = initial(operator, since=NOW)
    quiet.set_mark(by(operator), kol, "mourning")
    with pytest.raises(Refused):
        verbs.begin(by(operator), kol, "Your book is out")
    assert not Greeting.objects.exists()


def test_7_2_a_birthday_of_1990_makes_one_future_item(operator):
    kol = initial(operator, since=NOW, birth_year=1990, birth_month=11, birth_day=25)
    important_of_1990 = {"what": "First post", "year": 1990, "month": 11, "day": 25}
    dates.add(by(operator), kol, important_of_1990)
    tick()
    night()
    assert sorted(Greeting.objects.values_list("occasion", "year", "on")) == [
        ("birthday", 2026, date(2026, 11, 25)),
        ("date", 2026, date(2026, 11, 25)),
    ]


def test_7_2_the_policy_says_where_29_february_falls(operator):
    kol = make_kol(operator, birth_month=2, birth_day=29)
    row = dates.add(by(operator), kol, {"what": "Leap", "month": 2, "day": 29})
    assert (kol.next_birthday, row.next_on) == (date(2027, 2, 28), date(2027, 2, 28))
    policy.change(by(None), {yearly.RULES.key: {**yearly.RULES.default, "february_29": "after"}})
    assert (nightly.dates(Actor.job(NOW)).done, nightly.dates(Actor.job(NOW)).done) == (2, 0)
    kol.refresh_from_db()
    row.refresh_from_db()
    assert (kol.next_birthday, row.next_on) == (date(2027, 3, 1), date(2027, 3, 1))


@pytest.mark.parametrize(
    ("rule", "other", "born", "usual", "changed"),
    [
        ("leap_month_birth", "plain", (6, 1, True), date(2025, 7, 25), date(2025, 6, 25)),
        ("plain_month_birth", "leap", (6, 1, False), date(2025, 6, 25), date(2025, 7, 25)),
        ("day_30", "after", (6, 30, True), date(2025, 8, 22), date(2025, 8, 23)),
    ],
)
def test_7_2_each_rule_of_lunar_days_is_a_policy(operator, rule, other, born, usual, changed):
    now = at(1, month=6, year=2025)
    month, day, leap = born
    lunar = {"birth_calendar": "lunar", "birth_month": month, "birth_day": day, "birth_leap": leap}
    kol = make_kol(operator, at=now, **lunar)
    assert kol.next_birthday == usual
    policy.change(by(None, now), {yearly.RULES.key: {**yearly.RULES.default, rule: other}})
    edited = files.edit(by(operator, now), kol, {"birth_year": 1990}, kol.version)
    edited.refresh_from_db()
    assert edited.next_birthday == changed
    assert natural_year(yearly_day(edited), changed) == 2025


def yearly_day(kol):
    return files.birthday.partial_day(kol)


def test_a_policy_from_before_an_occasion_has_it_as_usual(operator):
    policy.change(by(None), {occasion.MODES.key: occasion.all_by_itself("10:00")})
    version = policy.PolicyVersion.objects.get()
    version.values[occasion.MODES.key] = {"birthday": {"mode": "itself", "at": "10:00"}}
    policy.PolicyVersion.objects.update(values=version.values)
    rules = policy.current()
    assert (occasion.by_itself("birthday", rules), occasion.by_itself("festival", rules)) == (True, False)
