"""Two files become one: preview, every link, what is refused (DOMAIN 3.12; RELIABILITY 3, 5)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from incentives.models import Greeting
from kol_crm.core import stored
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Moved, Refused
from kol_crm.core.models import Change
from lifecycle.models import Move, Review, Stay
from profiles.models import Account, Attachment, Attribute, ContactPoint, Duplicate, Kol, Tie
from profiles.services import attribute, duplicate, links, merge, merge_plan, merge_shape, touch
from profiles.services import contact as contacts
from profiles.services import kol as files
from tests.factories import NOW, TeamFactory, UserFactory, field, make_kol
from tests.permissions.asking import state
from tests.profiles.merging import OWN, THEIR_OWN, dump, make_pair, on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _from_noon():
    with time_machine.travel(NOW, tick=True):
        yield


def build():
    operator = UserFactory(username="operator", team=TeamFactory(name="East"))
    return operator, make_pair(operator)


@pytest.fixture(scope="module")
def as_built(standing):
    return standing(build)


@pytest.fixture
def scene(as_built, db):
    return as_built.copy()


@pytest.fixture
def operator(scene):
    return scene[0]


@pytest.fixture
def pair(scene):
    return scene[1]


@pytest.fixture
def by(operator):
    """An actor of later and later."""
    return Actor(operator, "page", NOW + timedelta(minutes=1))


def test_the_preview_says_what_the_merge_makes(pair, by):
    one, other = pair
    choices = THEIR_OWN | {"city": "merged", "family": "both", "birthday": "merged", "attr_motto": "merged"}
    plan = merge_plan.plan(Kol.objects.get(pk=one.kol.pk), Kol.objects.get(pk=other.kol.pk), choices)
    said = merge_shape.preview(plan)
    before = state()
    assert said["facts"]["city"] == "othermark city"
    assert said["facts"]["family"] == "onemark family\nothermark family"
    assert state() == before
    merge.merge(by, one.kol.pk, other.kol.pk, choices)
    assert merge_shape.shape(Kol.objects.get(pk=one.kol.pk)) == said


def test_every_link_moves_but_the_course_of_stages_and_what_has_no_place(pair, by):
    one, other = pair
    on_one, on_other = dump(one.kol), dump(other.kol)
    merge.merge(by, one.kol.pk, other.kol.pk, OWN)
    left = {name for name, _pk in dump(other.kol)} - {"Kol"}
    # both have a phone, a field, an own account with its figures, an open review, a motto, one follower;
    # what ties the one to the other has no end of its own any more; each has one contact and a persona of the
    # same numbers, the later on trial; a figure of a coaching hangs on the account too;
    # both hold the same privilege and are being handed over
    assert left == {
        "ContactPoint",
        "KolField",
        "Account",
        "Holding",
        "Snapshot",
        "Tie",
        "Follow",
        "AttributeValue",
        "Stay",
        "Move",
        "Review",
        "SingleContact",
        "Privilege",
        "HandedFile",
        "HandoverNote",
        "Persona",
        "Adjustment",
        "CoachingFigure",
    } | {name for name in left if name == "ReviewNotice"}
    assert (on(ContactPoint, other.kol), on(Review, other.kol)) == (1, 1)
    names = [name for name, _pk in dump(one.kol)]
    notes = ("Need", "Promise", "Request", "ImportantDate", "LifeEvent", "Attachment", "Picture")
    for name in ("Touch", "IncentivePlan", "Greeting", "FanReport", "KolTag", "PlanItem", *notes):
        expected = [key for key in (*on_one, *on_other) if key[0] == name]
        assert names.count(name) == len(expected) >= 2, name
    assert on(Review, one.kol) == 2  # its own open one, and the other's done one
    assert (on(Stay, one.kol), on(Move, one.kol)) == (2, 1)
    ends = {(tie.kol.name, tie.other.name) for tie in Tie.objects.filter(name="", other__isnull=False)}
    stand = {("onemark name", "thirdmark name"), ("thirdmark name", "onemark name")}
    assert ends == stand | {("onemark name", "othermark name"), ("othermark name", "onemark name")}
    assert Attribute.objects.get(key="origin").values.get().kol == one.kol


def test_attachments_and_faces_that_moved_can_still_be_read(pair, by):
    one, other = pair
    kept = stored.read(other.attachment.file)
    merge.merge(by, one.kol.pk, other.kol.pk, OWN | {"picture": "merged"})
    moved = Attachment.objects.get(pk=other.attachment.pk)
    assert (moved.kol, stored.read(moved.file)) == (one.kol, kept)
    face = Kol.objects.get(pk=one.kol.pk).picture
    assert (face.pk, face.kol) == (other.kol.picture_id, one.kol)
    assert stored.read(face.small)


def test_of_two_values_of_an_attribute_the_chosen_one_stands_and_the_history_says_it(pair, by):
    one, other = pair
    merge.merge(by, one.kol.pk, other.kol.pk, OWN | {"attr_motto": "merged"})
    values = attribute.values_of([one.kol.pk])[one.kol.pk]
    assert values == {"motto": "othermark motto", "origin": "othermark"}
    told = Change.objects.filter(change_set=by.change_set, root=one.kol.pk, model="profiles.kol")
    said = {change.field: (change.before, change.after) for change in told}
    assert said["attr_motto"] == ("onemark motto", "othermark motto")
    assert said["attr_origin"] == (None, "othermark")
    assert said["tags"] == (["onemark tag"], ["onemark tag", "othermark tag"])


def test_the_facts_of_one_fill_the_other_and_lists_are_united(operator, by):
    one = make_kol(operator, "王思雨", likes=["tea"], fields=[(field("tea"), 2)], tags=["a"])
    other = make_kol(
        operator,
        "Wang Siyu",
        city="Suzhou",
        likes=["trail", "tea"],
        fields=[(field("tea"), 5), (field("running"), 4)],
        tags=["a", "b"],
        agency="悦动",
        minor=True,
        accounts=[{"platform": "weibo", "handle": "siyu"}],
    )
    merge.merge(by, one.pk, other.pk, {})
    kol = Kol.objects.get(pk=one.pk)
    assert (kol.name, kol.city, kol.likes, kol.agency.name, kol.minor) == (
        "王思雨",
        "Suzhou",
        ["tea", "trail"],
        "悦动",
        True,
    )
    assert {row.field.slug: row.strength for row in kol.kol_fields.all()} == {"tea": 5, "running": 4}
    assert (kol.main_field.slug, sorted(str(row.tag) for row in kol.kol_tags.all())) == ("tea", ["a", "b"])
    assert kol.handle == "siyu"
    assert "siyu" in kol.search


def test_two_owners_and_two_own_accounts_must_be_chosen(operator, colleague, manager, by):
    one = make_kol(operator, "A", accounts=[{"platform": "own", "handle": "a"}])
    other = make_kol(colleague, "B", accounts=[{"platform": "own", "handle": "b"}])
    actor = Actor(manager, "page", by.at)
    before = state()
    with pytest.raises(ValidationError) as refused:
        merge.merge(actor, one.pk, other.pk, {})
    assert set(refused.value.message_dict) == {"owner", "own_account"}
    with pytest.raises(ValidationError) as refused:
        merge.merge(actor, one.pk, other.pk, {"city": "both", "height": "merged", "attr_no": "merged"})
    assert set(refused.value.message_dict) == {"city", "height", "attr_no"}
    assert state() == before
    merge.merge(actor, one.pk, other.pk, {"owner": "merged", "own_account": "merged"})
    kol = Kol.objects.get(pk=one.pk)
    assert (kol.owner, kol.accounts.get().handle, kol.handle) == (colleague, "b", "b")
    assert Account.objects.get(handle="a").kol_id == other.pk
    assert kol.holdings.get().account.handle == "b"


def test_a_moved_contact_is_sealed_for_the_survivor_and_readable(pair, by):
    one, other = pair
    point = other.mail
    sealed = bytes(point.sealed)
    merge.merge(by, one.kol.pk, other.kol.pk, OWN)
    moved = ContactPoint.objects.get(pk=point.pk)
    assert (moved.kol_id, contacts.value_of(moved)) == (one.kol.pk, other.secrets[2])
    assert bytes(moved.sealed) != sealed
    assert ContactPoint.objects.filter(kol=one.kol, channel="mail", preferred=True).count() == 1


def test_what_one_was_greeted_for_the_others_draft_goes_out_no_more(pair, by):
    one, other = pair
    Greeting.objects.filter(kol=other.kol).update(year=one.greeting.year, state="sent")
    merge.merge(by, one.kol.pk, other.kol.pk, OWN)
    assert Greeting.objects.get(pk=one.greeting.pk).state == "skipped"


def test_the_merged_file_is_gone_from_every_list_and_leads_to_the_survivor(pair, by, operator):
    one, other = pair
    merge.merge(by, one.kol.pk, other.kol.pk, OWN)
    for action in ("view", "edit", "touch", "trash", "restore"):
        assert other.kol.pk not in set(Kol.objects.visible_to(operator, action).values_list("pk", flat=True))
    with pytest.raises(Moved) as moved:
        files.edit(by.again(), Kol.objects.get(pk=other.kol.pk), {"city": "x"}, None)
    assert moved.value.to == one.kol.pk
    with pytest.raises(Moved):
        touch.log(by.again(), other.kol, channel="phone", began="us")


def test_a_refused_merge_writes_nothing(pair, by, colleague, stranger):
    one, other = pair
    before = state()
    for user in (colleague, stranger):
        with pytest.raises(PermissionDenied):
            merge.merge(Actor(user, "page", by.at), one.kol.pk, other.kol.pk, OWN)
    with pytest.raises(Conflict):
        merge.merge(by, one.kol.pk, other.kol.pk, OWN, {other.kol.pk: 1})
    with pytest.raises(Refused, match="same_file"):
        merge.merge(by, one.kol.pk, one.kol.pk, OWN)
    assert state() == before


def test_nobody_is_merged_with_a_colleague_of_another_name(operator, colleague, by):
    one, other = make_kol(operator, "A"), make_kol(operator, "B")
    Kol.objects.filter(pk=one.pk).update(staff_user=UserFactory(team=TeamFactory()))
    Kol.objects.filter(pk=other.pk).update(staff_user=colleague)
    with pytest.raises(ValidationError, match="another colleague"):
        merge.merge(by, one.pk, other.pk, {})
    Kol.objects.filter(pk=one.pk).update(staff_user=None)
    merge.merge(by, one.pk, other.pk, {})
    assert Kol.objects.get(pk=one.pk).staff_user == colleague


def test_the_pair_is_settled_and_both_histories_say_it(pair, by):
    one, other = pair
    duplicate.refresh(by, [one.kol.pk])
    row = merge.merge(by, one.kol.pk, other.kol.pk, OWN)
    assert [found.state for found in Duplicate.objects.of([other.kol.pk])] == ["merged"]
    assert Change.objects.get(root=one.kol.pk, model="profiles.merge").row == row.pk
    assert Change.objects.get(root=other.kol.pk, field="merged_into").after["id"] == str(one.kol.pk)


def test_every_model_that_links_to_a_file_is_known():
    """A new app's rows move by themselves; this only says that the models are really asked."""
    names = {link.model._meta.label for link in links.links()}
    assert {"profiles.Touch", "lifecycle.Stay", "incentives.Greeting", "profiles.Kol"} <= names
    assert not names & set(links.HELD)
