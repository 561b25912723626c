"""What a review has before it of slots and coaching since the last one (DOMAIN 5.4, 5.5)."""

from datetime import timedelta

import pytest
import time_machine

from lifecycle import evidence
from lifecycle.services import booking, coaching, review_end
from tests.factories import NOW, make_account
from tests.lifecycle.factories import make_booking, make_budget, make_kol_at, make_slot
from tests.lifecycle.growing import enter
from tests.lifecycle.refusing import by

pytestmark = pytest.mark.django_db
DAY = NOW.date()
TEN = timedelta(days=10)


@pytest.fixture
def kol(operator):
    return make_kol_at(operator, "initial")


def lines(kol, day, prefix):
    return [one for one in evidence.gather(kol, day) if one.key.startswith(prefix)]


def used(kol, value):
    """A slot of that day, used on it."""
    make_budget(5000)
    row = make_booking(kol, make_slot(DAY, value))
    return booking.use(by(kol.owner), row, DAY)


def test_slots_used_since_the_last_review_with_list_value_and_effect(operator, kol):
    assert lines(kol, DAY, "slots") == []
    account = make_account(kol)
    for offset in (-14, -7, -1):
        enter(account, 100, DAY + timedelta(days=offset), "views")
    used(kol, 1500)
    for offset in (0, 6, 13):
        enter(account, 150, DAY + timedelta(days=offset), "views", at=NOW + timedelta(days=20))
    [line] = lines(kol, DAY + timedelta(days=20), "slots")
    assert line.text == "1 slot used, ¥1,500 at list value"
    assert "Views +50 %" in line.note.replace("\xa0", " ").replace("%", " %").replace("  ", " ")
    assert line.url.endswith(f"?kol={kol.pk}&state=used")


def test_an_effect_that_cannot_be_stated_says_why(operator, kol):
    used(kol, 700)
    [line] = lines(kol, DAY, "slots")
    assert "no effect stated: " in line.note


def test_what_was_used_before_the_last_review_is_not_told_again(operator, kol):
    used(kol, 700)
    later = NOW + TEN
    with time_machine.travel(later, tick=False):
        row = kol.reviews.awaiting().get()
        review_end.end(by(operator, later), row, "stay", note="fine", version=row.version)
    assert lines(kol, (later + TEN).date(), "slots") == []


def test_coaching_says_its_figures_before_and_after(operator, kol):
    account = make_account(kol)
    enter(account, 800, DAY)
    plan = coaching.begin(by(operator), kol, {"title": "First steps"}, [(account, "followers")])
    [line] = lines(kol, DAY, "coaching-")
    assert line.text == "First steps"
    assert line.note == "Running · 0 sessions held · Followers 800 before, none after yet"
    later = NOW + TEN
    enter(account, 1200, later.date(), at=later)
    coaching.close(by(operator, later), plan, "Steadier", plan.version)
    [line] = lines(kol, later.date(), "coaching-")
    assert line.note.startswith("Closed · 0 sessions held · Followers 800 → 1,200 (+50")
    assert line.url.endswith(f"/coaching/{plan.pk}/")
