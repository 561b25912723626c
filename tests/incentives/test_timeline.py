"""Plans and greetings in the story of a file (UI, screen 3)."""

from datetime import timedelta

import pytest

from incentives.models import Greeting
from incentives.services import plan as plans
from profiles import timeline
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_a_plan_is_told_with_its_state_and_leads_to_it(kol, actor):
    plan = plans.create(actor, kol, {"title": "Autumn series", "note": "Exposure first"}, [])
    [entry] = timeline.read(kol, "plan").entries
    assert (entry.title, entry.note, entry.body, entry.at) == (
        "Plan: Autumn series",
        "Draft",
        "Exposure first",
        NOW,
    )
    assert str(plan.pk) in entry.url


@pytest.mark.parametrize(
    ("state", "told"),
    [("draft", []), ("queued", []), ("sent", ["Happy birthday"]), ("skipped", [""]), ("failed", [""])],
)
def test_a_greeting_is_told_once_it_is_done_with_its_text_if_it_went_out(kol, state, told):
    Greeting.objects.create(
        kol=kol,
        year=2026,
        on=NOW.date(),
        state=state,
        language="en",
        subject="Today",
        body="Happy birthday",
        done_at=NOW - timedelta(days=1),
    )
    assert [entry.body for entry in timeline.read(kol, "greeting").entries] == told
