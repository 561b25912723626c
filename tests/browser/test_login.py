"""Coming in, and how one wants to see it: the login form, language, light and dark."""

import re

from playwright.sync_api import expect

from tests.browser.chromium import PHONE


def test_a_stranger_meets_the_login_form_at_the_root_and_is_in_after_it(visitors, desk):
    page = visitors.open(None, "/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/$"))
    page.get_by_label("Username or email").fill(desk.operator.username)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Username or email")).to_have_value(desk.operator.username)
    page.get_by_label("Password").fill("pw")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{visitors.server}/")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()


def test_the_login_form_speaks_chinese_at_a_click(visitors):
    page = visitors.open(None, "/")
    page.get_by_role("button", name="简体中文").click()
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def test_language_and_theme_are_chosen_in_the_menu_and_stay(visitors, desk):
    page = visitors.open(desk.operator, "/kols/")
    expect(page.get_by_role("heading", name="KOLs")).to_be_visible()
    page.get_by_role("button", name="林晓").click()
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page).to_have_url(re.compile("/kols/$"))
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="林晓").click()
    page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_the_narrow_rail_stays_narrow(visitors, desk):
    page = visitors.open(desk.operator, "/kols/")
    page.get_by_role("button", name="Narrow or wide").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-rail", "narrow")


def test_an_expired_session_leads_to_the_login_and_back_with_what_was_typed(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/", size=PHONE)
    page.wait_for_load_state("networkidle")  # who else has the file open is asked a moment later
    page.get_by_placeholder("What was said?").fill("Called about the winter series")
    session = [cookie for cookie in page.context.cookies() if cookie["name"] != "sessionid"]
    page.context.clear_cookies()
    page.context.add_cookies(session)
    page.get_by_role("button", name="Save").click()
    page.get_by_label("Username or email").fill(desk.operator.username)
    page.get_by_label("Password").fill("pw")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(re.compile(str(kol.pk)))
    expect(page.get_by_placeholder("What was said?")).to_have_value("Called about the winter series")
