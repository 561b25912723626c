"""Communities by type, single contacts, and coverage (DOMAIN 5.7; a warm path of 4.8)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core import policy
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import User
from kol_crm.core.services import absence
from kol_crm.core.services import user as users
from lifecycle import coverage, ways
from lifecycle.models import Community, Member, SingleContact
from lifecycle.services import community
from profiles.models import Kol
from profiles.services import kol as kols
from profiles.services import merge
from tests.factories import NOW, TeamFactory, UserFactory, kol_type, make_kol
from tests.lifecycle.factories import make_kol_at
from tests.lifecycle.refusing import by, nothing_written

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def make_community(maker, **values) -> Community:
    return community.create(by(maker), {"name": "Slow runners", "type": kol_type(), **values})


def test_a_community_is_formed_by_type_with_channel_link_host_and_capacity(operator, team):
    made = make_community(
        operator, channel="qq", link="https://qq.example/g/1", capacity=200, spoke_percent=35
    )
    assert (made.type, made.host, made.team, made.capacity) == (kol_type(), operator, team, 200)
    assert (made.spoke_percent, made.spoke_on) == (35, TODAY)  # as entered, as of today
    edited = community.edit(by(operator), made, {"spoke_percent": None}, made.version)
    assert (edited.spoke_percent, edited.spoke_on) == (None, None)
    nothing_written(lambda: community.edit(by(operator), made, {"name": "x"}, made.version), Conflict)
    nothing_written(
        lambda: community.edit(by(operator), made, {"spoke_percent": 101}),
        ValidationError,
        field="spoke_percent",
    )
    nothing_written(
        lambda: community.edit(by(operator), made, {"capacity": 0}), ValidationError, field="capacity"
    )


def test_its_host_and_managers_change_it_colleagues_see_it_strangers_do_not(
    operator, colleague, manager, stranger, finance
):
    made = make_community(operator)
    nothing_written(lambda: community.edit(by(colleague), made, {"name": "x"}), PermissionDenied)
    assert community.edit(by(manager), made, {"host": colleague}).host == colleague
    nothing_written(lambda: community.close(by(operator), made), PermissionDenied)
    seen = {who: Community.objects.visible_to(who).exists() for who in (operator, stranger, finance)}
    assert seen == {operator: True, stranger: False, finance: False}
    nothing_written(lambda: make_community(operator, host=stranger), ValidationError, field="host")
    nothing_written(lambda: make_community(finance), PermissionDenied)


def test_members_join_and_leave_with_their_dates(operator, kol):
    made = make_community(operator)
    member = community.join(by(operator), made, kol, TODAY - timedelta(days=40))
    nothing_written(lambda: community.join(by(operator), made, kol), Refused, code="already_in")
    early = TODAY - timedelta(days=41)
    nothing_written(lambda: community.leave(by(operator), member, early), ValidationError, field="on")
    later = TODAY + timedelta(days=1)
    nothing_written(lambda: community.leave(by(operator), member, later), ValidationError, field="on")
    left = community.leave(by(operator), member)
    assert (left.joined_on, left.left_on) == (TODAY - timedelta(days=40), TODAY)
    nothing_written(lambda: community.leave(by(operator), member), Refused, code="left")
    community.join(by(operator), made, kol)
    assert Member.objects.count() == 2


def test_a_community_takes_no_more_than_its_capacity(operator):
    made = make_community(operator, capacity=1)
    community.join(by(operator), made, make_kol(operator, name="First"))
    second = make_kol(operator, name="Second")
    nothing_written(lambda: community.join(by(operator), made, second), Refused, code="full")
    community.join(by(operator), community.edit(by(operator), made, {"capacity": 2}), second)
    nothing_written(
        lambda: community.edit(by(operator), made, {"capacity": 1}), ValidationError, field="capacity"
    )


def test_only_who_may_edit_the_file_puts_it_into_a_community_they_see(operator, colleague, stranger, kol):
    made, theirs = make_community(operator), make_community(stranger)
    nothing_written(lambda: community.join(by(colleague), made, kol), PermissionDenied)
    nothing_written(lambda: community.join(by(operator), theirs, kol), PermissionDenied)
    community.close(by(operator), made)
    nothing_written(lambda: community.join(by(operator), made, kol), Refused, code="closed")


def test_a_kol_has_one_single_contact_at_a_time(operator, colleague, stranger, kol):
    community.set_contact(by(operator), kol, operator)
    nothing_written(lambda: community.set_contact(by(operator), kol, operator), Refused, code="unchanged")
    nothing_written(lambda: community.set_contact(by(operator), kol, stranger), ValidationError, field="user")
    community.set_contact(by(operator, NOW + timedelta(days=1)), kol, colleague)
    spans = list(SingleContact.objects.order_by("since").values_list("user", "since", "until"))
    assert spans == [
        (operator.pk, TODAY, TODAY + timedelta(days=1)),
        (colleague.pk, TODAY + timedelta(days=1), None),
    ]


def uncovered(user) -> set[str]:
    return set(coverage.uncovered(user).values_list("name", flat=True))


def test_active_kols_in_no_community_without_a_single_contact_are_not_covered(operator, stranger):
    names = ("nobody", "inside", "contact", "closed", "left")
    files = {name: make_kol_at(operator, "initial", name=name) for name in names}
    make_kol(operator, name="In introduction")
    make_kol_at(operator, "departed", name="Gone")
    kols.archive(by(operator), make_kol_at(operator, "late", name="Archived"), None)
    made, over = make_community(operator), make_community(operator)
    community.join(by(operator), made, files["inside"])
    community.leave(by(operator), community.join(by(operator), made, files["left"]))
    community.join(by(operator), over, files["closed"])
    community.close(by(operator), over)
    community.set_contact(by(operator), files["contact"], operator)
    assert uncovered(operator) == {"nobody", "closed", "left"}
    assert uncovered(stranger) == set()
    User.objects.filter(pk=operator.pk).update(is_active=False)  # a contact who has left covers nobody
    assert "contact" in uncovered(UserFactory(team=operator.team, role=User.Role.MANAGER))


def test_operators_above_load_are_named(operator, colleague, manager):
    for number in range(3):
        make_kol(operator, name=f"KOL {number}")
    make_kol_at(operator, "departed", name="Gone")
    make_kol(colleague, name="Theirs")
    policy.change(by(manager), {coverage.LOAD.key: 2})
    [load] = coverage.overloaded(manager)
    assert (load.user, load.files, load.most) == (operator, 3, 2)
    policy.change(by(manager), {coverage.LOAD.key: 3})
    assert coverage.overloaded(manager) == []


def away(user, deputy, start, end):
    return absence.begin(by(user), user, deputy, start, end, TODAY)


def test_an_absence_whose_deputy_is_not_there_is_one_without_a_deputy(operator, colleague, manager, stranger):
    away(operator, colleague, TODAY, TODAY + timedelta(days=5))
    assert coverage.gaps(manager, TODAY) == []
    away(colleague, manager, TODAY + timedelta(days=3), TODAY + timedelta(days=4))
    [gap] = coverage.gaps(manager, TODAY)
    assert (gap.absence.user, str(gap.why)) == (operator, "the deputy is away as well")
    assert coverage.gaps(stranger, TODAY) == []
    User.objects.filter(pk=colleague.pk).update(team=TeamFactory(name="North"))
    assert "the deputy is no longer of the team" in [gap.why for gap in coverage.gaps(manager, TODAY)]
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    assert "the deputy has left" in [gap.why for gap in coverage.gaps(manager, TODAY)]


def test_coverage_is_told_on_page_and_by_the_api(operator, as_user, api):
    kol = make_kol_at(operator, "initial", since=date(2026, 9, 30))
    page = as_user(operator).get("/coverage/").content.decode()
    assert "1 active KOL without" in page
    body = api(operator).get("/api/v1/coverage/").json()
    assert (body["uncovered"], body["uncovered_kols"], body["overloaded"]) == (1, [str(kol.pk)], [])
    assert body["finding"] == "1 active KOL without a community or a single contact"


def test_a_shared_community_is_a_warm_path_of_outreach(operator, stranger, kol):
    made = make_community(operator)
    assert "community" not in ways.known(kol, TODAY)
    community.join(by(operator), made, kol)
    assert "community" in ways.known(kol, TODAY)
    [path] = [one for one in ways.warm(kol, operator, TODAY) if one.kind == "community"]
    assert (path.words, path.url) == (
        "Community Slow runners, host Operator",
        f"/communities/{made.pk}/",
    )
    [hidden] = [one for one in ways.warm(kol, stranger, TODAY) if one.kind == "community"]
    assert (hidden.words, hidden.url) == ("A community of team East, ask Operator", "")


def test_who_leaves_hands_over_communities_and_contacts(operator, colleague, admin, kol):
    made = make_community(operator)
    community.set_contact(by(operator), kol, operator)
    users.deactivate(by(admin), operator, colleague)
    assert Community.objects.get(pk=made.pk).host == colleague
    assert SingleContact.objects.get(until=None).user == colleague


def test_merged_files_keep_one_membership_and_one_contact(operator, kol):
    made, other = make_community(operator), make_community(operator)
    survivor = make_kol(operator, name="王思雨")
    for file in (kol, survivor):
        community.join(by(operator), made, file)
        community.set_contact(by(operator), file, operator)
    community.join(by(operator), other, kol)
    merge.merge(by(operator), survivor.pk, kol.pk, {"owner": "survivor"})
    file = Kol.objects.get(pk=survivor.pk)
    assert file.memberships.filter(left_on=None).count() == 2
    assert file.single_contacts.filter(until=None).count() == 1
