"""What is set on new files before they are written is what figures on record say of them (DOMAIN 3.13)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from profiles.models import Account, Kol, LevelRecord
from profiles.rules.flow import Figure
from profiles.services import account_followers, figures, many, standing
from profiles.services.figures import NewFigure
from tests.factories import NOW

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
COLUMNS = standing.COLUMNS
CASES = {
    "followers of today": [("followers", 25_000, 0, 0)],
    "two days of followers": [("followers", 900, 40, 40), ("followers", 1_100, 3, 3)],
    "stale followers": [("followers", 5_000_000, 60, 60)],
    "followers of the year before last": [("followers", 20_000, 500, 500)],
    "posts and averages": [
        ("followers", 12_000, 1, 1),
        ("posts", 30, 90, 1),
        ("interactions", 30_000, 90, 1),
        ("likes_avg", 800, 30, 1),
    ],
    "averages alone": [("likes_avg", 80, 30, 1), ("comments_avg", 8, 30, 1)],
}


def given(case):
    return [
        Figure(metric, Decimal(value).quantize(figures.CENTS), day(since), day(until), "import")
        for metric, value, since, until in CASES[case]
    ]


def day(ago: int) -> date:
    return TODAY - timedelta(days=ago)


def columns(row, names):
    return {name: getattr(type(row).objects.get(pk=row.pk), name) for name in names}


@pytest.mark.parametrize("platform", ["own", "bilibili"])
@pytest.mark.parametrize("case", CASES)
def test_it_is_what_the_figures_say_once_they_are_on_record(actor, case, platform):
    import_actor = actor.again(door="import")
    told = given(case)
    new = many.NewFile({"name": "李健"}, {"platform": platform, "handle": "li"}, figures=told)
    ((kol, account),) = many.create(import_actor, [new])
    figures.record(
        import_actor,
        [NewFigure(account.pk, one.metric, one.value, one.start, one.end, one.source) for one in told],
        fresh={account.pk},
    )
    set_before = columns(kol, COLUMNS), columns(account, ["followers", "followers_on"])
    levels = list(LevelRecord.objects.values("level", "since", "parts", "at"))
    LevelRecord.objects.all().delete()
    fresh = Kol(level="")  # as it would be without
    Kol.objects.filter(pk=kol.pk).update(**{name: getattr(fresh, name) for name in COLUMNS})
    Account.objects.update(followers=None, followers_on=None)
    account_followers.update([account.pk])
    standing.refresh([kol.pk], TODAY, actor.at)
    assert set_before == (columns(kol, COLUMNS), columns(account, ["followers", "followers_on"]))
    assert levels == list(LevelRecord.objects.values("level", "since", "parts", "at"))


def test_new_files_are_not_written_a_second_time(actor, monkeypatch):
    """Only files on record are: their columns follow once their figures are in."""
    refreshed = []
    monkeypatch.setattr(standing, "refresh", lambda kols, *_when: refreshed.append(set(kols)))
    new = many.NewFile(
        {"name": "李健"}, {"platform": "bilibili", "handle": "li"}, figures=given("averages alone")
    )
    ((kol, account),) = many.create(actor, [new])
    one = NewFigure(account.pk, "likes_avg", Decimal(1), TODAY, TODAY, "hand")
    figures.record(actor, [one], fresh={account.pk})
    assert refreshed == []
    figures.record(actor, [one._replace(value=Decimal(2))])
    assert refreshed == [{kol.pk}]
