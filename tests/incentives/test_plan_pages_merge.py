"""Two people edit a plan at once: what is merged, what is asked, what is kept (DOMAIN 6.2)."""

from decimal import Decimal

import pytest

from incentives.services import plan as plans
from kol_crm.core.actor import Actor
from tests.factories import NOW
from tests.forms import Page
from tests.incentives.editor import standing, typed, url, winter, written

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("all_is_allowed")]


@pytest.fixture
def plan(actor, kol):
    return winter(actor, kol)


def sheet(client, plan, **typed_over):
    """The editor as the browser sends it back: what it showed, with something typed over."""
    answer = client.get(url("edit", plan.pk))
    form = next(form for form in Page(answer.content.decode()).forms if "title" in form)
    places = [row.index for row in answer.context["editor"].item_forms]
    return dict(form) | {"items": places} | typed_over


@pytest.fixture
def two(plan, actor):
    """A plan of two items."""
    badge = {"kind": "spiritual", "what": "Badge"}
    return plans.edit(actor.again(), plan, {}, [*given(plan), badge], 1)


def given(plan, **of_what):
    """The plan's items as a door hands them in; of those named so, something changed, or None: left out."""
    found = []
    for item in plan.items.all():
        change = of_what.get(item.what, {})
        if change is not None:
            names = ("id", "kind", "what", "amount", "currency", "due_on")
            found.append({name: getattr(item, name) for name in names} | change)
    return found


def whats(plan):
    return [(item.what, item.amount) for item in plan.items.all()]


def test_what_others_left_alone_is_merged_and_told(manager, operator, as_user, two):
    """RELIABILITY 3: disjoint edits of facts and of items are both kept."""
    client = as_user(operator)
    mine = sheet(client, two, title="Mine", **{"items-1-what": "Golden badge"})
    dearer = given(two, Fee={"amount": Decimal(900)})
    plans.edit(Actor(manager, "page", NOW), two, {"note": "Theirs"}, dearer, two.version)
    answer = client.post(url("edit", two.pk), mine, follow=True)
    two.refresh_from_db()
    assert (two.title, two.note) == ("Mine", "Theirs")
    assert whats(two) == [("Fee", Decimal(900)), ("Golden badge", None)]
    assert f"Meanwhile {manager} changed" in answer.content.decode()


def test_what_both_changed_is_asked_with_before_mine_and_theirs(manager, operator, as_user, two):
    client = as_user(operator)
    mine = sheet(client, two, title="Mine", note="Also mine", **{"items-0-amount": "1500"})
    dearer = given(two, Fee={"amount": Decimal(900)})
    plans.edit(Actor(manager, "page", NOW), two, {"title": "Theirs"}, dearer, two.version)
    before = written()
    answer = client.post(url("edit", two.pk), mine)
    assert (answer.status_code, written()) == (409, before)
    assert [(c.name, c.base, c.mine, c.theirs, c.who) for c in answer.context["editor"].clashes] == [
        ("title", "Winter", "Mine", "Theirs", str(manager)),
        ("items-0-amount", "1280.00", "1500", "900.00", str(manager)),
    ]
    words = answer.content.decode()
    assert words.count('class="conflict"') == 2
    assert "Also mine" in words
    shown = next(form for form in Page(words).forms if "title" in form)
    chosen = dict(shown) | {"items": ["0", "1"], "title": "Mine", "items-0-amount": "900.00"}
    assert client.post(url("edit", two.pk), chosen).status_code == 302
    two.refresh_from_db()
    assert (two.title, two.note, whats(two)[0]) == ("Mine", "Also mine", ("Fee", Decimal(900)))


def test_an_item_that_one_removed_and_the_other_changed_is_asked(manager, operator, as_user, two):
    client = as_user(operator)
    mine = sheet(client, two) | {"items": ["1"]}
    theirs = given(two, Fee={"amount": Decimal(900)}, Badge=None)
    plans.edit(Actor(manager, "page", NOW), two, {}, theirs, two.version)
    before = written()
    answer = client.post(url("edit", two.pk), mine)
    assert (answer.status_code, written()) == (409, before)
    assert [row.note for row in answer.context["editor"].item_forms] == [
        "Was changed meanwhile. Remove it again if you mean it."
    ]  # the badge, which they removed and nobody changed, is gone


def test_an_item_of_theirs_comes_in_and_one_removed_alone_goes(manager, operator, as_user, two):
    client = as_user(operator)
    mine = sheet(client, two) | {"items": ["0"]}
    theirs = [*given(two), {"kind": "knowledge", "what": "Course"}]
    plans.edit(Actor(manager, "page", NOW), two, {}, theirs, two.version)
    assert client.post(url("edit", two.pk), mine).status_code == 302
    assert whats(two) == [("Fee", Decimal(1280)), ("Course", None)]


def test_a_stale_page_that_says_not_what_it_showed_is_never_passed_over(manager, operator, as_user, plan):
    """Without its bases everything that differs counts as typed, also what was emptied."""
    plans.edit(Actor(manager, "page", NOW), plan, {"note": "Theirs"}, None, 1)
    before = written()
    blind = typed("Winter", standing(plan), version=1)
    answer = as_user(operator).post(url("edit", plan.pk), blind)
    assert (answer.status_code, written()) == (409, before)
    assert [(c.name, c.mine, c.theirs) for c in answer.context["editor"].clashes] == [("note", "", "Theirs")]
