"""What was taken off a file can be put back from its history (DOMAIN 1.1, 3.12)."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import Kol, Tie
from profiles.services import date, event, need, promise, request, restoring, tie
from profiles.services.restoring_notes import VERBS
from tests.factories import NOW, make_kol

DAY = NOW.date()
NOTED = (
    (need, {"kind": "money", "what": "A better camera"}),
    (promise, {"by": "us", "what": "Send the figures", "due_on": DAY}),
    (request, {"what": "The app crashes"}),
    (date, {"what": "Wedding day", "month": 11, "day": 30}),
    (event, {"what": "A baby", "month": 3, "gift_idea": "A stroller"}),
    (tie, {"kind": "agent", "name": "周经理", "note": "Since school"}),
)
IDS = [module.__name__.rpartition(".")[2] for module, _values in NOTED]


def columns(row) -> dict:
    return {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}


def newest(kol, **which) -> Change:
    return Change.objects.filter(root=kol.pk, **which).latest("at", "pk")


def restore(actor, kol, change):
    kol.refresh_from_db()
    restoring.restore(actor, kol, change, kol.version)


def test_every_kind_of_note_is_tried():
    assert {module for module, _values in NOTED} == set(VERBS.values())


@pytest.mark.parametrize(("module", "values"), NOTED, ids=IDS)
def test_a_note_taken_off_comes_back_as_it_was(kol, actor, module, values):
    row = module.add(actor, kol, values)
    row.refresh_from_db()
    before, due = columns(row), Kol.objects.get(pk=kol.pk).next_due
    module.remove(actor.again(), row)
    removal = newest(kol, field="", row=before["id"])
    assert restoring.restorable(removal)
    restore(actor.again(), kol, removal)
    again = type(row).objects.get(pk=before["id"])
    assert columns(again) | {"version": 0} == before | {"version": 0}
    assert Kol.objects.get(pk=kol.pk).next_due == due
    with pytest.raises(ValidationError):
        restore(actor.again(), kol, removal)
    assert type(row).objects.count() == 1


@pytest.mark.parametrize(("module", "values"), NOTED, ids=IDS)
def test_a_fact_of_a_note_is_put_back_through_its_verb(kol, actor, module, values):
    row = module.add(actor, kol, values)
    fact = "name" if module is tie else "what"
    module.edit(actor.again(), row, {fact: "Something else"}, row.version)
    change = newest(kol, field=fact)
    restore(actor.again(), kol, change)
    assert getattr(type(row).objects.get(), fact) == values[fact]
    module.remove(actor.again(), type(row).objects.get())
    with pytest.raises(ValidationError, match="taken off"):
        restore(actor.again(), kol, change)
    assert not type(row).objects.exists()


def test_a_tie_to_a_file_comes_back_to_that_file_while_one_sees_it(kol, actor, operator, stranger):
    other = make_kol(operator, "李健")
    row = tie.add(actor, kol, {"kind": "partner", "other": other})
    tie.remove(actor.again(), row)
    removal = newest(kol, field="", row=row.pk)
    history.save(Actor.job(NOW), other, {"owner": stranger, "team": stranger.team}, None)
    with pytest.raises(ValidationError):
        restore(actor.again(), kol, removal)
    assert not Tie.objects.exists()
    other.refresh_from_db()
    history.save(Actor.job(NOW), other, {"owner": operator, "team": operator.team}, None)
    restore(actor.again(), kol, removal)
    assert Tie.objects.get().other == other


def test_the_history_page_offers_it_to_who_may_edit(kol, actor, operator, colleague, as_user):
    row = need.add(actor, kol, {"kind": "money", "what": "A better camera"})
    need.remove(actor.again(), row)
    kol.refresh_from_db()
    path = reverse("profiles:kol-change-restore", args=[kol.pk, newest(kol, field="", row=row.pk).pk])
    assert as_user(colleague).post(path, {"version": kol.version}).status_code == 403
    assert not kol.needs.exists()
    browser = as_user(operator)
    assert path in browser.get(reverse("profiles:kol-history", args=[kol.pk])).content.decode()
    assert browser.post(path, {"version": kol.version}).status_code == 302
    assert kol.needs.get().what == "A better camera"
