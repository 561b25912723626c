"""The persona: designed before launch, versioned, approved by somebody else (DOMAIN 5.5, 5.3)."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from kol_crm.core.actor import Actor
from kol_crm.core.errors import Conflict, Refused
from lifecycle import growing_due, persona_words
from lifecycle.models import Persona
from lifecycle.services import persona, stage
from profiles import timeline
from profiles.models import Kol
from tests.factories import NOW, UserFactory
from tests.lifecycle.growing import WHOLE, approved
from tests.lifecycle.refusing import nothing_written
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def by(user, at=NOW):
    return Actor(user, "page", at)


def test_a_draft_is_submitted_and_approved_by_a_manager_who_did_not_write_it(operator, manager, kol):
    row = persona.draft(by(operator), kol, WHOLE)
    assert (row.number, row.state) == (1, "draft")
    row = persona.submit(by(operator), row)
    nothing_written(lambda: persona.approve(by(operator), row), PermissionDenied)
    row = persona.approve(by(manager), row)
    assert (row.state, row.approved_by, row.approved_at) == ("approved", manager, NOW)
    [entry] = timeline.read(kol, "growing").entries
    assert (entry.title, entry.who) == ("Persona approved", manager)


def test_nobody_approves_what_they_wrote_or_submitted(operator, manager, team, kol):
    own = persona.submit(by(operator), persona.draft(by(manager), kol, WHOLE))
    nothing_written(lambda: persona.approve(by(manager), own), PermissionDenied)
    persona.drop(by(manager), persona.send_back(by(manager), own, "not yet"))
    sent = persona.submit(by(manager), persona.draft(by(operator), kol, WHOLE))
    nothing_written(lambda: persona.approve(by(manager), sent), PermissionDenied)
    second = UserFactory(role="manager", team=team)
    assert persona.approve(by(second), sent).approved_by == second


def test_what_is_approved_is_not_edited_but_followed_by_a_new_version(operator, manager, kol):
    first = approved(kol, manager)
    nothing_written(lambda: persona.edit(by(operator), first, {"tone": "x"}), Refused, code="wrong_state")
    second = persona.draft(by(operator), kol, {"tone": "dry"})
    assert (second.number, second.tone, second.story) == (2, "dry", first.story)
    assert persona.in_force(kol) == first
    persona.approve(by(manager), persona.submit(by(operator), second))
    assert [(row.number, row.state) for row in Persona.objects.filter(kol=kol)] == [
        (2, "approved"),
        (1, "replaced"),
    ]
    [line] = persona_words.compare(*Persona.objects.filter(kol=kol).order_by("number"))
    assert (line.label, line.before, line.after) == ("Tone", "warm", "dry")


def test_one_version_is_open_at_a_time(operator, kol):
    persona.draft(by(operator), kol, WHOLE)
    nothing_written(lambda: persona.draft(by(operator), kol, {}), Refused, code="persona_open")
    with pytest.raises(IntegrityError), transaction.atomic():
        Persona.objects.create(kol=kol, number=2, state="draft", created_at=NOW)


@pytest.mark.parametrize("gap", [*(name for name in WHOLE if name != "points"), "points"])
def test_it_is_whole_before_it_is_submitted(operator, kol, gap):
    """Several points are at least two (DOMAIN 5.5)."""
    short = ["one"] if gap == "points" else [] if isinstance(WHOLE[gap], list) else ""
    row = persona.draft(by(operator), kol, {**WHOLE, gap: short})
    nothing_written(lambda: persona.submit(by(operator), row), Refused, code="persona_incomplete")


def test_a_stale_edit_and_a_line_of_nothing_are_refused(operator, kol):
    row = persona.draft(by(operator), kol, WHOLE)
    persona.edit(by(operator), row, {"tone": "dry"}, row.version)
    nothing_written(lambda: persona.edit(by(operator), row, {"tone": "x"}, row.version), Conflict)
    wrong = {"points": ["x" * 201]}
    nothing_written(lambda: persona.edit(by(operator), row, wrong), ValidationError, field="points")
    nothing_written(lambda: persona.edit(by(operator), row, {"state": "approved"}), ValidationError)


def test_only_keepers_write_personas(operator, colleague, stranger, kol):
    row = persona.draft(by(operator), kol, WHOLE)
    for nobody in (colleague, stranger):
        nothing_written(lambda who=nobody: persona.submit(by(who), row), PermissionDenied)


@pytest.mark.usefixtures("standing_gates")
def test_the_gate_into_initial_asks_for_an_approved_persona(operator, manager, as_user, kol):
    def check():
        found = stage.gate(Kol.objects.get(pk=kol.pk), "initial", NOW.date())
        return next(one for one in found if one.key == "persona_designed")

    assert (check().passed, check().mandatory) == (False, True)
    assert (check().evidence, check().page) == ("No persona was designed yet.", "lifecycle:persona")
    row = persona.submit(by(operator), persona.draft(by(operator), kol, WHOLE))
    assert (check().passed, check().evidence) == (False, "Version 1: To be approved")
    page = as_user(operator).get(f"/kols/{kol.pk}/move/?to=initial").content.decode()
    assert f'href="/kols/{kol.pk}/persona/"' in page
    persona.approve(by(manager), row)
    assert check().passed is True
    assert str(manager) in check().evidence


def test_what_is_submitted_stands_on_today_of_the_managers_who_may_approve(operator, manager, kol):
    source = growing_due.SOURCES["persona"]
    row = persona.draft(by(operator), kol, WHOLE)
    day = NOW.date()
    assert source.rows(manager, day, day, 10, ()) == []
    persona.submit(by(operator), row)
    [due] = source.rows(manager, day, day, 10, ())
    assert (due.due, due.detail_url) == (day, f"/kols/{kol.pk}/persona/")
    assert source.rows(operator, day, day, 10, ()) == []


def test_the_page_leads_from_nothing_to_in_force(operator, manager, as_user, kol):
    browser, page = as_user(operator), reverse("lifecycle:persona", args=[kol.pk])
    assert "No persona was designed yet" in browser.get(page).content.decode()
    typed = {name: "\n".join(value) if isinstance(value, list) else value for name, value in WHOLE.items()}
    assert browser.post(reverse("lifecycle:persona-create", args=[kol.pk]), typed).status_code == 302
    row = Persona.objects.get()
    assert {name: getattr(row, name) for name in WHOLE} == WHOLE
    step = reverse("lifecycle:persona-step", args=[row.pk, "submit"])
    assert browser.post(step, {"version": row.version}).status_code == 302
    row.refresh_from_db()
    before = state()
    step = reverse("lifecycle:persona-step", args=[row.pk, "approve"])
    assert browser.post(step, {"version": row.version}).status_code == 403
    assert state() == before
    assert as_user(manager).post(step, {"version": row.version}).status_code == 302
    assert "In force" in browser.get(page).content.decode()
    assert browser.get(reverse("lifecycle:persona-compare", args=[kol.pk])).status_code == 200


def test_page_and_api_refuse_at_the_same_field(operator, as_user, api, kol):
    long = "x" * 201
    before = state()
    answer = as_user(operator).post(
        reverse("lifecycle:persona-create", args=[kol.pk]), {"points": f"good\n{long}"}
    )
    assert (answer.status_code, state()) == (422, before)
    assert "at most 200 characters" in answer.content.decode()
    body = {"kol": str(kol.pk), "points": ["good", long]}
    answer = api(operator).post("/api/v1/personas/", body, format="json")
    assert (answer.status_code, set(answer.json()["errors"]), state()) == (400, {"points"}, before)


def test_by_api_it_goes_the_same_way(operator, manager, api, kol):
    client = api(operator)
    made = client.post("/api/v1/personas/", {"kol": str(kol.pk), **WHOLE}, format="json").json()
    address = f"/api/v1/personas/{made['id']}/"
    assert client.post(f"{address}submit/").json()["state"] == "submitted"
    assert client.post(f"{address}approve/").status_code == 403
    body = api(manager).post(f"{address}approve/").json()
    assert (body["state"], body["approved_by"]) == ("approved", manager.username)
    edited = client.patch(address, {"tone": "x"}, format="json", headers={"If-Match": "*"})
    assert (edited.status_code, edited.json()["code"]) == (409, "wrong_state")


def test_who_is_won_back_keeps_what_they_stand_for(manager, kol):
    row = approved(kol, manager)
    later = NOW + timedelta(days=1)
    stage.move(by(manager, later), kol, "departed", cause="inactive")
    assert persona.in_force(kol) == row
