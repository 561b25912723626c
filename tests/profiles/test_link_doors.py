"""A pasted profile link at every door: form, list, palette, API, import (DOMAIN 3.3)."""

import pytest
import time_machine
from django.urls import reverse

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from profiles.importing.columns import ColumnMatch
from profiles.importing.rows import RowReader
from profiles.models import Account
from tests.factories import NOW, make_account, make_kol
from tests.forms import Page
from tests.permissions.asking import state
from tests.test_doors import flat

pytestmark = pytest.mark.django_db
SPACE = "https://space.bilibili.com/697166795?from=search"


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_form_reads_a_link_in_the_handle_box_without_scripts_too(operator, as_user):
    browser, path = as_user(operator), reverse("profiles:kol-create")
    empty = Page(browser.get(path).content.decode()).form_to(path)
    data = {"name": "林岚", "accounts.0.platform": "own", "accounts.0.handle": SPACE}
    answer = browser.post(path, empty | data)
    assert answer.status_code == 302, answer.content.decode()
    account = Account.objects.get()
    assert (account.platform, account.external_id, account.handle) == ("bilibili", "697166795", "")
    assert account.url == "https://space.bilibili.com/697166795"


@pytest.mark.parametrize("link", ["https://v.douyin.com/iJx/", "https://www.douyin.com/video/7"])
def test_a_link_that_names_nobody_is_told_at_the_handle_and_stays_there(operator, as_user, link):
    before = state()
    answer = as_user(operator).post(
        reverse("profiles:kol-create"),
        {"name": "林岚", "accounts.0.platform": "douyin", "accounts.0.handle": link},
    )
    assert (answer.status_code, state()) == (422, before)
    assert f'value="{link}"' in answer.content.decode()


def test_the_box_is_told_what_the_link_names(operator, as_user):
    path = reverse("profiles:account-link")
    named = as_user(operator).post(path, {"text": f"看看 {SPACE}"}).json()
    assert (named["platform"], named["external_id"], named["words"]) == (
        "bilibili",
        "697166795",
        "Bilibili, id 697166795",
    )
    assert "short link" in as_user(operator).post(path, {"text": "https://b23.tv/x"}).json()["why"]
    assert as_user(operator).post(path, {"text": "lin"}).json() == {}


def test_own_profiles_go_by_the_pattern_that_a_manager_gives(operator, as_user, admin):
    pattern = "https://here.example/u/{handle}"
    policy.change(Actor(admin, "page", NOW), {"own_profile_link": pattern})
    named = as_user(operator).post(reverse("profiles:account-link"), {"text": "here.example/u/lin"}).json()
    assert (named["platform"], named["handle"]) == ("own", "lin")


@pytest.mark.parametrize(
    "pattern", ["https://here.example/u/", "{handle}", "https://here.example/{id}/{handle}"]
)
def test_a_pattern_without_one_place_for_the_account_is_refused(pattern):
    assert policy.problems_of({"own_profile_link": pattern})


def test_a_searched_link_leads_to_who_holds_the_account(kol, operator, stranger, as_user):
    make_account(kol, "bilibili", "", external_id="697166795")
    path = reverse("profiles:kol-find")
    found = as_user(operator).post(path, {"q": SPACE})
    assert (found.status_code, found["Location"]) == (302, reverse("profiles:kol-detail", args=[kol.pk]))
    unseen = as_user(stranger).post(path, {"q": SPACE})
    assert (unseen.status_code, kol.name in unseen.content.decode()) == (200, False)
    assert "No KOL you see holds this account." in unseen.content.decode()


def test_list_and_palette_find_by_a_link(kol, operator, as_user):
    make_kol(operator, "other")
    make_account(kol, "bilibili", "", external_id="697166795")
    browser = as_user(operator)
    listed = browser.get(reverse("profiles:kol-list"), {"q": SPACE}).content.decode()
    assert listed.count("data-row") == 1
    options = browser.post(reverse("palette"), {"q": f"{SPACE}&{'x' * 200}"}).content.decode()
    assert kol.name in options


def test_the_api_takes_a_link_for_platform_and_account(operator, api):
    client, path = api(operator), reverse("api:kol-list")
    made = client.post(path, {"name": "林岚", "accounts": [{"link": "https://weibo.com/n/林岚"}]})
    assert made.status_code == 201, made.content
    (account,) = made.json()["accounts"]
    assert (account["platform"], account["handle"], account["url"]) == (
        "weibo",
        "林岚",
        "https://weibo.com/n/林岚",
    )


@pytest.mark.parametrize(
    ("entry", "field"),
    [
        ({"link": "https://b23.tv/x"}, "link"),
        ({"link": "nothing here"}, "link"),
        ({"link": SPACE, "platform": "weibo"}, "platform"),
        ({"link": SPACE, "external_id": "1"}, "external_id"),
        ({"handle": "lin"}, "platform"),
    ],
)
def test_the_api_refuses_a_link_that_names_nobody_or_says_something_else(operator, api, entry, field):
    before = state()
    answer = api(operator).post(reverse("api:kol-list"), {"name": "林岚", "accounts": [entry]})
    assert (answer.status_code, state()) == (400, before)
    assert flat(answer.json()["errors"]) == {f"accounts.0.{field}"}


def test_a_handle_cell_of_a_table_may_hold_a_link():
    matches = [ColumnMatch(0, "账号名", "handle", ""), ColumnMatch(1, "昵称", "name", "")]
    reader = RowReader(matches, "bilibili", day=None, names_with_handles=False)
    row = reader.read(2, [SPACE, "林岚"])
    assert (row.external_id, row.handle, row.problems) == ("697166795", "", [])
    wrong = reader.read(3, ["https://b23.tv/x", "林岚"])
    assert [problem.why for problem in wrong.problems] == ["this link names no account on this platform"]
