"""``/api/v1/me/``, ``users/``, ``teams/``: a token sees whom its user works with (DOMAIN 2.1, 2.4)."""

from datetime import timedelta

import pytest
from django.db import connection

from kol_crm.core import deputies
from kol_crm.core.models import Absence, Team, User
from tests.factories import TeamFactory, UserFactory, make_kol

pytestmark = pytest.mark.django_db


def names(answer) -> set[str]:
    return {row["username"] for row in answer.json()["results"]}


def test_me_says_whose_token_it_is_and_what_it_may_do(api, operator, team):
    assert api(operator, "kols:read").get("/api/v1/me/").json() == {
        "username": "operator",
        "name": str(operator),
        "role": "operator",
        "team": team.name,
        "active": True,
        "language": "",
        "zone": "",
        "scopes": ["kols:read"],
        "absence": None,
    }


def test_me_tells_the_absence_of_today(api, operator, colleague):
    today = deputies.day()
    Absence.objects.create(
        user=operator, deputy=colleague, starts_on=today, ends_on=today + timedelta(days=2)
    )
    User.objects.update(covers=True)
    operator.refresh_from_db()
    told = api(operator).get("/api/v1/me/").json()["absence"]
    assert (told["deputy"], told["starts_on"]) == ("colleague", today.isoformat())


def test_people_of_other_teams_are_told_to_admins_only(api, operator, colleague, stranger, admin):
    assert names(api(operator).get("/api/v1/users/")) == {"operator", "colleague"}
    assert names(api(admin).get("/api/v1/users/")) >= {"operator", "colleague", "stranger"}
    row = next(
        row for row in api(operator).get("/api/v1/users/").json()["results"] if row["username"] == "colleague"
    )
    assert set(row) == {"username", "name", "role", "team", "active"}


def test_mail_addresses_cannot_be_guessed_by_searching(api, operator, team):
    UserFactory(username="quiet", email="secret@example.com", team=team)
    assert names(api(operator).get("/api/v1/users/?q=quiet")) == {"quiet"}
    assert names(api(operator).get("/api/v1/users/?q=secret")) == set()


def test_users_cost_the_same_queries_for_many(api, operator, team, django_assert_num_queries):
    client = api(operator)
    client.get("/api/v1/users/")
    with django_assert_num_queries(2 if connection.vendor == "postgresql" else 3) as few:
        client.get("/api/v1/users/")
    for _ in range(5):
        UserFactory(team=team)
    with django_assert_num_queries(len(few)):
        client.get("/api/v1/users/")


def test_teams_follow_the_one_they_are_part_of(api, operator, team):
    TeamFactory(name="Below", parent=team)
    told = api(operator).get("/api/v1/teams/").json()
    names = [row["name"] for row in told]
    assert names.index("East") < names.index("Below")
    assert {"name": "Below", "part_of": "East"} in told


ALL = ("kols:read", "users:write")
ANA = {"username": "ana", "email": "ana@x.example", "display_name": "Ana", "role": "operator"}


def here(user):
    return f"/api/v1/users/{user.username}/"


def test_an_admin_invites_by_api_with_the_mail_of_the_page(
    api, admin, team, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = api(admin, *ALL).post("/api/v1/users/", ANA | {"team": team.name, "zone": "Europe/Lisbon"})
    assert answer.status_code == 201
    assert answer.json() == {
        "username": "ana",
        "name": "Ana",
        "role": "operator",
        "team": team.name,
        "active": True,
        "email": "ana@x.example",
        "display_name": "Ana",
        "language": "",
        "zone": "Europe/Lisbon",
        "version": 1,
    }
    ana = User.objects.get(username="ana")
    assert (answer["ETag"], ana.has_usable_password()) == ('"1"', False)
    assert [mail.to for mail in mailoutbox] == [["ana@x.example"]]


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("username", {"username": "a b"}),
        ("username", {"username": "OPERATOR2 x"}),
        ("email", {"email": "nowhere"}),
        ("email", {"email": "operator@crm.example"}),
        ("role", {"role": "king"}),
        ("team", {"team": "Nowhere"}),
        ("team", {"team": None}),
        ("zone", {"zone": "Mars/Base"}),
        ("language", {"language": "fr"}),
        ("is_active", {"is_active": False}),
    ],
)
def test_what_the_page_refuses_the_api_refuses_at_the_same_field(
    api, admin, operator, team, field, sent, mailoutbox
):
    before = User.objects.count()
    answer = api(admin, *ALL).post("/api/v1/users/", ANA | {"team": team.name} | sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert (User.objects.count(), mailoutbox) == (before, [])


def test_only_admins_write_and_only_by_a_token_for_it(api, admin, manager, operator, stranger, team):
    """DOMAIN 2.1: users are the admins'. Out of sight is a 404 before any right is asked."""
    change = {"display_name": "X"}
    for user, scopes, code in (
        (manager, ALL, 403),
        (operator, ALL, 403),
        (stranger, ALL, 404),
        (admin, ("kols:read", "kols:write"), 403),
    ):
        client = api(user, *scopes)
        assert client.patch(here(operator), change, HTTP_IF_MATCH="*").status_code == code
        assert client.post("/api/v1/users/", ANA | {"team": team.name}).status_code == 403
        assert client.post("/api/v1/teams/", {"name": "New", "part_of": team.name}).status_code == 403
    operator.refresh_from_db()
    assert (operator.version, User.objects.filter(username="ana").exists()) == (1, False)
    assert not Team.objects.filter(name="New").exists()


def test_a_change_needs_the_version_and_a_stale_one_changes_nothing(api, admin, operator):
    client = api(admin, *ALL)
    assert client.patch(here(operator), {"display_name": "A"}).status_code == 428
    assert client.patch(here(operator), {"display_name": "A"}, HTTP_IF_MATCH='"1"').json()["version"] == 2
    stale = client.patch(here(operator), {"display_name": "B"}, HTTP_IF_MATCH='"1"')
    assert (stale.status_code, stale.json()["changed"]) == (412, ["display_name"])
    operator.refresh_from_db()
    assert (operator.display_name, operator.version) == ("A", 2)


def test_another_team_asks_whether_the_files_go_along(api, admin, operator, colleague, stranger):
    """DOMAIN 2.4."""
    kol = make_kol(operator)
    client, move = api(admin, *ALL), {"team": stranger.team.name}
    refused = client.patch(here(operator), move, HTTP_IF_MATCH="*")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["along"])
    kol.refresh_from_db()
    operator.refresh_from_db()
    assert (kol.team, operator.team) == (colleague.team, colleague.team)
    given = client.patch(here(operator), move | {"receiver": colleague.username}, HTTP_IF_MATCH="*")
    kol.refresh_from_db()
    assert (given.status_code, kol.owner, kol.team) == (200, colleague, colleague.team)


def test_deactivating_names_who_takes_over_and_ends_tokens(api, admin, operator, colleague):
    """DOMAIN 2.4."""
    kol, client = make_kol(operator), api(admin, *ALL)
    own = api(operator)
    refused = client.post(here(operator) + "deactivate/", {}, HTTP_IF_MATCH="*")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["receiver"])
    assert own.get("/api/v1/me/").status_code == 200
    done = client.post(here(operator) + "deactivate/", {"receiver": colleague.username}, HTTP_IF_MATCH='"1"')
    kol.refresh_from_db()
    assert (done.status_code, done.json()["active"], kol.owner) == (200, False, colleague)
    assert own.get("/api/v1/me/").status_code == 401
    back = client.post(here(operator) + "reactivate/", {}, HTTP_IF_MATCH="*")
    assert (back.status_code, back.json()["active"]) == (200, True)


def test_nobody_deactivates_themselves_and_the_last_admin_stays(api, admin, team):
    client = api(admin, *ALL)
    assert client.post(here(admin) + "deactivate/", {}, HTTP_IF_MATCH="*").json()["code"] == "oneself"
    demoted = client.patch(here(admin), {"role": "finance", "team": team.name}, HTTP_IF_MATCH="*")
    assert (demoted.status_code, list(demoted.json()["errors"])) == (400, ["role"])
    admin.refresh_from_db()
    assert (admin.is_active, admin.role, admin.version) == (True, "admin", 1)


def test_teams_are_made_renamed_and_moved_with_all_below(api, admin, team):
    client = api(admin, *ALL)
    made = client.post("/api/v1/teams/", {"name": "South", "part_of": team.name})
    assert (made.status_code, made.json()["part_of"]) == (201, team.name)
    below = client.post("/api/v1/teams/", {"name": "Harbour", "part_of": "South"}).json()
    address = f"/api/v1/teams/{made.json()['id']}/"
    assert client.patch(address, {"name": "Southern"}).status_code == 428
    renamed = client.patch(address, {"name": "Southern"}, HTTP_IF_MATCH='"1"')
    assert (renamed.json()["name"], renamed.json()["part_of"]) == ("Southern", team.name)
    moved = client.patch(address, {"part_of": team.parent.name}, HTTP_IF_MATCH=renamed["ETag"])
    assert moved.json()["part_of"] == team.parent.name
    assert Team.objects.get(pk=below["id"]).path.startswith(Team.objects.get(name="Southern").path)


@pytest.mark.parametrize(
    ("field", "sent"),
    [("name", {"name": ""}), ("name", {"name": "West"}), ("part_of", {"part_of": "Nowhere"})],
)
def test_a_team_that_cannot_be_is_refused_at_its_field(api, admin, team, stranger, field, sent):
    before = Team.objects.count()
    answer = api(admin, *ALL).post("/api/v1/teams/", {"name": "New", "part_of": team.name} | sent)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert Team.objects.count() == before


def test_a_team_is_never_a_part_of_itself(api, admin, team):
    below = TeamFactory(name="Below", parent=team)
    answer = api(admin, *ALL).patch(f"/api/v1/teams/{team.pk}/", {"part_of": below.name}, HTTP_IF_MATCH="*")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["part_of"])
    assert Team.objects.get(pk=team.pk).parent == team.parent
