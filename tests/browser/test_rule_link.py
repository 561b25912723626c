"""A KOL opens the one-time link to the rules: no account, their language, one button, once (DOMAIN 5.10)."""

import pytest
from playwright.sync_api import expect

from kol_crm.core.actor import Actor
from lifecycle.models import RuleFact
from lifecycle.services import rule, rule_link
from tests.browser.chromium import PHONE, shot
from tests.lifecycle.factories import make_rule


@pytest.fixture
def only_rule(desk):
    """In force for this test alone: rules hold for the whole installation."""
    made = make_rule(at=desk.now)
    yield made
    made.refresh_from_db()
    rule.edit(Actor(None, "command", desk.now), made, {"retired": True})


def address(desk, kol) -> str:
    link = rule_link.make(Actor(desk.operator, "page", desk.now), kol)
    return f"/r/{rule_link.token_of(link.pk)}/"


@pytest.mark.usefixtures("only_rule")
def test_a_kol_without_an_account_reads_in_either_language_and_agrees_once(visitors, desk):
    kol = desk.kol(language="zh-hans")
    path = address(desk, kol)
    page = visitors.open(None, path, size=PHONE)
    expect(page.get_by_role("heading", name="不买粉")).to_be_visible()
    expect(page.get_by_text("粉丝靠赢得，不靠购买。")).to_be_visible()
    shot(page, "rules-zh")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="No bought followers")).to_be_visible()
    expect(page.get_by_text(kol.name)).to_have_count(0)  # nobody's data
    assert not RuleFact.objects.filter(kol=kol).exists()  # to open it agrees to nothing
    page.get_by_role("button", name="I have read and accept the rules").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert set(RuleFact.objects.filter(kol=kol).values_list("kind", "user")) == {
        ("told", None),
        ("acknowledged", None),
    }

    again = visitors.open(None, path, size=PHONE)  # a second use thanks again, and writes nothing
    expect(again.get_by_role("heading", name="谢谢")).to_be_visible()
    expect(again.get_by_role("button")).to_have_count(0)
    assert RuleFact.objects.filter(kol=kol).count() == 2


@pytest.mark.usefixtures("only_rule")
def test_a_link_that_was_replaced_says_so_in_words(visitors, desk):
    kol = desk.kol(language="en")
    old, new = address(desk, kol), address(desk, kol)
    page = visitors.open(None, new)
    expect(page.get_by_role("heading", name="The rules that hold here")).to_be_visible()
    answer = page.goto(old)
    assert answer.status == 410
    expect(page.get_by_role("heading", name="This link is no longer good")).to_be_visible()
