"""Users: invited, moved, deactivated with all they hold handed over (DOMAIN 2.1, 2.4)."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kol_crm import today
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Absence, ApiToken, Change, LoginSession, User
from kol_crm.core.services import absence, user
from profiles.models import Kol
from tests.factories import NOW, UserFactory, make_kol

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture
def by(admin):
    return Actor(admin, "page", NOW)


def newcomer(in_team, **more):
    return {"username": "new", "email": "new@crm.example", "display_name": "New", "team": in_team, **more}


def test_an_invited_user_sets_the_password_by_the_link_once(by, team, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        person = user.invite(by, newcomer(team))
    assert not person.has_usable_password()
    [letter] = mail.outbox
    assert letter.to == ["new@crm.example"]
    path = next(word for word in letter.body.split() if "/password/reset/key/" in word)
    path = path.partition("://")[2].partition("/")[2]
    browser = Client()
    form = browser.get(f"/{path}", follow=True)
    sent = {"password1": "a long enough one", "password2": "a long enough one"}
    assert browser.post(form.request["PATH_INFO"], sent).status_code == 302
    person.refresh_from_db()
    assert person.check_password("a long enough one")
    assert b"used up" in Client().get(f"/{path}", follow=True).content
    made = Change.objects.get(change_set=by.change_set)
    assert "password" not in made.after


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "OPERATOR@crm.example"}, "email"),
        ({"username": "operator"}, "username"),
        ({"team": None}, "team"),
        ({"role": "emperor"}, "role"),
        ({"is_superuser": True}, "is_superuser"),
    ],
)
def test_a_refused_invitation_names_its_field_and_makes_nobody(by, operator, team, changes, field):
    before = User.objects.count()
    with pytest.raises(ValidationError) as refused:
        user.invite(by, newcomer(team, **changes))
    assert field in refused.value.message_dict
    assert (User.objects.count(), mail.outbox) == (before, [])


def test_only_admins_change_users(manager, operator, team):
    actor = Actor(manager, "page", NOW)
    for act in (
        lambda: user.invite(actor, newcomer(team)),
        lambda: user.edit(actor, operator, {"role": "manager"}, 1),
        lambda: user.deactivate(actor, operator, manager),
    ):
        with pytest.raises(PermissionDenied):
            act()
    operator.refresh_from_db()
    assert (operator.role, operator.is_active) == (User.Role.OPERATOR, True)


def test_all_that_the_deactivated_hold_goes_to_the_receiver(by, operator, stranger, as_user, api):
    kols = [make_kol(operator, f"KOL {n}") for n in range(3)]
    browser, rest = as_user(operator), api(operator)
    with CaptureQueriesContext(connection) as few:
        gone = user.deactivate(by, operator, stranger, 1)
    assert not gone.is_active
    held = Kol.objects.filter(pk__in=[kol.pk for kol in kols])
    assert {(kol.owner, kol.team) for kol in held} == {(stranger, stranger.team)}
    assert {kol.version for kol in held} == {kols[0].version + 1}
    assert Change.objects.filter(change_set=by.change_set, field="owner").count() == 3
    assert not ApiToken.objects.filter(user=operator).exists()
    assert not LoginSession.objects.filter(user_id=operator.pk).exists()
    assert browser.get("/")["Location"].startswith(reverse("account_login"))
    assert rest.get(reverse("api:kol-list")).status_code == 401
    other = UserFactory(team=operator.team)
    for n in range(20):
        make_kol(other, f"More {n}")
    with CaptureQueriesContext(connection) as many:
        user.deactivate(by.again(), other, stranger)
    assert len(many) <= len(few) + 2


def test_without_a_receiver_who_holds_files_stays(by, operator, finance):
    make_kol(operator)
    for receiver in (None, finance, operator):
        with pytest.raises(ValidationError) as refused:
            user.deactivate(by, operator, receiver)
        assert set(refused.value.message_dict) == {"receiver"}
    operator.refresh_from_db()
    assert operator.is_active
    assert operator.kols.count() == 1


def test_nobody_locks_themselves_or_everybody_out(by, admin, operator):
    with pytest.raises(Refused):
        user.deactivate(by, admin, None)
    with pytest.raises(ValidationError) as refused:
        user.edit(by, admin, {"role": "manager", "team": operator.team}, 1)
    assert set(refused.value.message_dict) == {"role"}
    with pytest.raises(Refused):
        user.deactivate(Actor(None, "command", NOW), admin, None)
    other = UserFactory(role=User.Role.ADMIN, team=None)
    with pytest.raises(Refused):
        user.deactivate(by, admin, None)
    assert not user.deactivate(by, other, None).is_active
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (User.Role.ADMIN, True)


def test_a_change_of_team_asks_whether_the_files_go_along(by, operator, colleague, stranger):
    kol = make_kol(operator)
    with pytest.raises(ValidationError) as refused:
        user.edit(by, operator, {"team": stranger.team}, 1)
    assert set(refused.value.message_dict) == {"along"}
    operator.refresh_from_db()
    assert operator.team == colleague.team
    saved = user.edit(by, operator, {"team": stranger.team}, 1, along=True)
    kol.refresh_from_db()
    assert (kol.owner, kol.team) == (saved, stranger.team)
    user.edit(by.again(), saved, {"team": colleague.team}, 2, along=False, receiver=stranger)
    kol.refresh_from_db()
    assert (kol.owner, kol.team) == (stranger, stranger.team)


def test_a_role_that_keeps_no_files_names_who_takes_them(by, operator, colleague):
    make_kol(operator)
    with pytest.raises(ValidationError) as refused:
        user.edit(by, operator, {"role": "finance"}, 1, along=True)
    assert set(refused.value.message_dict) == {"along"}
    user.edit(by, operator, {"role": "finance"}, 1, receiver=colleague)
    assert colleague.kols.count() == 1


def test_a_stale_change_of_a_user_writes_nothing(by, operator):
    user.edit(by, operator, {"zone": "Asia/Tokyo"}, 1)
    with pytest.raises(Conflict):
        user.edit(by.again(), operator, {"display_name": "Late"}, 1)


def away(operator, deputy, *, days=3) -> Absence:
    return absence.begin(Actor(operator, "page", NOW), operator, deputy, DAY, DAY + timedelta(days=days), DAY)


@pytest.mark.usefixtures("_now")
def test_an_absent_ones_queue_moves_to_the_deputy_and_back(operator, colleague, team):
    kol = make_kol(operator)
    Kol.objects.filter(pk=kol.pk).update(touch_due=DAY)
    assert not Kol.objects.visible_to(colleague, "edit").filter(pk=kol.pk).exists()
    row = away(operator, colleague)
    for person in (operator, colleague):
        person.refresh_from_db()
    assert [one.subject for one in today.load(operator, DAY).rows] == []
    rows = today.load(colleague, DAY, "touch").rows
    assert [(one.subject, one.stands_in_for) for one in rows] == [(kol, operator)]
    assert Kol.objects.visible_to(colleague, "edit").filter(pk=kol.pk).exists()
    absence.end(Actor(operator, "page", NOW), row, DAY)
    for person in (operator, colleague):
        person.refresh_from_db()
        assert not person.covers
    assert [one.subject for one in today.load(operator, DAY, "touch").rows] == [kol]
    assert not Kol.objects.visible_to(colleague, "edit").filter(pk=kol.pk).exists()


@pytest.fixture
def _now(monkeypatch):
    monkeypatch.setattr("kol_crm.core.deputies.day", lambda: DAY)


def test_an_absence_that_is_over_gives_the_queue_back_by_itself(operator, colleague, monkeypatch):
    kol = make_kol(operator)
    Kol.objects.filter(pk=kol.pk).update(touch_due=DAY)
    away(operator, colleague, days=1)
    for person in (operator, colleague):
        person.refresh_from_db()
    monkeypatch.setattr("kol_crm.core.deputies.day", lambda: DAY + timedelta(days=2))
    assert [one.subject for one in today.load(operator, DAY, "touch").rows] == [kol]
    assert today.load(colleague, DAY, "touch").rows == []


@pytest.mark.parametrize(
    ("who", "starts", "ends", "field"),
    [
        ("stranger", 0, 1, "deputy"),
        ("operator", 0, 1, "deputy"),
        ("colleague", 2, 1, "ends_on"),
        ("colleague", -5, -1, "ends_on"),
        ("colleague", 0, 400, "ends_on"),
    ],
)
def test_a_refused_absence_names_its_field(operator, colleague, stranger, who, starts, ends, field):
    people = {"stranger": stranger, "operator": operator, "colleague": colleague}
    actor = Actor(operator, "page", NOW)
    days = [DAY + timedelta(days=n) for n in (starts, ends)]
    with pytest.raises(ValidationError) as refused:
        absence.begin(actor, operator, people[who], *days, DAY)
    assert set(refused.value.message_dict) == {field}
    assert not Absence.objects.exists()


def test_absences_do_not_overlap(operator, colleague):
    away(operator, colleague)
    with pytest.raises(ValidationError) as refused:
        away(operator, colleague)
    assert set(refused.value.message_dict) == {"starts_on"}


def test_the_pages_of_users_invite_change_and_deactivate(as_user, admin, operator, colleague, team):
    make_kol(operator)
    browser = as_user(admin)
    sent = newcomer(str(team.pk), role="operator")
    assert browser.post(reverse("settings:user-invite"), sent).status_code == 302
    person = User.objects.get(username="new")
    listed = browser.get(reverse("settings:users"), {"q": "new@"}).content.decode()
    assert "new@crm.example" in listed
    path = reverse("settings:user", args=[person.pk])
    facts = {"email": "new@crm.example", "display_name": "Newer", "role": "manager", "team": team.pk}
    assert browser.post(path, facts | {"version": 1}).status_code == 302
    assert browser.post(path, facts | {"version": 1, "display_name": "Stale"}).status_code == 409
    leave = reverse("settings:user-deactivate", args=[operator.pk])
    assert browser.post(leave, {"version": 1}).status_code == 422
    assert browser.post(leave, {"version": 1, "receiver": colleague.pk}).status_code == 302
    assert colleague.kols.count() == 1
    told = browser.get(reverse("settings:audit"), {"kind": "users"}).content.decode()
    assert "Newer" in told
