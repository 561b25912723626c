"""The matrix of rights: every address, every method, every actor (DOMAIN 2; RELIABILITY 4)."""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from kol_crm.core.api.auth import SCOPES
from kol_crm.core.models import User
from profiles.models.querysets import KolQuerySet
from tests.factories import NOW
from tests.permissions import matrix
from tests.permissions.asking import BACKEND, Watch, addresses, ids_for, path_of, state, undone

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROWS = [row for rows in matrix.MATRIX.values() for row in rows]


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def undeclared(names, rows) -> list[str]:
    known = {row.url for row in rows} | set(matrix.ALLAUTH)
    return [
        f"{name}: say in tests/permissions/matrix.py who may GET and POST it" for name in names - known
    ] + [f"{name}: is in the matrix, but there is no such address" for name in known - names]


def test_every_address_is_in_the_matrix():
    assert undeclared(set(addresses()), ROWS) == []


def test_an_address_that_is_not_in_the_matrix_is_found():
    without = [row for row in ROWS if row.url != "profiles:kol-detail"]
    found = undeclared(set(addresses()), without)
    assert "profiles:kol-detail: say in tests/permissions/matrix.py who may GET and POST it" in found


def test_each_method_of_an_address_stands_once():
    pairs = [(row.url, row.method) for row in ROWS]
    assert len(pairs) == len(set(pairs))


def ask(askers, world, row, actor):
    """The answer to one request, all that it wrote being undone; and whether it wrote anything."""
    pattern = addresses()[row.url]
    path = path_of(row.url, ids_for(row.url, pattern, world) | row.ids(world))
    client = (askers.rest if row.is_api else askers.browsers)[actor]
    data = row.data(world) if callable(row.data) else row.data
    read = ["core.Disclosure"] if row.method == "GET" else []  # an answer in clear is written down
    before = askers.state_before(*read)
    with undone(), connection.execute_wrapper(watch := Watch()):
        answer = getattr(client, row.method.lower())(path, data, headers=dict(row.headers))
        return answer, watch.may_have_written and state(*read) != before


def _to_login(answer) -> bool:
    return answer["Location"].startswith(reverse("account_login"))


def wrong_answers(askers, world, rows) -> list[str]:
    wrong = []
    for row in rows:
        for actor in askers.browsers:
            answer, wrote = ask(askers, world, row, actor)
            expected = row.expected(actor)
            if answer.status_code != expected:
                wrong.append(f"{row.method} {row.url} as {actor}: {answer.status_code}, not {expected}")
            elif wrote and (not (row.open or actor in row.may) or row.method == "GET" or expected >= 400):
                wrong.append(f"{row.method} {row.url} as {actor}: {expected}, yet something was written")
            elif expected == 302 and actor in ("anonymous", "gone") and not row.open:
                wrong += [] if _to_login(answer) else [f"{row.url} as {actor}: leads elsewhere"]
    return wrong


@pytest.mark.parametrize("part", matrix.MATRIX)
def test_everybody_is_answered_as_the_matrix_says(world, askers, part):
    wrong = wrong_answers(askers, world, matrix.MATRIX[part])
    assert wrong == [], "\n".join(wrong)


def test_a_view_that_opens_by_mistake_is_found(world, askers, monkeypatch):
    """The test above bites: with the one gate open, it names who gets in."""
    monkeypatch.setattr(KolQuerySet, "visible_to", lambda self, user, action="view": self.all())
    rows = [row for row in matrix.API if row.url == "api:kol-detail" and row.method == "GET"]
    assert "GET api:kol-detail as other: 200, not 404" in wrong_answers(askers, world, rows)


def test_methods_that_are_not_in_the_matrix_are_not_allowed(world, askers):
    wrong = []
    for name, pattern in addresses().items():
        if name in {*matrix.ALLAUTH, "set_language"}:
            continue
        rows = [row for row in ROWS if row.url == name]
        known = {row.method for row in rows}
        client = (askers.rest if name.startswith("api:") else askers.browsers)["admin"]
        path = path_of(name, ids_for(name, pattern, world) | rows[0].ids(world))
        for method in set(METHODS) - known:
            with undone():
                status = getattr(client, method.lower())(path).status_code
            if status != 405:
                wrong.append(f"{method} {name}: {status}")
    assert wrong == [], "\n".join(wrong)


def test_what_no_form_of_ours_sends_breaks_no_page(world, askers):
    """Neither an empty form nor one with nonsense in its hidden fields; the answer may say anything else."""
    nonsense = {"version": "x", "kol": "x", "step": "x", "place": "today", "ids": "x", "value": "\x00"}
    client, broken = askers.browsers["admin"], []
    for row in ROWS:
        if row.method != "POST" or row.is_api:
            continue
        path = path_of(row.url, ids_for(row.url, addresses()[row.url], world) | row.ids(world))
        for data in ({}, nonsense):
            with undone():
                status = client.post(path, data).status_code
            broken += [f"{row.url}: {status} for {data}"] if status >= 500 else []
    assert broken == []


@pytest.mark.parametrize("name", matrix.ALLAUTH)
def test_the_pages_of_allauth_answer_strangers_and_staff(client, operator, name):
    ids = {"account_reset_password_from_key": ["1", "key"]}.get(name, [])
    path = reverse(name, args=ids)
    staff = Client()
    staff.force_login(operator, backend=BACKEND)
    answers = (client.get(path).status_code, staff.get(path).status_code)
    assert answers == matrix.ALLAUTH[name]


def test_a_token_that_may_only_read_writes_nothing(world, askers):
    """Reading is answered as to its owner, what is nobody's too; a write is 403."""
    askers.rest = {"reader": askers.reader}
    for row in matrix.API:
        if not row.open:
            answer, wrote = ask(askers, world, row, "reader")
            expected = row.expected("owner") if row.method == "GET" or not row.may else 403
            assert (answer.status_code, wrote) == (expected, False), f"{row.method} {row.url}"


def test_a_token_without_a_scope_reads_nothing(world, api):
    client = api(world.users["owner"], "contacts:read")
    for row in matrix.API:
        if row.method == "GET" and not row.open:
            path = path_of(row.url, ids_for(row.url, addresses()[row.url], world))
            assert client.get(path).status_code == 403, row.url


def _deactivate(user):
    user.is_active = False


def _to_west(user):
    user.team = User.objects.get(username="other").team


def _to_finance(user):
    user.role = User.Role.FINANCE


@pytest.mark.parametrize(
    ("change", "page", "rest"),
    [(_deactivate, 302, 401), (_to_west, 404, 404), (_to_finance, 404, 404)],
    ids=["deactivated", "another team", "another role"],
)
def test_a_right_changed_in_the_middle_decides_the_very_next_request(world, askers, change, page, rest):
    kol, user = world.file.kol, world.users["owner"]
    browser, client = askers.browsers["owner"], askers.rest["owner"]
    addresses_of_file = (
        reverse("profiles:kol-detail", args=[kol.pk]),
        reverse("api:kol-detail", args=[kol.pk]),
    )
    assert (browser.get(addresses_of_file[0]).status_code, client.get(addresses_of_file[1]).status_code) == (
        200,
        200,
    )
    change(user)
    user.save()
    assert (browser.get(addresses_of_file[0]).status_code, client.get(addresses_of_file[1]).status_code) == (
        page,
        rest,
    )


def test_scopes_taken_off_a_token_decide_the_very_next_request(world, askers):
    client, path = askers.rest["owner"], reverse("api:kol-list")
    assert client.get(path).status_code == 200
    world.users["owner"].auth_token_set.update(scopes=[one for one in SCOPES if one != "kols:read"])
    assert client.get(path).status_code == 403
