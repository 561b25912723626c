"""Files that share a contact are locked in one order, whichever is edited: no two edits wait crosswise."""

import pytest
from django.db import connection

from profiles.models import Agency, ContactPoint, Kol
from profiles.services import agency, contact
from profiles.services import kol as kols
from tests.factories import make_kol
from tests.racing import RACING, at_once, one_behind_the_other

pytestmark = [
    *RACING,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]
PHONE = {"channel": "phone", "value": "13812348000"}
OTHER = {"channel": "phone", "value": "13500001111"}


@pytest.fixture
def pair(operator):
    """Each has a phone that stands on a third file too, so that one more file shares it."""
    make_kol(operator, "郭", contacts=[PHONE, OTHER])
    return make_kol(operator, "A", contacts=[PHONE]), make_kol(operator, "B", contacts=[OTHER])


def marks_of_phone() -> list[bool]:
    points = ContactPoint.objects.filter(digest=contact.digests("phone", PHONE["value"])["digest"])
    return list(points.values_list("shared", flat=True))


@pytest.mark.parametrize("way", ["add", "edit"])
def test_who_gives_a_shared_contact_waits_for_the_other_files_before_its_own(actor, pair, way):
    """B is given A's phone while A is held by an edit that comes to B: as ``mark`` does (DOMAIN 3.1)."""
    first, second = pair
    acts = {
        "add": lambda: contact.add(actor.again(), second, PHONE),
        "edit": lambda: kols.edit(actor.again(), second, {}, None, contacts=[PHONE]),
    }
    one_behind_the_other(lambda: Kol.objects.lock(first.pk), acts[way], lambda: Kol.objects.lock(second.pk))
    assert marks_of_phone() == [True] * 3


def test_an_agency_is_locked_after_the_files_that_have_its_contact(actor, pair):
    mcn = agency.create(actor.again(), {"name": "MCN"})
    one_behind_the_other(
        lambda: Kol.objects.lock(pair[0].pk),
        lambda: contact.add(actor.again(), mcn, PHONE),
        lambda: Agency.objects.select_for_update().get(pk=mcn.pk),
    )
    assert ContactPoint.objects.get(agency=mcn).shared


@pytest.mark.parametrize("_round", range(2))
def test_two_edits_that_give_each_other_s_contact_at_once_both_end(actor, pair, _round):
    first, second = pair
    made = at_once(
        lambda: contact.add(actor.again(), first, OTHER),
        lambda: contact.add(actor.again(), second, PHONE),
    )
    assert [type(one).__name__ for one in made] == ["ContactPoint"] * 2
    assert set(ContactPoint.objects.values_list("shared", flat=True)) == {True}


def test_a_file_that_got_the_contact_meanwhile_is_locked_too(actor, operator, pair):
    """While it waited one more file came to have the value: that one is found before anything is written."""
    third, fourth = make_kol(operator, "C"), make_kol(operator, "D")
    one_behind_the_other(
        lambda: contact.lock(third, [PHONE]),
        lambda: contact.add(actor.again(), fourth, PHONE),
        lambda: contact.insert(actor.again(), contact.build(third, PHONE)),
    )
    assert marks_of_phone() == [True] * 4
