"""A chart that was drawn before is shown again only where it would be drawn the same (DOMAIN 8.2)."""

import pytest
import time_machine
from django.http import QueryDict
from django.utils import translation

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.dashboard import CHARTS, Dashboard, drawn
from lifecycle.figures import LOAD
from lifecycle.services import stage
from profiles import scope_counting
from profiles.services import kol as kol_verbs
from tests import scopes
from tests.factories import NOW, field, make_kol
from tests.lifecycle.factories import at_stage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    drawn.forget()
    with time_machine.travel(NOW, tick=False):
        yield
    drawn.forget()


def shown(user, query: str = "") -> str:
    dashboard = Dashboard(user, QueryDict(query), NOW)
    return drawn.tiles(dashboard) + drawn.cards(dashboard)


def drawn_anew(user, query: str = "") -> str:
    drawn.forget()
    return shown(user, query)


@pytest.fixture
def acts(operator, colleague, manager, admin):
    """What changes a chart, one after the other: a verb, a name, a limit, a day."""
    actor = Actor(manager, "page", NOW)
    kols = [
        make_kol(owner, f"K{n}", fields=[(field("running"), 3)])
        for n, owner in enumerate((operator, operator, colleague))
    ]
    for kol in kols:
        at_stage(kol, "initial", since=NOW.date(), review_due=NOW.date())
    scope_counting.draw(NOW.date())
    moved = []

    def rename():
        operator.display_name = "Nobody knows"
        operator.save(update_fields=["display_name"])

    def rename_field():
        row = field("running")
        row.name_en = "Marathons"
        row.save(update_fields=["name_en"])

    return [
        lambda: moved.append(stage.move(actor, kols[0], "departed", cause="inactive", why="gone")),
        lambda: stage.undo(actor.again(), moved[0]),
        lambda: kol_verbs.archive(actor.again(), kols[1], None),
        lambda: kol_verbs.set_figures(kols[2].pk, level="micro", verdict="drifting"),
        rename,
        rename_field,
        lambda: policy.change(Actor(admin, "page", NOW), {LOAD.key: 1}),
        lambda: make_kol(operator, "New", fields=[(field("cooking"), 3)]),
    ]


def test_after_each_act_the_page_shows_what_would_be_drawn_now(manager, operator, acts):
    before = shown(manager)
    for act in acts:
        act()
        after = shown(manager)
        assert after != before
        assert after == drawn_anew(manager)
        assert shown(operator, "period=12") == drawn_anew(operator, "period=12")
        before = after
    assert scopes.standing() == scopes.counted()


def test_what_did_not_change_is_not_drawn_again(manager, acts, monkeypatch):
    before = shown(manager)
    rendered = []
    render = drawn._render
    monkeypatch.setattr(
        drawn, "_render", lambda *args, **named: rendered.append(named) or render(*args, **named)
    )
    assert shown(manager) == before
    assert rendered == []
    acts[4]()  # a name
    shown(manager)
    assert [named["chart"].key for named in rendered] == ["loads"]


def test_another_reader_language_and_address_have_their_own(manager, stranger, acts):
    here = shown(manager)
    assert shown(stranger) != here
    assert "period=12" in shown(manager, "period=12")
    with translation.override("zh-hans"):
        assert shown(manager) != here
    assert shown(manager) == here


def test_a_chart_is_drawn_of_no_more_than_it_is_kept_by(manager, acts):
    dashboard = Dashboard(manager, QueryDict(""), NOW)
    for key, kind in CHARTS.items():
        whole, kept = kind.draw(dashboard.asked, dashboard.figures), dashboard.chart(key)
        assert (key, kept.rows, kept.finding, kept.html) == (key, whole.rows, whole.finding, whole.html)
