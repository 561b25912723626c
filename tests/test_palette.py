"""The palette finds any KOL, page and command on the KOL in view, for those who may (UI, feel)."""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm import palette
from kol_crm.core import settings_pages
from kol_crm.keys import KEYS
from profiles.commands import commands
from tests.factories import make_kol

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent
PHONE = {"channel": "phone", "value": "13812348000"}


def found(user, term, **given):
    return {
        group.label: [option.label for option in group.options]
        for group in palette.groups(user, term, **given)
    }


@pytest.mark.parametrize(
    "term", ["李健", "李", "lijian", "li jian", "lj", "LJ", "歌手", "@lijianmusic", "jianmu"]
)
def test_a_kol_is_found_by_name_pinyin_initials_alias_and_handle(operator, term):
    make_kol(operator, name="李健", alias="歌手", accounts=[{"platform": "weibo", "handle": "LiJianMusic"}])
    make_kol(operator, name="王思雨")
    assert found(operator, term)["KOLs"] == ["李健"]


def test_the_exact_name_comes_first_then_whole_words_then_beginnings(operator):
    for name in ("小林夏天", "林夏天", "林夏", "夏木"):
        make_kol(operator, name=name)
    make_kol(operator, name="阿布", alias="林夏")
    assert found(operator, "林夏")["KOLs"] == ["林夏", "阿布", "林夏天", "小林夏天"]


def test_among_equals_ones_own_file_comes_first(operator, colleague):
    make_kol(colleague, name="李健", alias="one")
    own = make_kol(operator, name="李健", alias="two")
    options = palette.groups(operator, "lj")[0].options
    assert options[0].kol == own


def test_an_exact_name_is_found_among_more_than_are_ranked(operator, monkeypatch):
    monkeypatch.setattr("profiles.search.MOST_RANKED", 3)
    for name in ("李安安", "李安宁", "李安平", "李安和", "李安"):
        make_kol(operator, name=name)
    assert found(operator, "li an")["KOLs"][0] == "李安"


def test_a_phone_finds_only_for_who_may_reveal_it(operator, colleague):
    make_kol(operator, name="李健", contacts=[PHONE])
    assert found(operator, "138 1234 8000") == {"KOLs": ["李健"]}
    assert found(operator, "8000") == {"KOLs": ["李健"]}
    assert found(colleague, "138 1234 8000") == {}


def test_nobody_finds_what_they_may_not_see(operator, stranger, finance):
    kol = make_kol(operator, name="李健")
    for user in (stranger, finance):
        assert "KOLs" not in found(user, "lj")
        assert list(found(user, "", in_view=kol.pk, recent=[kol.pk])) == ["Go to"]


def test_without_a_term_stand_what_can_be_done_here_those_seen_last_and_the_pages(operator):
    here, before, earlier = (make_kol(operator, name=name) for name in ("李健", "王思雨", "陈可欣"))
    everything = found(operator, "", in_view=here.pk, recent=[here.pk, before.pk, earlier.pk])
    assert list(everything) == ["李健", "Seen last", "Go to"]
    assert everything["Seen last"] == ["王思雨", "陈可欣"]
    assert {"Log a touch", "Move to another stage", "Plan incentive", "Quiet mark", "Archive"} <= set(
        everything["李健"]
    )
    assert {"Today", "KOLs", "Board", "Dashboard", "New KOL", "Trash"} <= set(everything["Go to"])


def test_a_page_and_a_command_are_found_by_their_names(operator, kol):
    assert found(operator, "boa") == {"Go to": ["Board", "Dashboard"]}
    assert found(operator, "quiet", in_view=kol.pk) == {kol.name: ["Quiet mark"]}


def test_a_colleague_is_offered_only_what_a_colleague_may_do(operator, colleague):
    kol = make_kol(operator, contacts=[PHONE])
    offered = {option.command for option in palette.groups(colleague, "", kol.pk)[0].options}
    assert offered == {"touch", "performance", "incentives", "history"}


def test_a_contact_to_copy_is_named_by_its_mask(operator):
    kol = make_kol(operator, contacts=[PHONE])
    labels = found(operator, "copy", in_view=kol.pk)[kol.name]
    assert labels == ["Copy Phone 138****8000"]


def test_finance_is_offered_its_own_pages(finance):
    assert set(found(finance, "")) == {"Go to"}
    pages = found(finance, "")["Go to"]
    assert pages[0] == "Incentives"
    assert not {"KOLs", "Board", "New KOL", "Trash"} & set(pages)


def test_the_pages_of_settings_are_found(operator):
    own = [str(page.label) for page in settings_pages.pages_of(operator)]
    assert own
    assert set(own) <= set(found(operator, "")["Go to"])


def test_more_rows_cost_no_more_queries(operator, as_user):
    kol = make_kol(operator, name="李健", contacts=[PHONE])
    client = as_user(operator)
    sent = {"q": "lj", "kol": str(kol.pk)}
    client.post("/palette/", sent)
    with CaptureQueriesContext(connection) as few:
        client.post("/palette/", sent)
    for _ in range(12):
        make_kol(operator, name="李健", contacts=[PHONE])
    with CaptureQueriesContext(connection) as many:
        client.post("/palette/", sent)
    assert len(many) == len(few) <= 7


def test_what_is_no_id_is_passed_over(operator, as_user):
    answer = as_user(operator).post("/palette/", {"q": "", "kol": "'--", "recent": ["x", ""]})
    assert answer.status_code == 200


def test_a_name_is_shown_as_text(operator, as_user):
    make_kol(operator, name="<b>李健</b>")
    page = as_user(operator).post("/palette/", {"q": "李健"}).content.decode()
    assert "&lt;b&gt;李健" in page
    assert "<b>李健" not in page


def test_each_command_has_its_element_on_the_file_page_or_a_page_of_its_own(operator, as_user):
    kol = make_kol(operator)
    page = as_user(operator).get(f"/kols/{kol.pk}/").content.decode()
    pressed = set(re.findall(r'data-command="(\w+)"', page))
    for name, command in commands.items():
        own_page = command.tab != "profiles:kol-detail"
        assert own_page or name in pressed | {"claim"}, name


def test_each_key_of_the_table_is_one_the_scripts_know():
    script = (ROOT / "static/src/js/keyboard.js").read_text()
    known = set(re.findall(r'^  "?([a-z/?])"?: \(\)', script, re.M))
    plain = {cap.lower() for key in KEYS if not key.page and len(key.caps[0]) == 1 for cap in key.caps}
    board, others = {"h", "l"}, {"m", "b", "1", "4", "s", "n"}  # of board.js, and pressed by [data-key]
    assert plain - board - others == known - {"g"}
    assert {key.letter for key in KEYS if key.page} == set("tkbd")
