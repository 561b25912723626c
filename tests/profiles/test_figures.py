"""Taking in figures and what follows from them (DOMAIN 3.4, 3.6, 3.7, 3.13)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.actor import Actor
from profiles.models import Kol, LevelRecord, Snapshot
from profiles.services import figures, standing
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def stock(account, value, on=TODAY, metric="followers", source="own"):
    return NewFigure(account.pk, metric, Decimal(value), on, on, source)


def flow(account, metric, value, days=90, source="own"):
    return NewFigure(account.pk, metric, Decimal(value), TODAY - timedelta(days=days - 1), TODAY, source)


def test_the_same_value_again_changes_nothing(kol, actor):
    account = make_account(kol)
    figures.record(actor, [stock(account, 5000)])
    again = figures.record(actor, [stock(account, 5000)])
    assert (len(again.added), again.unchanged, Snapshot.objects.count()) == (0, 1, 1)


def test_another_value_is_a_later_row_that_takes_the_earlier_back(kol, actor):
    account = make_account(kol)
    figures.record(actor, [stock(account, 5000)])
    figures.record(actor, [stock(account, 6000)])
    first, second = Snapshot.objects.order_by("at", "value")
    assert (first.standing, second.standing, second.takes_back) == (False, True, first)
    account.refresh_from_db()
    assert (account.followers, account.followers_on) == (6000, TODAY)


def test_two_sources_may_stand_beside_each_other(kol, actor):
    account = make_account(kol)
    figures.record(actor, [stock(account, 5000), stock(account, 5100, source="newrank")])
    assert Snapshot.objects.filter(standing=True).count() == 2


def test_a_figure_sets_the_level_in_its_own_transaction_and_dates_it(kol, actor):
    figures.record(actor, [stock(make_account(kol), 12_000)])
    kol.refresh_from_db()
    assert (kol.level, kol.own_followers, kol.most_followers) == ("micro", 12_000, 12_000)
    assert list(LevelRecord.objects.values_list("level", "since")) == [("micro", TODAY)]


def test_a_stale_follower_figure_is_left_out_of_the_level(kol, actor):
    figures.record(actor, [stock(make_account(kol), 12_000, on=TODAY - timedelta(days=36))])
    kol.refresh_from_db()
    assert (kol.level, kol.own_followers) == ("", 12_000)


def test_verdicts_are_judged_against_the_medians_of_the_nightly_job(operator):
    for n, (own, other) in enumerate([(10, 1000), (1000, 10), (1000, 1000), (10, 10)]):
        kol = make_kol(operator, f"k{n}")
        actor = Actor(operator, "page", NOW)
        for platform, per_post in (("own", own), ("bilibili", other)):
            account = make_account(kol, platform, f"h{n}")
            figures.record(
                actor,
                [
                    stock(account, 20_000),
                    flow(account, "posts", 10),
                    flow(account, "interactions", 10 * per_post),
                ],
            )
    standing.refresh_all(TODAY, NOW)
    verdicts = dict(Kol.objects.values_list("name", "verdict"))
    assert verdicts == {"k0": "drifting", "k1": "loyal", "k2": "thriving", "k3": "fading"}


def test_without_figures_the_verdict_is_unknown_and_names_what_is_missing(kol):
    make_account(kol)
    verdict = standing.explain(kol, TODAY).verdict
    assert verdict.value == "unknown"
    assert [(item.side, item.metric, item.state) for item in verdict.refresh] == [("own", "posts", "missing")]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"metric": "charm"}, "metric"),
        ({"start": TODAY - timedelta(days=1)}, "start"),
        ({"value": Decimal(-1)}, "value"),
        ({"end": TODAY - timedelta(days=1)}, "end"),
    ],
)
def test_bad_figures_are_refused_at_their_field(kol, change, at):
    good = stock(make_account(kol), 1)
    figures.validate(good)
    with pytest.raises(ValidationError) as refusal:
        figures.validate(good._replace(**change))
    assert list(refusal.value.message_dict) == [at]
