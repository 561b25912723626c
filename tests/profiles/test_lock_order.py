"""Files are locked before their accounts, whichever verb comes first: no two wait for each other."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from profiles.models import Account, Kol, Merge, Snapshot
from profiles.services import figures, holder, merge, standing
from profiles.services import kol as kols
from profiles.services.figures import NewFigure
from tests.factories import make_account, make_kol
from tests.racing import RACING, at_once, one_behind_the_other

pytestmark = [
    *RACING,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def account(kol):
    return make_account(kol, "bilibili", "lin")


@pytest.fixture
def other(operator):
    return make_kol(operator, "李健")


def figure(account, actor, value=1000):
    day = actor.at.date() - timedelta(days=1)
    return NewFigure(account.pk, "followers", Decimal(value), day, day, "hand")


def edit_accounts(actor, kol, account):
    """As an edit does it: the file is held, now its account changes."""
    return lambda: kols.edit(
        actor.again(), kol, {}, None, accounts=[{"id": account.pk, "platform": "bilibili", "handle": "new"}]
    )


def holding(kol):
    return lambda: Kol.objects.lock(kol.pk)


def test_figures_wait_for_the_file_before_they_touch_its_account(actor, kol, account):
    edited, recorded = one_behind_the_other(
        holding(kol),
        lambda: figures.record(actor.again(), [figure(account, actor)]),
        edit_accounts(actor, kol, account),
    )
    assert (edited.pk, len(recorded.added)) == (kol.pk, 1)
    account.refresh_from_db()
    assert (account.handle, account.followers) == ("new", 1000)


def test_taking_a_figure_back_waits_for_the_file_too(actor, kol, account):
    (row,) = figures.record(actor, [figure(account, actor)]).added
    one_behind_the_other(
        holding(kol),
        lambda: figures.withdraw(actor.again(), row),
        edit_accounts(actor, kol, account),
    )
    account.refresh_from_db()
    assert (account.handle, account.followers) == ("new", None)


def test_who_passes_an_account_on_waits_for_its_file(actor, kol, other, account):
    one_behind_the_other(
        holding(kol),
        lambda: holder.pass_on(actor.again(), account, other),
        edit_accounts(actor, kol, account),
    )
    account.refresh_from_db()
    assert (account.handle, account.kol_id) == ("new", other.pk)


def test_figures_of_an_account_that_was_passed_on_meanwhile_go_to_its_new_holder(actor, kol, other, account):
    """They waited for the file that held it: the one that holds it now is locked before they are written."""
    _passed, recorded = one_behind_the_other(
        holding(kol),
        lambda: figures.record(actor.again(), [figure(account, actor)]),
        lambda: holder.pass_on(actor.again(), account, other, actor.at.date() - timedelta(days=2)),
    )
    assert len(recorded.added) == 1
    kol.refresh_from_db()
    other.refresh_from_db()
    assert (kol.most_followers, other.most_followers) == (None, 1000)


def test_the_night_reads_figures_once_it_holds_the_files(actor, kol, account):
    """What comes in while it waits is not overwritten by what it would have read before."""
    figures.record(actor, [figure(account, actor)])
    Kol.objects.filter(pk=kol.pk).update(most_followers=5)  # something to put right
    one_behind_the_other(
        holding(kol),
        lambda: standing.refresh_all(actor.at.date(), actor.at),
        lambda: figures.record(actor.again(), [figure(account, actor, 2000)]),
    )
    kol.refresh_from_db()
    assert kol.most_followers == 2000


@pytest.mark.parametrize("_round", range(3))
def test_figures_merges_and_changes_of_hands_at_once_all_end(actor, kol, other, account, operator, _round):
    elsewhere = make_kol(operator, "郭")
    theirs = make_account(other, "weibo", "li")
    results = at_once(
        lambda: figures.record(actor.again(), [figure(account, actor), figure(theirs, actor)]),
        lambda: merge.merge(actor.again(), kol.pk, other.pk, {}),
        lambda: figures.record(actor.again(), [figure(theirs, actor, 2000), figure(account, actor, 2000)]),
        lambda: holder.pass_on(actor.again(), theirs, elsewhere),
    )
    assert [type(one).__name__ for one in results[:3]] == ["Recorded", "Merge", "Recorded"]
    assert Merge.objects.count() == 1
    assert Snapshot.objects.filter(standing=True).count() == 2
    assert Account.objects.exclude(kol=None).count() == 2
