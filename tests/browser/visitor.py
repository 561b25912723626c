"""People at their browsers, and what must not happen there."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import LANGUAGES, WIDE

PATIENCE_MS = 20_000
# Answers that say no: the page shows them, the console only repeats their status.
REFUSALS = re.compile(r"the server responded with a status of (400|409|410|422) ")
expect.set_options(timeout=PATIENCE_MS)


class Visitors:
    """Opens pages, each visitor in a browser context of their own, and watches them until ``leave``."""

    def __init__(self, browser: Browser, server: str):
        self.browser, self.server = browser, server
        self.contexts, self.problems = [], []

    def open(self, user, path="/", *, size=WIDE, scheme="light", language="en") -> Page:
        """The page at ``path`` as ``user`` sees it; as a stranger sees it with ``user=None``."""
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            base_url=self.server,
            has_touch=size[0] < 768,
            permissions=["clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: LANGUAGES[language]} if user else {}
        if user:
            client = Client()
            client.force_login(user, backend="kol_crm.core.backends.ByName")
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": name, "value": value, "url": self.server} for name, value in cookies.items()]
        )
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", self._asked)
        page.on("response", self._answered)
        page.goto(path)
        expect(page.locator(".htmx-request")).to_have_count(0)  # the parts that the page asks for itself
        return page

    def _heard(self, message) -> None:
        if message.type == "error" and not REFUSALS.search(message.text):
            self.problems.append(f"console of {message.page.url}: {message.text}")

    def _asked(self, request) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(
            f"{self.server}/"
        ):
            self.problems.append(f"left the server: {request.url}")

    def _answered(self, response) -> None:
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")

    def leave(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.problems, "\n".join(self.problems)
