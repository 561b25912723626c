"""The weekly digest of managers: first working day of the week, 08:00 theirs (issue 7; DOMAIN 8.2)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kol_crm.core import dispatcher, notices
from kol_crm.core.actor import Actor
from kol_crm.core.models import Notice, NoticeSettings, Send, User
from lifecycle import weekly
from lifecycle.services import stage
from lifecycle.services import weekly as verbs
from profiles.models import Kol
from tests.factories import CHINA, UserFactory, make_kol
from tests.sink import smtp_sink

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 8, tzinfo=CHINA)
MADE = MONDAY - timedelta(days=30)


@pytest.fixture
def sink():
    with smtp_sink() as sink:
        yield sink


def tick(now) -> None:
    verbs.plan(Actor.job(now))
    dispatcher.dispatch(lambda: now)


@pytest.mark.parametrize(
    ("monday", "first"),
    [
        ((2026, 11, 23), [(2026, 11, 23)]),
        ((2026, 10, 5), [(2026, 10, 8)]),  # the National Day holidays last until the 7th
        ((2026, 2, 16), []),  # all of it is Spring Festival
        ((2026, 9, 14), [(2026, 9, 14)]),  # one works on its Sunday, too
    ],
)
def test_the_week_is_told_on_its_first_working_day(manager, monday, first):
    for n in range(7):
        verbs.plan(Actor.job(datetime(*monday, 9, tzinfo=CHINA) + timedelta(days=n)))
    told = [row.at.astimezone(CHINA).date() for row in Notice.objects.all()]
    assert told == [date(*day) for day in first]


def test_a_manager_is_told_once_a_week_by_notice_and_by_mail(operator, manager, sink):
    make_kol(operator, at=MADE)
    tick(MONDAY - timedelta(minutes=1))
    assert (Notice.objects.count(), sink.arrived) == (0, [])
    tick(MONDAY)
    tick(MONDAY + timedelta(days=2))
    (mail,) = sink.arrived
    assert mail["To"] == "manager@crm.example"
    assert Send.objects.get().key == f"weekly:{manager.pk}:2026-W48"
    row = Notice.objects.get()
    assert (row.user, row.key) == (manager, "weekly:2026-W48")
    ((_row, words, _kind),) = notices.in_words([row], manager)
    assert words.text == "Your week: in care 0, reviews overdue 1, at risk 0, left 0"
    tick(MONDAY + timedelta(days=7))
    assert len(sink.arrived) == 2


def test_eight_is_eight_where_the_manager_is(manager, sink):
    manager.zone = "America/New_York"
    manager.save()
    tick(MONDAY)
    assert sink.arrived == []
    tick(datetime(2026, 11, 23, 13, tzinfo=UTC))
    assert len(sink.arrived) == 1


def test_the_picture_is_of_the_files_the_manager_sees(operator, stranger, manager):
    day = MONDAY.date()
    kept = make_kol(operator, "甲", at=MADE)
    moved = make_kol(operator, "乙", at=MADE)
    gone = make_kol(operator, "丙", at=MADE)
    make_kol(stranger, "丁", at=MADE)
    lately = Actor(operator, "page", MONDAY - timedelta(days=2))
    stage.move(lately, moved, "initial", why="ready")
    stage.move(lately.again(), gone, "departed", why="gone", cause="inactive", goodbye="bye")
    Kol.objects.filter(pk=moved.pk).update(risk=80)
    week = weekly.of(manager, day)
    counts = {one.stage: (one.now, one.change) for one in week.stages}
    assert counts["introduction"] == (1, -2)
    assert counts["initial"] == (1, 1)
    assert counts["departed"] == (1, 1)
    assert week.risks == ((75, 100, 1), (50, 74, 0), (25, 49, 0), (0, 24, 0))
    assert (week.unknown_risk, week.departures, week.in_care, week.at_risk) == (0, (("inactive", 1),), 1, 1)
    assert week.overdue == Kol.objects.filter(owner=operator, review_due__lt=day).count() > 0
    text = "\n".join(verbs.lines(week))
    assert "  Introduction: 1 (−2)\n  Initial: 1 (+1)" in text
    assert "  75–100: 1" in text
    assert "  Inactive: 1" in text
    assert str(kept) not in text


def test_who_chose_no_mail_has_the_notice_alone(manager, sink):
    NoticeSettings.objects.create(user=manager, channels={"weekly": ["in_app"]})
    tick(MONDAY)
    assert (sink.arrived, Send.objects.count(), Notice.objects.count()) == ([], 0, 1)


def test_operators_and_who_manages_no_longer_get_none(operator, manager, sink):
    UserFactory(username="left", team=operator.team, role=User.Role.MANAGER, is_active=False)
    verbs.plan(Actor.job(MONDAY))
    manager.role = User.Role.OPERATOR
    manager.save()
    dispatcher.dispatch(lambda: MONDAY)
    assert [(row.user, row.kind) for row in Notice.objects.all()] == [(manager, "weekly")]
    assert (sink.arrived, Send.objects.get().outcome) == ([], "no longer a manager")
