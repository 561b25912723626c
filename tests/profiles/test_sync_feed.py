"""The feed of changes: who is told what, and that nobody hears of what they never saw (RELIABILITY 2)."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.db import connection, transaction
from django.db.models import Max

from kol_crm.core import generation
from kol_crm.core.actor import Actor
from kol_crm.core.models import ApiToken, Disclosure, User
from kol_crm.core.services import team as teams
from profiles import sync_cursor
from profiles.models import Kol, SyncState
from profiles.services import kol as verbs
from profiles.services import merge, nightly, staff
from tests.factories import NOW, TeamFactory, UserFactory, make_kol
from tests.profiles.syncing import CHANGES, ON_POSTGRES, URL, Replica, in_real_transactions

pytestmark = in_real_transactions
PHONE = {"channel": "phone", "value": "13800138000"}
PATH = f"{CHANGES}?start=true"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=True):
        yield


def refused(client, cursor: str, **params) -> str:
    """Why the cursor is worth nothing."""
    answer = client.get(CHANGES, {"cursor": cursor, **params})
    body = answer.json()
    assert (answer.status_code, body["code"], body["start"]) == (410, "full_sync_required", PATH)
    assert answer["Content-Type"] == "application/problem+json"
    return body["reason"]


def move(kol, user) -> None:
    """Another owner, and with them another team."""
    kol.refresh_from_db()
    verbs.edit(Actor(UserFactory(role="admin", team=None), "page", NOW), kol, {"owner": user}, kol.version)


def test_a_changed_file_comes_as_the_list_shows_it_and_only_once(api, operator, colleague):
    first, second = make_kol(operator), make_kol(operator, "李健", contacts=[PHONE])
    client = api(operator)
    replica = Replica(client)
    assert set(replica.copies) == {str(first.pk), str(second.pk)}
    assert replica.pull() == []
    verbs.edit(Actor(operator, "page", NOW), second, {"city": "Suzhou"}, second.version)
    [entry] = replica.pull()
    assert (entry["id"], entry["kind"], entry["own"], entry["survivor"]) == (
        str(second.pk),
        "live",
        False,
        None,
    )
    assert entry["kol"] == client.get(f"{URL}{second.pk}/").json()
    assert entry["kol"]["contacts"][0]["value"] == "138****8000"
    assert replica.pull() == []


def test_pages_of_two_tell_every_file_and_say_when_there_is_more(api, operator):
    replica = Replica(api(operator))
    made = {str(make_kol(operator, f"王{n}").pk) for n in range(5)}
    page = replica.ask(cursor=replica.cursor, limit=2)
    assert (len(page["results"]), page["has_more"]) == (2, True)
    assert {entry["id"] for entry in replica.pull(limit=2)} == made
    assert len(replica.told) == 5


def test_only_the_fields_asked_for(api, operator):
    replica = Replica(api(operator), fields="name,city")
    kol = make_kol(operator, city="Suzhou")
    [entry] = replica.pull()
    assert entry["kol"] == {"id": str(kol.pk), "name": "王思雨", "city": "Suzhou"}


def test_contacts_in_clear_are_on_record_and_only_of_files_one_may_edit(api, operator, colleague):
    scopes = ("kols:read", "contacts:read")
    own, other = Replica(api(operator, *scopes)), Replica(api(colleague, *scopes))
    make_kol(operator, contacts=[PHONE])
    assert own.pull()[0]["kol"]["contacts"][0]["value"] == "13800138000"
    assert other.pull()[0]["kol"]["contacts"][0]["value"] == "138****8000"
    assert list(Disclosure.objects.values_list("user", "action", "rows")) == [(operator.pk, "api", 1)]


def test_deleted_and_restored(api, operator):
    kol = make_kol(operator, contacts=[PHONE])
    replica = Replica(api(operator))
    verbs.archive(Actor(operator, "page", NOW), kol, kol.version)
    [entry] = replica.pull()
    assert entry == {
        "id": str(kol.pk),
        "kind": "deleted",
        "version": entry["version"],
        "own": False,
        "survivor": None,
        "kol": None,
    }
    kol.refresh_from_db()
    verbs.restore(Actor(operator, "page", NOW), kol)
    assert replica.kinds() == [(str(kol.pk), "live")]


def test_what_is_gone_from_the_database_stays_a_tombstone(api, operator, stranger):
    kol = make_kol(operator)
    replica, other = Replica(api(operator)), Replica(api(stranger))
    gone = str(kol.pk)
    kol.delete()
    assert replica.kinds() == [(gone, "deleted")]
    assert other.kinds() == []


def test_a_merged_file_names_the_one_that_stands_for_both(api, operator, manager):
    first, second = make_kol(operator), make_kol(operator, "李健")
    replica = Replica(api(operator))
    choices = {"name": "survivor"}
    merge.merge(Actor(manager, "page", NOW), first.pk, second.pk, choices)
    told = {entry["id"]: entry for entry in replica.pull()}
    assert (told[str(second.pk)]["kind"], told[str(second.pk)]["survivor"]) == ("merged", str(first.pk))
    assert told[str(first.pk)]["kind"] == "live"
    assert set(replica.copies) == {str(first.pk)}


def test_moved_to_another_team_it_is_out_of_scope_once(api, operator, stranger, admin, manager):
    kol = make_kol(operator)
    mine, theirs, all_of_it = (Replica(api(user)) for user in (operator, stranger, admin))
    move(kol, stranger)
    [entry] = mine.pull()
    assert (entry["id"], entry["kind"], entry["version"], entry["kol"]) == (
        str(kol.pk),
        "out_of_scope",
        None,
        None,
    )
    assert mine.pull() == []
    assert theirs.kinds() == all_of_it.kinds() == [(str(kol.pk), "live")]


def test_what_happens_in_another_team_later_is_not_told(api, operator, stranger):
    kol = make_kol(operator)
    move(kol, stranger)
    mine = Replica(api(operator))
    kol.refresh_from_db()
    verbs.edit(Actor(stranger, "page", NOW), kol, {"city": "Suzhou"}, kol.version)
    assert mine.pull() == []
    kol.refresh_from_db()
    verbs.archive(Actor(stranger, "page", NOW), kol, kol.version)
    assert mine.pull() == []


def test_moved_between_two_teams_of_a_manager_it_is_only_changed(api, operator, admin):
    above = UserFactory(role=User.Role.MANAGER, team=operator.team)
    below = UserFactory(team=TeamFactory(name="Below", parent=operator.team))
    kol = make_kol(operator)
    replica = Replica(api(above))
    move(kol, below)
    assert replica.kinds() == [(str(kol.pk), "live")]


def test_there_and_back_it_is_live(api, operator, stranger):
    kol = make_kol(operator)
    replica = Replica(api(operator))
    move(kol, stranger)
    move(kol, operator)
    assert replica.kinds() == [(str(kol.pk), "live")]


def test_the_colleague_whom_a_file_is_about_forgets_it_and_hears_no_more(api, operator, colleague, manager):
    kol = make_kol(operator)
    about, other = Replica(api(colleague)), Replica(api(operator))
    staff.set_person(Actor(manager, "page", NOW), kol, colleague, kol.version)
    assert about.kinds() == [(str(kol.pk), "out_of_scope")]
    assert other.kinds() == [(str(kol.pk), "live")]
    kol.refresh_from_db()
    verbs.archive(Actor(operator, "page", NOW), kol, kol.version)
    assert about.kinds() == []
    assert other.kinds() == [(str(kol.pk), "deleted")]


def test_own_writes_are_marked_and_may_be_left_out(api, operator, colleague):
    client = api(operator)
    kol = make_kol(operator)
    plain, quiet = Replica(client), Replica(client, skip_own="true")
    other = Replica(api(operator))
    url = f"{URL}{kol.pk}/"
    assert client.patch(url, {"city": "Suzhou"}, headers={"If-Match": "*"}).status_code == 200
    assert [entry["own"] for entry in plain.pull()] == [True]
    assert quiet.pull() == []
    assert [entry["own"] for entry in other.pull()] == [False]


def test_what_others_did_before_an_own_write_is_not_left_out_with_it(api, operator, colleague):
    client = api(operator)
    kol = make_kol(operator)
    quiet = Replica(client, skip_own="true")
    verbs.edit(Actor(operator, "page", NOW), kol, {"city": "Suzhou"}, kol.version)
    url = f"{URL}{kol.pk}/"
    assert client.patch(url, {"alias": "Siyu"}, headers={"If-Match": "*"}).status_code == 200
    [entry] = quiet.pull()
    assert (entry["own"], entry["kol"]["city"]) == (False, "Suzhou")
    assert client.patch(url, {"alias": "Yu"}, headers={"If-Match": "*"}).status_code == 200
    assert quiet.pull() == []


def test_what_a_page_writes_after_a_client_is_nobodys(api, operator):
    client = api(operator)
    kol = make_kol(operator)
    assert client.patch(f"{URL}{kol.pk}/", {"city": "X"}, headers={"If-Match": "*"}).status_code == 200
    kol.refresh_from_db()
    verbs.edit(Actor(operator, "page", NOW), kol, {"city": "Y"}, kol.version)
    assert SyncState.objects.get(kol=kol.pk).origin == ""


def test_a_call_that_breaks_leaves_no_mark_for_the_next_writer(api, operator, monkeypatch):
    client = api(operator)
    client.raise_request_exception = False
    kol = make_kol(operator)
    with monkeypatch.context() as broken:
        broken.setattr(verbs, "edit", lambda *_args, **_lists: 1 / 0)
        answer = client.patch(f"{URL}{kol.pk}/", {"city": "X"}, headers={"If-Match": "*"})
    assert answer.status_code == 500
    verbs.edit(Actor(operator, "page", NOW), kol, {"city": "Y"}, kol.version)
    assert SyncState.objects.get(kol=kol.pk).origin == ""


def test_a_cursor_of_another_token_is_foreign(api, operator):
    cursor = Replica(api(operator)).cursor
    assert refused(api(operator), cursor) == "foreign"


def test_a_tampered_cursor(api, operator):
    client = api(operator)
    cursor = Replica(client).cursor
    body, sign = cursor.rsplit(":", 1)
    for words in (f"{body[:-1]}{'A' if body[-1] != 'A' else 'B'}:{sign}", "x", "a:b", cursor[1:]):
        assert refused(client, words) == "tampered"
    forged = signing.Signer(salt="another").sign_object([1, "", "", "", "", 0, "0" * 32, 0])
    assert refused(client, forged) == "tampered"


def test_a_cursor_is_good_for_ninety_days(api, operator):
    client = api(operator)
    replica = Replica(client)
    with time_machine.travel(NOW + timedelta(days=89, hours=23)):
        assert replica.pull() == []
        renewed = replica.cursor
    with time_machine.travel(NOW + timedelta(days=91)):
        replica.cursor = renewed
        assert replica.pull() == []
    with time_machine.travel(NOW + timedelta(days=182)):
        assert refused(client, renewed) == "expired"


def test_a_restored_database_begins_anew(api, operator, monkeypatch):
    client = api(operator)
    cursor = Replica(client).cursor
    monkeypatch.setattr(generation, "current", lambda: "after the restore")
    assert refused(client, cursor) == "restored"


@pytest.mark.parametrize(
    "changes", [{"role": User.Role.MANAGER}, {"team": "West"}, {"role": User.Role.FINANCE}]
)
def test_other_rights_need_a_full_sync(api, operator, stranger, changes):
    client = api(operator)
    cursor = Replica(client).cursor
    if "team" in changes:
        changes = {"team": stranger.team}
    User.objects.filter(pk=operator.pk).update(**changes)
    assert refused(client, cursor) == "rights"


def test_other_scopes_and_other_teams_below_need_a_full_sync(api, operator, manager, admin):
    client = api(manager)
    cursor = Replica(client).cursor
    ApiToken.objects.filter(user=manager).update(scopes=["kols:read", "contacts:read"])
    assert refused(client, cursor) == "rights"
    cursor = Replica(client).cursor
    teams.add(Actor(admin, "page", NOW), "Below", manager.team)
    assert refused(client, cursor) == "rights"


def test_other_fields_need_a_full_sync(api, operator):
    client = api(operator)
    cursor = Replica(client).cursor
    assert refused(client, cursor, fields="name") == "question"
    assert refused(client, cursor, skip_own="true") == "question"


@pytest.mark.parametrize(
    ("asked", "at"),
    [
        ({}, "cursor"),
        ({"stage": "initial", "start": "true"}, "stage"),
        ({"start": "maybe"}, "start"),
        ({"start": "true", "limit": "1001"}, "limit"),
        ({"start": "true", "fields": "phone"}, "fields"),
    ],
)
def test_what_is_not_understood_is_named(api, operator, asked, at):
    answer = api(operator).get(CHANGES, asked)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert list(answer.json()["errors"]) == [at]


def test_finance_and_a_token_without_the_scope_get_nothing(api, operator, finance):
    make_kol(operator)
    assert Replica(api(finance)).copies == {}
    assert api(operator, "figures:write").get(CHANGES, {"start": "true"}).status_code == 403


def test_old_tombstones_go_and_files_do_not(api, operator, stranger):
    gone, moved, archived = (make_kol(operator, name) for name in ("王一", "王二", "王三"))
    pk = gone.pk
    gone.delete()
    move(moved, stranger)
    verbs.archive(Actor(operator, "page", NOW), archived, archived.version)
    assert nightly.sync(Actor.job(NOW + timedelta(days=80))).done == 0
    later = Actor.job(NOW + timedelta(days=400))
    assert nightly.sync(later).done == 2
    assert set(SyncState.objects.values_list("kol", flat=True)) == {moved.pk, archived.pk}
    assert pk not in set(Kol.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("how", ["team", "person"])
def test_a_file_that_left_sight_in_the_trash_is_told_of_when_it_comes_back_elsewhere(
    api, operator, colleague, admin, how
):
    """Its client has heard nothing meanwhile: no tombstone stands any more by then."""
    kol = make_kol(operator)
    reader = operator if how == "team" else colleague
    replica = Replica(api(reader))
    assert len(replica.copies) == 1
    actor = Actor(admin, "page", NOW)
    verbs.archive(actor, kol, None)
    if how == "team":
        Kol.objects.filter(pk=kol.pk).update(team=TeamFactory())
    else:
        Kol.objects.filter(pk=kol.pk).update(staff_user=colleague)
    kol.refresh_from_db()
    verbs.restore(actor, kol)
    assert replica.kinds() == [(str(kol.pk), "out_of_scope")]
    assert replica.copies == {}


@pytest.mark.skipif(not ON_POSTGRES, reason="SQLite counts itself, and takes its count back with the rest")
def test_no_cursor_is_ahead_of_what_a_killed_database_still_knows(api, operator):
    """It forgets the ids of transactions that wrote nothing lasting, and gives them to the next ones."""
    make_kol(operator)
    replica = Replica(api(operator))
    for _turn in range(3):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            transaction.set_rollback(True)
    newest = SyncState.objects.aggregate(newest=Max("at"))["newest"]
    began = _at(replica.cursor)
    replica.pull()
    assert (began, _at(replica.cursor)) == (newest + 1, newest + 1)


def _at(cursor: str) -> int:
    """The transaction that a cursor stands at."""
    return signing.Signer(salt=sync_cursor.SALT).unsign_object(cursor)[-3]
