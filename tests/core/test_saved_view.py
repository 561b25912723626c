"""Saved views: who sees and changes them, what is kept, and that what differs is temporary."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict

from kol_crm.core import lists, saved_views, view_bar
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change, SavedView, ViewPin
from profiles.views.facets import builtin
from profiles.views.list import KOLS
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db


def by(user) -> Actor:
    return Actor(user, "page", NOW)


def keep(user, name="Late", query="stage=late", **values) -> SavedView:
    return saved_views.create(by(user), "kols", {"name": name, "query": query, **values})


def read(user, query=""):
    return lists.read(KOLS, QueryDict(query), user, NOW, path="/kols/")


def bar(user, query=""):
    listing = read(user, query)
    return view_bar.bar(listing, builtin(listing))


def tabs(user) -> list[str]:
    pins = ViewPin.objects.filter(user=user).order_by("position")
    return list(pins.values_list("view__name", flat=True))


@pytest.mark.parametrize(
    ("sharing", "seeing", "changing"),
    [
        ("private", {"operator"}, {"operator"}),
        ("team", {"operator", "colleague", "manager", "admin"}, {"operator", "manager", "admin"}),
        (
            "all",
            {"operator", "colleague", "manager", "admin", "stranger", "elsewhere"},
            {"operator", "manager", "admin"},
        ),
    ],
)
def test_who_sees_a_view_and_who_changes_it(
    operator, colleague, manager, admin, stranger, manager_elsewhere, sharing, seeing, changing
):
    view = keep(operator, sharing=sharing)
    for user in (operator, colleague, manager, admin, stranger, manager_elsewhere):
        visible = SavedView.objects.visible_to(user).filter(pk=view.pk).exists()
        assert visible == (user.username in seeing), user
        if user.username in changing:
            view = saved_views.change(by(user), view, {"name": f"By {user}"}, view.version)
        else:
            with pytest.raises(PermissionDenied):
                saved_views.change(by(user), view, {"name": "No"}, view.version)
            with pytest.raises(PermissionDenied):
                saved_views.delete(by(user), view)
        assert SavedView.objects.get(pk=view.pk).name != "No"


def test_who_shares_with_the_team_stands_in_one(admin):
    with pytest.raises(ValidationError) as refused:
        keep(admin, sharing="team")
    assert list(refused.value.message_dict) == ["sharing"]
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"query": "q=138 1234 8000"}, "query"),
        ({"query": "q=8000"}, "query"),
        ({"query": "tag=siyu@mail.example"}, "query"),
        ({"query": "q=call 13812348000"}, "query"),
        ({"name": "Ask 13812348000"}, "name"),
        ({"name": "siyu@mail.example"}, "name"),
        ({"query": "stage=lost"}, "query"),
        ({"query": "nonsense=1"}, "query"),
        ({"query": "sort=password"}, "query"),
        ({"columns": ["kol", "password"]}, "query"),
        ({"grouping": "password"}, "query"),
        ({"name": ""}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"layout": "cards"}, "layout"),
        ({"sharing": "world"}, "sharing"),
    ],
)
def test_contact_data_and_nonsense_are_not_kept(operator, values, field):
    with pytest.raises(ValidationError) as refused:
        keep(operator, **{"name": "Late", **values})
    assert list(refused.value.message_dict) == [field]
    assert not SavedView.objects.exists()
    assert not Change.objects.filter(model="core.savedview").exists()


@pytest.mark.parametrize("values", [{"query": "followers_min=13812348000"}, {"name": "Plan 2026"}])
def test_figures_and_years_are_no_contacts(operator, values):
    assert keep(operator, **values).pk


def test_a_stale_version_changes_nothing(operator):
    view = keep(operator)
    saved_views.change(by(operator), view, {"name": "First"}, 1)
    with pytest.raises(Conflict):
        saved_views.change(by(operator), view, {"name": "Second"}, 1)
    assert SavedView.objects.get().name == "First"


def test_a_deleted_view_comes_back_to_its_tab(operator):
    view = keep(operator)
    saved_views.delete(by(operator), view)
    assert [tab["label"] for tab in bar(operator).tabs][-1] != "Late"
    assert read(operator, f"view={view.pk}").problems
    saved_views.restore(by(operator), view)
    assert [tab["label"] for tab in bar(operator).tabs][-1] == "Late"


def test_a_copy_is_private_and_the_copiers(operator, colleague):
    copy = saved_views.duplicate(by(colleague), keep(operator, sharing="team", columns=["kol", "city"]))
    assert (copy.owner, copy.sharing, copy.team) == (colleague, "private", None)
    assert (copy.name, copy.query, copy.columns) == ("Late (copy)", "stage=late", ["kol", "city"])


def test_tabs_are_each_users_own_and_put_in_order(operator, colleague):
    first, second, third = (keep(operator, name, sharing="team") for name in ("a", "b", "c"))
    saved_views.pin(by(colleague), second)
    saved_views.order(by(operator), "kols", [third.pk, first.pk])
    assert (tabs(operator), tabs(colleague)) == (["c", "a", "b"], ["b"])
    saved_views.shift(by(operator), second, -1)
    assert tabs(operator) == ["c", "b", "a"]
    saved_views.shift(by(operator), third, -1)
    assert tabs(operator) == ["c", "b", "a"]
    saved_views.unpin(by(operator), second)
    assert (tabs(operator), tabs(colleague)) == (["c", "a"], ["b"])


def test_tabs_do_not_grow_without_end(operator):
    for number in range(saved_views.MOST_PINS):
        keep(operator, f"{number}")
    with pytest.raises(ValidationError) as refused:
        keep(operator, "one more")
    assert list(refused.value.message_dict) == ["pinned"]
    assert SavedView.objects.count() == saved_views.MOST_PINS


# The address is the state


def test_a_view_applies_and_what_stands_beside_it_replaces_its_own(operator):
    view = keep(operator, query="stage=late&sort=-risk", columns=["kol", "city"], layout="compact")
    listing = read(operator, f"view={view.pk}")
    assert str(listing.order) == "-risk"
    assert [column.key for column in listing.display.columns] == ["kol", "city"]
    assert (listing.display.is_compact, list(listing.filterset.active)) == (True, ["stage"])
    other = read(operator, f"view={view.pk}&stage=initial&sort=name")
    assert other.filterset.active["stage"] == ["initial"]
    assert (str(other.order), len(other.display.columns)) == ("name", 2)


def test_opening_a_view_says_so_in_the_address_and_a_difference_is_temporary(operator):
    view = keep(operator, query="stage=late")
    opened = next(tab["url"] for tab in bar(operator).tabs if tab.get("id") == view.pk)
    assert opened == f"/kols/?stage=late&from={view.pk}"
    now = bar(operator, opened.partition("?")[2])
    assert (now.view, now.is_edited) == (view, False)
    for changed in ("stage=initial", "stage=late&sort=name", "stage=late&layout=compact", ""):
        now = bar(operator, f"{changed}&from={view.pk}")
        assert (now.view, now.is_edited, now.home) == (view, True, opened), changed
    assert SavedView.objects.get().query == "stage=late"


@pytest.mark.parametrize(
    "same",
    [
        "sort=due",
        "layout=table",
        "cursor=",
        "columns=stage,level,fields,owner,verdict,touch,due,followers,bond,risk",
    ],
)
def test_what_shows_the_same_is_no_difference(operator, same):
    view = keep(operator, query="stage=late")
    assert not bar(operator, f"stage=late&from={view.pk}&{same}").is_edited


def test_a_link_of_a_private_view_shows_a_colleague_the_same_rows(operator, colleague):
    make_kol(operator, name="new")
    view = keep(operator, query="stage=introduction")
    listing = read(colleague, f"stage=introduction&from={view.pk}")
    assert [row["name"] for row in listing.rows] == ["new"]
    assert bar(colleague, f"stage=introduction&from={view.pk}").view is None
    assert list(read(colleague, f"view={view.pk}").problems) == ["view"]
    assert read(colleague, f"view={view.pk}").rows == []


def test_a_shared_view_shows_what_its_reader_may_see(operator, stranger):
    view = keep(operator, query="sort=name", sharing="all")
    make_kol(operator, name="theirs")
    make_kol(stranger, name="own")
    assert [row["name"] for row in read(stranger, f"view={view.pk}").rows] == ["own"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("columns=kol,password", "columns"),
        ("layout=wide", "layout"),
        ("group=age", "group"),
        ("view=x", "view"),
    ],
)
def test_what_is_not_understood_shows_no_row(operator, query, name):
    make_kol(operator)
    listing = read(operator, query)
    assert (list(listing.problems), listing.rows) == ([name], [])
