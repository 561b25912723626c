"""Many figures at once say the same as one after the other (DOMAIN 3.4): a set form beside its verb."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from profiles.models import Account, Kol, LevelRecord, Snapshot
from profiles.services import figure_intake, figures, holder
from profiles.services.figure_intake import Given
from profiles.services.figures import NewFigure
from profiles.services.standing import COLUMNS
from tests.factories import NOW, make_account, make_kol

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
METRICS = ("followers", "posts_total", "likes_avg", "posts", "interactions", "views", "karma")
SOURCES = ("api", "hand")
FILES = 5


def file_of(operator, stranger, n: int, side: str) -> list[Account]:
    """A file with an account here and, of every other, one elsewhere that a stranger held until lately."""
    kol = make_kol(operator, f"k{n}")
    accounts = [make_account(kol, "own", f"{side}{n}")]
    if n % 2:
        passed = make_account(make_kol(stranger, f"before{n}"), "bilibili", f"{side}b{n}")
        accounts.append(holder.pass_on(Actor(None, "job", NOW), passed, kol, TODAY - timedelta(days=20)))
    return accounts


def batch(draw: random.Random, accounts: int) -> list[tuple[int, date, date, str, dict[str, Decimal]]]:
    """Rows by the place of their account: good and bad ones, stale and new, stocks and flows; none twice."""
    rows: dict[tuple, tuple] = {}
    for _ in range(40):
        account, source = draw.randrange(accounts), draw.choice(SOURCES)
        end = TODAY - timedelta(days=draw.choice((0, 1, 1, 2, 10, 19, 30, 60, 110, 300)))
        metric = draw.choice(METRICS)
        flow = metric in ("posts", "interactions", "views")
        start = end - timedelta(days=draw.choice((6, 29, 80, -1))) if flow else end
        value = Decimal(draw.choice((-5, 0, 7, 900, 12_000, 150_000, 600_000)))
        rows[account, start, end, source, metric] = (account, start, end, source, {metric: value})
    return list(rows.values())


def one_by_one(actor: Actor, rows: list[Given]) -> list[bool]:
    """Through the verb of a single figure, as ``POST /api/v1/snapshots/`` does; which came in."""
    came = []
    for row in rows:
        try:
            for figure in row.figures:
                figures.validate(figure)
                figures.record(actor, [figure])
        except ValidationError:
            came.append(False)
        else:
            came.append(True)
    return came


def at_once(actor: Actor, rows: list[Given]) -> list[bool]:
    return [not one.errors for one in figure_intake.take_in(actor, rows)]


def told(accounts: list[Account]) -> list:
    """What stands on the accounts and their files, by the places of both."""
    places = {account.pk: place for place, account in enumerate(accounts)}
    files = list(dict.fromkeys(account.kol_id for account in accounts))
    snapshots = Snapshot.objects.filter(account__in=places).values_list(
        "account", "metric", "value", "start", "end", "source", "standing", "newest", "takes_back__value"
    )
    return [
        sorted((places[account], *rest[:-1], str(rest[-1])) for account, *rest in snapshots),
        [Account.objects.values_list("followers", "followers_on").get(pk=pk) for pk in places],
        [
            Kol.objects.values_list(*COLUMNS, "next_due", "next_due_kind", "version").get(pk=pk)
            for pk in files
        ],
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_mixed_batch_says_the_same_as_its_rows_one_after_the_other(operator, stranger, seed):
    actor = Actor(operator, "api", NOW)
    ways: list[tuple[Callable, list[Account]]] = [
        (way, [one for n in range(FILES) for one in file_of(operator, stranger, n, side)])
        for way, side in ((one_by_one, "a"), (at_once, "b"))
    ]
    draw = random.Random(seed)
    batches = [batch(draw, len(ways[0][1])) for _ in range(3)]  # the later take figures of the earlier back
    came = []
    for way, accounts in ways:
        came.append(
            [
                way(actor.again(), [Given(accounts[place].pk, *rest) for place, *rest in rows])
                for rows in batches
            ]
        )
    assert came[0] == came[1]
    assert any(came[0][0])
    assert not all(came[0][0])
    assert told(ways[0][1]) == told(ways[1][1])
    for kol in Kol.objects.exclude(level=""):  # a row after the other may pass through more levels
        assert (
            LevelRecord.objects.filter(kol=kol).order_by("pk").values_list("level", flat=True).last()
            == kol.level
        )


def test_followers_of_one_day_from_two_sources_are_those_that_came_last(actor, operator):
    """The row is asked from all that stand of its day, not from the newest mark, which goes by the source."""
    account = make_account(make_kol(operator, "k"), "own", "a")
    for source, value in (("api", 900), ("hand", 800), ("hand", 850)):
        later = Actor(operator, "page", actor.at + timedelta(seconds=value))
        figures.record(later, [NewFigure(account.pk, "followers", Decimal(value), TODAY, TODAY, source)])
    account.refresh_from_db()
    assert account.followers == 900
