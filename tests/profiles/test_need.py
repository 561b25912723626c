"""Needs (DOMAIN 3.9): noted, then met or declined."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.errors import Conflict, Refused
from kol_crm.core.models import Change
from profiles.models import Kol, Need
from profiles.services import need

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand(actor, kol):
    return need.add(actor, kol, {"kind": "brand", "what": "A column of their own"})


def test_a_need_is_open_and_one_comes_back_to_it_after_thirty_days(brand, kol):
    assert (brand.state, brand.due_on, brand.settled_at) == ("open", date(2026, 12, 23), None)
    kol.refresh_from_db()
    assert kol.touch_due < brand.due_on
    assert kol.next_due == kol.touch_due


def test_the_earliest_open_need_is_the_next_due_of_its_file(actor, kol):
    need.add(actor, kol, {"kind": "data", "what": "Figures", "due_on": date(2026, 11, 24)})
    kol.refresh_from_db()
    assert (kol.next_due, kol.next_due_kind) == (date(2026, 11, 24), "need")


def test_a_need_that_is_met_is_due_no_more(actor, kol):
    row = need.add(actor, kol, {"kind": "data", "what": "Figures", "due_on": date(2026, 11, 24)})
    met = need.meet(actor.again(), row, "Sent.")
    kol.refresh_from_db()
    assert (met.state, met.outcome, met.settled_at, met.version) == ("met", "Sent.", actor.at, 2)
    assert kol.next_due_kind == "touch"


def test_declining_says_why(actor, brand):
    with pytest.raises(ValidationError) as refusal:
        need.decline(actor.again(), brand, "  ")
    assert list(refusal.value.message_dict) == ["outcome"]
    assert Need.objects.get().state == "open"
    assert need.decline(actor.again(), brand, "Too dear").state == "declined"


def test_what_is_settled_is_not_settled_twice_but_opened_again(actor, brand):
    need.meet(actor.again(), brand)
    with pytest.raises(Refused) as refusal:
        need.decline(actor.again(), brand, "No")
    assert refusal.value.code == "already_settled"
    assert Need.objects.get().state == "met"
    assert need.reopen(actor.again(), brand).state == "open"
    with pytest.raises(Refused) as refusal:
        need.reopen(actor.again(), brand)
    assert refusal.value.code == "not_settled"


def test_a_declined_need_keeps_its_reason(actor, brand):
    declined = need.decline(actor.again(), brand, "Too dear")
    with pytest.raises(ValidationError):
        need.edit(actor.again(), declined, {"outcome": ""}, None)
    assert Need.objects.get().outcome == "Too dear"


def test_an_edit_on_a_stale_version_writes_nothing_and_names_what_changed(actor, brand):
    need.edit(actor.again(), brand, {"what": "A badge"}, 1)
    with pytest.raises(Conflict) as conflict:
        need.edit(actor.again(), brand, {"what": "A prize"}, 1)
    assert conflict.value.changed == {"what"}
    assert Need.objects.get().what == "A badge"


def test_notes_stand_in_the_history_of_the_file_and_do_not_raise_its_version(actor, kol, brand):
    need.edit(actor.again(), brand, {"what": "A badge"}, 1)
    kept = Change.objects.filter(root=kol.pk, row=brand.pk).order_by("id")
    assert [(row.field, row.after) for row in kept][1:] == [("what", "A badge")]
    assert kept[0].after["what"] == "A column of their own"
    assert Kol.objects.get().version == kol.version


def test_a_removed_need_stays_in_the_history(actor, kol, brand):
    need.remove(actor.again(), brand, 1)
    assert not Need.objects.exists()
    gone = Change.objects.filter(root=kol.pk, row=brand.pk).latest("id")
    assert (gone.before["what"], gone.after) == ("A column of their own", None)
