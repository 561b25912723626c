"""The one-click opt-out of every mail to a KOL (DOMAIN 7.3; RFC 8058)."""

import pytest

from incentives.services import opt_out
from kol_crm.core.models import Change
from profiles.models import Kol
from profiles.services import quiet

pytestmark = pytest.mark.django_db


def path(kol) -> str:
    return "/o/" + opt_out.link(kol.pk).split("/o/", 1)[1]


def test_the_link_needs_no_account_and_asks_before_it_acts(kol, client):
    assert client.get(path(kol)).status_code == 200
    assert Kol.objects.get().quiet_cause == ""


def test_one_click_sets_the_quiet_mark_and_leaves_a_trace(kol, client):
    assert client.post(path(kol), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Kol.objects.get().quiet_cause == "opted_out"
    assert Change.objects.get(field="quiet_cause").change_set.door == "opt-out"


def test_twice_is_once(kol, client):
    client.post(path(kol))
    client.post(path(kol))
    assert Kol.objects.get().version == 2


def test_a_mark_that_stands_keeps_its_cause(kol, actor, client):
    quiet.set_mark(actor, kol, "mourning")
    client.post(path(kol))
    assert Kol.objects.get().quiet_cause == "mourning"


def test_a_link_that_was_not_made_here_is_not_found(kol, client):
    assert client.post(path(kol)[:-3] + "xx/").status_code == 404
    assert Kol.objects.get().quiet_cause == ""


def test_the_page_speaks_the_language_of_the_kol(kol, client):
    Kol.objects.update(language="zh-hans")
    assert 'lang="zh-hans"' in client.get(path(kol)).content.decode()
