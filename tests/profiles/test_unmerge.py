"""A merge is undone: both files exactly as they were, later edits stay (DOMAIN 3.12; RELIABILITY 3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from incentives.models import IncentivePlan
from incentives.services import plan as plans
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change
from profiles.models import ContactPoint, Kol, KolTag, Merge, Need, Touch
from profiles.rules import metric
from profiles.services import attribute, figures, merge, touch, unmerge
from profiles.services import contact as contacts
from profiles.services import kol as files
from profiles.services import need as needs
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_kol
from tests.permissions.asking import state
from tests.profiles.merging import OWN, THEIR_OWN, differing, dump, make_pair

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _from_noon():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def pair(operator):
    return make_pair(operator)


@pytest.fixture
def by(operator):
    """An actor of later and later."""
    return Actor(operator, "page", NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    "choices",
    [
        OWN,
        THEIR_OWN
        | {"city": "merged", "birthday": "merged", "name": "merged"}
        | {"picture": "merged", "attr_motto": "merged"},
    ],
)
def test_unmerge_restores_both_files_exactly(pair, by, choices):
    one, other = pair
    before = dump(one.kol, other.kol)
    row = merge.merge(by, one.kol.pk, other.kol.pk, choices)
    assert differing(before, dump(one.kol, other.kol)) != {}
    done = unmerge.unmerge(by.again(), row)
    assert differing(before, dump(one.kol, other.kol)) == {}
    assert (done.left, done.undone_at, done.undone_by) == ([], by.at, by.user)


def test_a_dormant_file_that_woke_by_the_merge_sleeps_again(operator, by):
    one = make_kol(operator, "A", door="import")
    other = make_kol(operator, "B")
    touch.log(by.again(), other, channel="phone", began="us")
    before = dump(one, other)
    row = merge.merge(by, one.pk, other.pk, {})
    assert not Kol.objects.get(pk=one.pk).dormant
    unmerge.unmerge(by.again(), row)
    assert differing(before, dump(one, other)) == {}


def test_later_edits_stay_with_the_survivor_and_are_listed(pair, by, operator):
    one, other = pair
    before = dump(other.kol)
    row = merge.merge(by, one.kol.pk, other.kol.pk, OWN | {"city": "merged"})
    later = Actor(operator, "page", by.at + timedelta(minutes=5))
    kol = Kol.objects.get(pk=one.kol.pk)
    kol = files.edit(later.again(), kol, {"alias": "Later alias"}, None, tags=["later tag"])
    mail = ContactPoint.objects.get(pk=other.mail.pk)
    contacts.change(later.again(), mail, {"value": "later@mail.example"})
    said = touch.log(later.again(), kol, channel="phone", began="us", text="later touch")
    files.edit(later.again(), kol, {"attr_origin": "Later origin"}, None)
    needs.edit(later.again(), Need.objects.get(pk=other.notes["need"].pk), {"what": "Later need"}, None)
    plan = IncentivePlan.objects.get(pk=other.plan.pk)
    item = {"kind": "spiritual", "what": "Later item"}
    plans.edit(later.again(), plan, {"title": "Later plan"}, [item])
    done = unmerge.unmerge(later.again(), row)
    assert differing(before, dump(other.kol)) == {}
    kol = Kol.objects.get(pk=one.kol.pk)
    assert (kol.city, kol.alias) == ("onemark city", "Later alias")
    assert [str(tag.tag) for tag in KolTag.objects.filter(kol=kol)] == ["later tag"]
    copy = kol.contacts.exclude(pk=one.mail.pk).get(channel="mail")
    assert contacts.value_of(copy) == "later@mail.example"
    assert contacts.value_of(ContactPoint.objects.get(pk=mail.pk)) == other.secrets[2]
    assert Touch.objects.get(pk=said.pk).kol == kol
    assert attribute.values_of([kol.pk])[kol.pk]["origin"] == "Later origin"
    assert {need.what for need in kol.needs.all()} == {"onemark need", "Later need"}
    later_plan = kol.incentive_plans.get(title="Later plan")
    assert [one.what for one in later_plan.items.all()] == ["Later item"]
    assert kol.last_touch_at == said.at
    changed = Change.objects.filter(pk__in=[entry["change"] for entry in done.left if "change" in entry])
    fields = {(change.model, change.field) for change in changed}
    assert {("profiles.kol", "alias"), ("profiles.kol", "tags"), ("profiles.contactpoint", "value")} <= fields
    assert ("incentives.incentiveplan", "title") in fields
    kinds = {(entry["model"], entry["why"]) for entry in done.left if "why" in entry}
    assert {
        ("profiles.touch", "new"),
        ("profiles.contactpoint", "copied"),
        ("incentives.incentiveplan", "copied"),
    } <= kinds
    assert "later@mail" not in str(done.left)


def test_what_was_removed_since_is_back_on_the_merged_file(pair, by):
    one, other = pair
    before = dump(other.kol)
    row = merge.merge(by, one.kol.pk, other.kol.pk, OWN)
    contacts.remove(by.again(), ContactPoint.objects.get(pk=other.mail.pk))
    unmerge.unmerge(by.again(), row)
    assert differing(before, dump(other.kol)) == {}
    assert contacts.value_of(ContactPoint.objects.get(pk=other.mail.pk)) == other.secrets[2]


def test_figures_recorded_since_stay_with_their_account(operator, by):
    one = make_kol(operator, "A")
    other = make_kol(operator, "B", accounts=[{"platform": "weibo", "handle": "b"}])
    account = other.accounts.get()
    row = merge.merge(by, one.pk, other.pk, {})
    day = date(2026, 11, 23)
    figures.record(by.again(), [NewFigure(account.pk, metric.FOLLOWERS, Decimal(900), day, day, "hand")])
    unmerge.unmerge(by.again(), row)
    account.refresh_from_db()
    assert (account.kol_id, account.followers, account.snapshots.count()) == (other.pk, 900, 1)


def test_the_latest_merge_is_undone_first_and_each_once(operator, by):
    a, b, c = (make_kol(operator, name) for name in "ABC")
    first = merge.merge(by.again(), a.pk, b.pk, {})
    second = merge.merge(by.again(), c.pk, a.pk, {})
    assert Kol.objects.get(pk=b.pk).merged_into_id == c.pk
    before = state()
    with pytest.raises(Refused, match="merged_since"):
        unmerge.unmerge(by.again(), first)
    assert state() == before
    unmerge.unmerge(by.again(), second)
    unmerge.unmerge(by.again(), first)
    assert Kol.objects.filter(merged_into=None, archived_at=None).count() == 3
    with pytest.raises(Refused, match="already_undone"):
        unmerge.unmerge(by.again(), first)


def test_who_may_undo(pair, by, colleague, manager):
    one, other = pair
    row = merge.merge(by, one.kol.pk, other.kol.pk, OWN)
    before = state()
    with pytest.raises(PermissionDenied):
        unmerge.unmerge(Actor(colleague, "page", by.at), row)
    assert state() == before
    unmerge.unmerge(Actor(manager, "page", by.at), row)
    assert Merge.objects.standing().count() == 0
