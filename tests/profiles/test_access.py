"""Who sees and does what with a file by its pages (DOMAIN 2.1–2.3; RELIABILITY 4)."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import Kol
from profiles.services import kol as files
from tests.factories import NOW, TeamFactory, UserFactory, make_kol
from tests.profiles.pages import sent_by

pytestmark = pytest.mark.django_db

PARTS = (
    "kol-detail",
    "kol-now",
    "kol-timeline",
    "kol-performance",
    "kol-incentives",
    "kol-history",
    "touch-form",
)
FORMS = ("kol-edit", "kol-quiet", "kol-level", "kol-figures", "kol-fans", "kol-disclosures")


def at(name, kol):
    return reverse(f"profiles:{name}", args=[kol.pk])


@pytest.mark.parametrize("name", PARTS + FORMS)
def test_a_stranger_and_finance_find_no_file(kol, stranger, finance, manager_elsewhere, as_user, name):
    for nobody in (stranger, finance, manager_elsewhere):
        assert as_user(nobody).get(at(name, kol)).status_code == 404


@pytest.mark.parametrize("name", PARTS + FORMS)
def test_a_kol_who_is_also_staff_does_not_find_the_own_file(kol, manager, admin, as_user, name):
    for staff in (manager, admin):
        Kol.objects.update(staff_user=staff)
        assert as_user(staff).get(at(name, kol)).status_code == 404


@pytest.mark.parametrize("name", PARTS)
def test_a_colleague_reads_the_teams_files(kol, colleague, as_user, name):
    assert as_user(colleague).get(at(name, kol)).status_code == 200


@pytest.mark.parametrize("name", FORMS)
def test_a_colleague_edits_none_of_them(kol, colleague, as_user, name):
    assert as_user(colleague).get(at(name, kol)).status_code == 403
    assert as_user(colleague).post(at(name, kol), {"version": "1"}).status_code in (403, 405)
    assert (Kol.objects.get().version, Change.objects.exclude(field="").count()) == (1, 0)


def test_the_page_shows_a_colleague_no_way_to_edit_or_reveal(operator, colleague, as_user):
    kol = make_kol(operator, contacts=[{"channel": "phone", "value": "13812345678"}])
    own, other = (as_user(who).get(at("kol-detail", kol)).content.decode() for who in (operator, colleague))
    for name in ("kol-edit", "kol-quiet", "kol-level"):
        assert at(name, kol) in own
        assert at(name, kol) not in other
    reveal = reverse("profiles:contact-reveal", args=[kol.pk, kol.contacts.get().pk])
    assert (reveal in own, reveal in other) == (True, False)
    assert "138****5678" in other
    assert at("touch-log", kol) in other


def test_a_manager_edits_the_teams_below_and_not_those_beside(manager, stranger, as_user):
    below = UserFactory(username="below", team=TeamFactory(parent=manager.team))
    assert as_user(manager).get(at("kol-edit", make_kol(below))).status_code == 200
    assert as_user(manager).get(at("kol-edit", make_kol(stranger))).status_code == 404


# The trash


def test_archiving_hides_the_file_and_its_toast_brings_it_back(kol, operator, as_user):
    browser = as_user(operator)
    answer = browser.post(at("kol-archive", kol), {"version": "1"})
    assert answer["Location"] == reverse("profiles:kol-list")
    assert browser.get(at("kol-detail", kol))["Location"] == reverse("profiles:kol-trash")
    assert browser.get(at("kol-history", kol)).status_code == 404
    [message] = list(browser.get(reverse("profiles:kol-trash")).context["messages"])
    assert message.extra_tags == at("kol-restore", kol)
    assert kol.name in browser.get(reverse("profiles:kol-trash")).content.decode()
    assert browser.post(message.extra_tags).status_code == 302
    assert browser.get(at("kol-detail", kol)).status_code == 200


def test_archiving_needs_the_version_that_the_page_showed(kol, operator, actor, as_user):
    browser = as_user(operator)
    assert browser.post(at("kol-archive", kol)).status_code == 400
    files.edit(actor, kol, {"city": "杭州"}, 1)
    browser.post(at("kol-archive", kol), {"version": "1"})
    assert Kol.objects.get().archived_at is None


def test_only_who_may_edit_a_file_archives_and_restores_it(kol, operator, colleague, stranger, as_user):
    assert as_user(colleague).post(at("kol-archive", kol), {"version": "1"}).status_code == 403
    assert as_user(stranger).post(at("kol-archive", kol), {"version": "1"}).status_code == 404
    files.archive(Actor(operator, "page", NOW), kol, 1)
    for other in (colleague, stranger):
        assert as_user(other).get(at("kol-detail", kol)).status_code == 404
        assert as_user(other).post(at("kol-restore", kol)).status_code == 404
    assert Kol.objects.get().archived_at == NOW


# Claiming (DOMAIN 3.14)


def test_an_unowned_file_is_claimed_by_whoever_of_the_team_is_first(operator, colleague, stranger, as_user):
    kol = files.create(Actor(None, "import", NOW), {"name": "x", "owner": None, "team": operator.team})
    assert as_user(stranger).post(at("kol-take", kol)).status_code == 404
    assert at("kol-take", kol) in as_user(operator).get(at("kol-detail", kol)).content.decode()
    assert as_user(operator).post(at("kol-take", kol)).status_code == 302
    assert as_user(colleague).post(at("kol-take", kol)).status_code == 403
    assert Kol.objects.get().owner == operator


# Marks


def test_the_quiet_mark_is_set_with_its_cause_and_taken_off(kol, operator, as_user):
    browser = as_user(operator)
    data = sent_by(browser.get(at("kol-quiet", kol)), "gate-form")
    assert browser.post(at("kol-quiet", kol), {**data, "quiet_cause": "mourning"}).status_code == 302
    kol.refresh_from_db()
    assert (kol.quiet_cause, kol.touch_due, kol.version) == ("mourning", None, 2)
    assert "In mourning" in browser.get(at("kol-detail", kol)).content.decode()
    assert browser.post(at("kol-quiet", kol), {"version": "2", "quiet_cause": ""}).status_code == 302
    assert Kol.objects.get().quiet_cause == ""


def test_a_level_by_hand_needs_a_reason_and_a_fresh_version(kol, operator, as_user):
    browser = as_user(operator)
    answer = browser.post(at("kol-level", kol), {"version": "1", "level": "mega", "reason": ""})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["reason"])
    assert browser.post(at("kol-level", kol), {"level": "mega", "reason": "x"}).status_code == 422
    assert Kol.objects.get().level == ""
    sent = {"version": "1", "level": "mega", "reason": "Known on television"}
    assert browser.post(at("kol-level", kol), sent).status_code == 302
    assert (Kol.objects.get().level, kol.levels.get().reason) == ("mega", "Known on television")
    stale = browser.post(at("kol-level", kol), {**sent, "level": "nano"})
    assert (stale.status_code, Kol.objects.get().level) == (409, "mega")
    assert sent_by(stale, "gate-form")["version"] == "2"


# Figures by hand (DOMAIN 3.4)


@pytest.fixture
def account(operator):
    return make_kol(operator, accounts=[{"platform": "own", "handle": "siyu"}]).accounts.get()


def test_a_figure_by_hand_is_taken_in_with_its_day(account, operator, as_user):
    today = timezone.localdate()
    data = {"account": account.pk, "metric": "followers", "value": "1.2万", "end": today.isoformat()}
    assert as_user(operator).post(at("kol-figures", account.kol), data).status_code == 302
    row = account.snapshots.get()
    assert (row.metric, int(row.value), row.start, row.end, row.source) == (
        "followers",
        12_000,
        today,
        today,
        "hand",
    )
    assert Kol.objects.get().level == "micro"


def test_a_figure_by_hand_is_taken_back_from_the_toast(account, operator, colleague, as_user):
    """DOMAIN 3.12: by its writer within ten minutes; the page and the API ask one rule."""
    data = {"account": account.pk, "metric": "followers", "value": "12000", "end": "2026-11-20"}
    with time_machine.travel(NOW + timedelta(days=9), tick=False):
        answer = as_user(operator).post(at("kol-figures", account.kol), data, follow=True)
        row = account.snapshots.get()
        undo = reverse("profiles:figure-take-back", args=[account.kol_id, row.pk])
        assert [message.extra_tags for message in answer.context["messages"]] == [undo]
        assert as_user(colleague).post(undo).status_code == 403
    with time_machine.travel(NOW + timedelta(days=9, minutes=11), tick=False):
        late = as_user(operator).post(undo, follow=True)
        assert "only a manager" in late.content.decode()
        assert account.snapshots.get().standing
    with time_machine.travel(NOW + timedelta(days=9, minutes=9), tick=False):
        assert as_user(operator).post(undo).status_code == 302
        assert as_user(operator).post(undo).status_code == 404
    assert not account.snapshots.filter(standing=True).exists()


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"value": "many"}, "value"),
        ({"value": "-5"}, "value"),
        ({"metric": "posts"}, "start"),
        ({"metric": "posts", "start": "2126-01-01"}, "end"),
        ({"end": "2126-01-01"}, "end"),
        ({"metric": "beauty"}, "metric"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_at_its_field(account, operator, as_user, values, wrong):
    data = {"account": account.pk, "metric": "followers", "value": "12000", "end": "2026-11-20"} | values
    answer = as_user(operator).post(at("kol-figures", account.kol), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [wrong])
    assert account.snapshots.count() == 0


def test_an_account_of_another_file_takes_no_figure_here(account, operator, as_user):
    other = make_kol(operator, "another")
    data = {"account": account.pk, "metric": "followers", "value": "12000", "end": "2026-11-20"}
    answer = as_user(operator).post(at("kol-figures", other), data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["account"])
    assert account.snapshots.count() == 0


def test_fan_quality_needs_what_it_rests_on(kol, operator, as_user):
    browser = as_user(operator)
    data = {"on": "2026-11-20", "portability": "40", "fake_share": "5"}
    answer = browser.post(at("kol-fans", kol), data)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"reason", "fake_source"})
    assert kol.fan_reports.count() == 0
    data |= {"reason": "Asked 200 of them", "fake_source": "Blue Harbor"}
    assert browser.post(at("kol-fans", kol), data).status_code == 302
    assert "Asked 200 of them" in browser.get(at("kol-people", kol)).content.decode()
