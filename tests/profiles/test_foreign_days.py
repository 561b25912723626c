"""An account that changed hands keeps figures and name of the other file to itself (DOMAIN 2.2, 3.3)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles import changes
from profiles.models import ImportRow, Snapshot
from profiles.services import figures, holder, imports
from profiles.services.figures import NewFigure
from tests.factories import NOW, make_account, make_kol
from tests.permissions.asking import state

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
DAY = timedelta(days=1)
THEN, PASSED = TODAY - 20 * DAY, TODAY - 5 * DAY
SECRET = "777123"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def theirs(stranger):
    return make_kol(stranger, "陌生的名字")


@pytest.fixture
def account(admin, kol, theirs):
    """Held by a file of another team until five days ago, with a figure of its days."""
    row = make_account(theirs, "bilibili", "lin")
    boss = Actor(admin, "page", NOW)
    figures.record(boss, [NewFigure(row.pk, "followers", Decimal(SECRET), THEN, THEN, "hand")])
    holder.pass_on(boss, row, kol, PASSED)
    row.refresh_from_db()
    return row


def pasted(account, day=THEN, **more):
    return {"text": f"date\tfollowers\n{day.isoformat()}\t5", **more}


def test_pasting_over_days_of_another_holder_shows_and_writes_nothing(operator, kol, account, as_user):
    browser, path = as_user(operator), reverse("profiles:account-paste", args=[kol.pk, account.pk])
    before = state()
    for step in ({}, {"step": "save"}):
        answer = browser.post(path, pasted(account, **step))
        assert SECRET[:3] not in answer.content.decode().replace(",", "")
        assert "Another KOL held this account in these days." in answer.content.decode()
    assert answer.status_code == 422
    many = {"text": f"account\tfollowers\tdate\nlin\t5\t{THEN.isoformat()}", "step": "save"}
    assert browser.post(reverse("profiles:figures-paste"), many).status_code == 422
    assert state() == before


def test_figures_by_hand_and_by_api_go_by_who_held_the_account_then(operator, kol, account, as_user, api):
    before = state()
    data = {"account": account.pk, "metric": "followers", "value": "5", "end": THEN.isoformat(), "start": ""}
    answer = as_user(operator).post(reverse("profiles:kol-figures", args=[kol.pk]), data)
    assert answer.status_code == 422
    client = api(operator, "kols:read", "kols:write", "figures:write")
    body = {"account": str(account.pk), "metric": "followers", "value": SECRET, "end": THEN.isoformat()}
    answer = client.post("/api/v1/snapshots/", {**body, "source": "hand"}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["end"])
    assert state() == before
    answer = client.post(
        "/api/v1/snapshots/", {**body, "source": "hand", "end": PASSED.isoformat()}, format="json"
    )
    assert answer.status_code == 201


def test_who_may_edit_both_files_gives_figures_of_both(admin, account):
    figures.record(
        Actor(admin, "page", NOW), [NewFigure(account.pk, "followers", Decimal(5), THEN, THEN, "hand")]
    )
    assert Snapshot.objects.get(account=account, standing=True).value == 5


def test_a_flow_that_begins_before_the_change_is_not_given_by_the_present_holder(operator, account):
    """It tells of two people, and a figure of these days may stand there already."""
    flow = NewFigure(account.pk, "posts", Decimal(5), THEN, TODAY, "hand")
    with pytest.raises(ValidationError) as refused:
        figures.record(Actor(operator, "page", NOW), [flow])
    assert list(refused.value.error_dict) == ["end"]
    assert not Snapshot.objects.filter(metric="posts").exists()


def test_an_import_leaves_days_of_another_holder_and_says_so(operator, account):
    actor = Actor(operator, "page", NOW)
    table = f"handle,date,followers\nlin,{THEN.isoformat()},5\nlin,{TODAY.isoformat()},6\n"
    imported = imports.upload(actor, "figures.csv", [table.encode()], "bilibili")
    imports.check(actor, imported)
    works.run_waiting()
    told = str(list(ImportRow.objects.values("changes", "problems", "why", "left")))
    assert SECRET not in told
    imports.run(actor, imported)
    works.run_waiting()
    standing = dict(Snapshot.objects.filter(account=account, standing=True).values_list("end", "value"))
    assert standing == {THEN: Decimal(SECRET), TODAY: 6}


@pytest.mark.parametrize("page", ["kol-history", "kol-timeline"])
def test_the_history_of_a_pass_on_does_not_name_the_other_file(
    operator, stranger, kol, theirs, account, as_user, page
):
    """DOMAIN 2.2: the manager above both passed it on; who sees one file learns no name from it."""
    for user, file, hidden in ((operator, kol, theirs), (stranger, theirs, kol)):
        answer = as_user(user).get(reverse(f"profiles:{page}", args=[file.pk]))
        assert answer.status_code == 200
        assert hidden.name not in answer.content.decode()
        assert str(hidden.pk) not in answer.content.decode()


def test_what_an_earlier_version_kept_of_a_pass_on_is_not_told_either(kol, theirs, account):
    row = Change.objects.filter(root=kol.pk, field="kol").get()
    row.before = {"id": str(theirs.pk), "label": theirs.name}
    line = changes.lines([row])[0]
    assert (line.before, line.after) == ("another KOL", kol.name)
