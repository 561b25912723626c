"""The person: likes, staying in touch, the quiet mark, a colleague mentioned (DOMAIN 3.1, 3.10, 3.11)."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from kol_crm.core.models import Notice
from profiles.models import Kol, Touch


def test_likes_and_what_to_avoid_are_words_in_the_strip(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    for label, words in (("Likes", "Oolong, jazz"), ("Avoid", "smoke")):
        page.get_by_role("button", name=re.compile(f"^Edit {label}:")).click()
        page.get_by_label(label, exact=True).fill(words)
        page.keyboard.press("Enter")
        expect(
            page.get_by_role("button", name=re.compile(f"^Edit {label}: {words.split(',')[0]}"))
        ).to_be_visible()
    found = Kol.objects.get(pk=kol.pk)
    assert (found.likes, found.dislikes) == (["Oolong", "jazz"], ["smoke"])
    page.reload()
    expect(page.get_by_role("list", name="Before you write")).to_contain_text("avoid smoke")


def test_an_interval_of_ones_own_dates_the_next_touch(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_text(re.compile("more, empty")).last.click()
    page.get_by_role("button", name=re.compile("^Edit Touch:")).click()
    page.locator("input[name=touch_interval]").fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Edit Touch: every 3 days")).to_be_visible()
    page.keyboard.press("t")
    page.keyboard.type("Hello again")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("Hello again")
    assert Kol.objects.get(pk=kol.pk).touch_due == desk.today + timedelta(days=3)
    page.goto("/")
    expect(page.locator("[data-item]")).to_contain_text("No touch for 0 days")


def test_a_quiet_mark_takes_their_rows_off_today_and_stands_in_the_head(visitors, desk):
    kol = desk.only_due(desk.kol(), touch=-2)
    page = visitors.open(desk.operator, "/")
    expect(page.locator("[data-item]")).to_have_count(1)
    page.goto(f"/kols/{kol.pk}/")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("button", name="Quiet mark").click()
    side = page.locator("#side")
    side.locator("[name=quiet_cause][value=mourning]").check()
    side.get_by_role("button", name=re.compile("Save|Set")).click()
    expect(page.locator(".file-head")).to_contain_text("mourning", ignore_case=True)
    expect(page.get_by_role("list", name="Before you write")).to_contain_text("mourning", ignore_case=True)
    assert Kol.objects.get(pk=kol.pk).quiet_cause == "mourning"
    page.goto("/")
    expect(page.get_by_text("Nothing due.").first).to_be_visible()


def test_a_mentioned_colleague_is_told_with_a_count_until_it_is_read(visitors, desk):
    kol, colleague = desk.only_due(desk.kol()), desk.user("Fang Yuan")
    theirs = visitors.open(colleague, "/kols/")
    expect(theirs.locator(".bell")).not_to_contain_text("1")
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.keyboard.press("t")
    page.keyboard.type("Please look @Fan")
    expect(page.locator("[data-mention]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#touch-text")).to_have_value(re.compile(f"@{colleague.username} $"))
    page.keyboard.press("Control+Enter")
    expect(page.locator("#timeline")).to_contain_text("Please look")
    assert Touch.objects.get(kol=kol).text == f"Please look @{colleague.username}"
    theirs.goto("/")
    expect(theirs.locator(".bell")).to_contain_text("1")
    expect(theirs.locator("[data-item]")).to_contain_text("Please look")
    theirs.locator("#today-detail").get_by_role("button", name="Read").or_(
        theirs.locator("[data-item]").get_by_role("button", name="Read")
    ).first.click()
    expect(theirs.get_by_text("Nothing due.").first).to_be_visible()
    assert not Notice.objects.filter(user=colleague, read_at=None).exists()
