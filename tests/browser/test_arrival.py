"""Somebody new: invited by an admin, sets a password, turns the second factor on and logs in by it."""

import re

from allauth.mfa.totp.internal import auth
from django.core import mail
from playwright.sync_api import expect

from kol_crm.core.models import User

PASSWORD = "a long walk home 7"


def code_of(secret: str) -> str:
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def test_from_the_invitation_to_a_login_by_the_second_factor(visitors, desk):
    mail.outbox = []
    name = f"ana-{desk.team.pk.hex[-8:]}"
    admin = visitors.open(desk.user("Chief", role=User.Role.ADMIN), "/settings/users/invite/")
    admin.get_by_label("Mail address").fill(f"{name}@x.example")
    admin.get_by_label("User name").fill(name)
    admin.get_by_role("button", name="Invite").click()
    expect(admin.get_by_label("Display name")).to_have_attribute("aria-invalid", "true")
    expect(admin.get_by_label("User name")).to_have_value(name)  # what was typed stays
    admin.get_by_label("Display name").fill("Ana Silva")
    admin.locator("#id_team").select_option(str(desk.team.pk))
    admin.get_by_role("button", name="Invite").click()
    expect(admin).to_have_url(re.compile("/settings/users/$"))
    assert [letter.to for letter in mail.outbox] == [[f"{name}@x.example"]]

    link = re.search(r"http://[^/\s]+(/accounts/password/reset/key/\S+)", mail.outbox[0].body)
    assert link
    page = visitors.open(None, link[1])
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button", name="Set password").click()
    page.goto("/accounts/login/")
    page.get_by_label("Username or email").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    page.goto("/settings/me/security/")
    page.get_by_role("link", name="Turn on").click()
    if page.get_by_label("Password").is_visible():  # asked again where the login is long ago
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Go on").click()
    secret = page.locator("#authenticator_secret").input_value()
    page.get_by_label("Code from the app").fill(code_of(secret))
    page.locator("main form [type=submit]").first.click()
    expect(page.locator(".recovery-codes li")).to_have_count(10)

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("Username or email").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    recovery = User.objects.get(username=name)
    codes = next(
        row.wrap().get_unused_codes() for row in recovery.authenticator_set.filter(type="recovery_codes")
    )
    page.get_by_label("Code").fill(codes[0])  # the app's code was used for turning it on, and counts once
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
