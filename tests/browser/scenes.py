"""What ``make shots`` photographs: each screen by name, who looks at it, and what is opened on it.

Everything is found by address and by attribute, never by a word, so that one scene serves both languages.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.sync_api import Page

OPERATOR, MANAGER, ADMIN = "operator", "manager", "admin"
STRANGER = ""
Act = Callable[[Page], None]


@dataclass(frozen=True)
class Scene:
    """``path`` may name a found address in braces; ``act`` opens what stands on the page."""

    name: str
    path: str
    who: str = OPERATOR
    act: Act | None = field(default=None, compare=False)


def click(*selectors: str) -> Act:
    """Click one after the other, each the first that shows."""

    def act(page: Page) -> None:
        for selector in selectors:
            page.locator(f"{selector}:visible").first.click()
            page.wait_for_load_state("networkidle")

    return act


def press(*keys: str) -> Act:
    def act(page: Page) -> None:
        for key in keys:
            page.keyboard.press(key)
            page.wait_for_timeout(150)
        page.wait_for_load_state("networkidle")

    return act


def fill(then: Act | None = None, **values: str) -> Act:
    """Type into the inputs of these names, then go on."""

    def act(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"[name={name}]:visible").first.fill(value)
        if then:
            then(page)

    return act


def clash(page: Page) -> None:
    """Two people change one fact of one file: the later is shown both."""
    other = page.context.new_page()
    other.goto(page.url)
    for sheet, city in ((other, "Suzhou"), (page, "Wuxi")):
        standing = sheet.locator("#id_city").input_value()
        sheet.fill("#id_city", f"{city} {len(standing)}")
        sheet.keyboard.press("Enter")
        sheet.wait_for_load_state("networkidle")
    other.close()


def send_elsewhere(page: Page) -> None:
    """Send the page's form to the address behind the #: a file that was merged meanwhile."""
    page.locator("main form[method=post]").first.evaluate(
        "(form) => { form.action = location.hash.slice(1); form.submit() }"
    )
    page.wait_for_load_state("networkidle")


def send_unsigned(page: Page) -> None:
    """Send the page's form as another site would."""
    page.locator("main form[method=post]").first.evaluate(
        "(form) => { form.csrfmiddlewaretoken.value = ''; form.submit() }"
    )
    page.wait_for_load_state("networkidle")


def broken(page: Page) -> None:
    """The page of an error on our side. A development installation shows a traceback in its place, so it is
    rendered apart, as the framework does.
    """
    script = (
        "import sys, django; django.setup();"
        "from django.utils import translation; translation.activate(sys.argv[1]);"
        "from django.test import RequestFactory; from django.views.defaults import server_error;"
        "sys.stdout.write(server_error(RequestFactory().get('/')).content.decode())"
    )
    language = page.evaluate("document.documentElement.lang")
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "kol_crm.settings", "PYTHONIOENCODING": "utf-8"}
    rendered = subprocess.run(
        [sys.executable, "-c", script, language], env=environment, capture_output=True, check=True
    )
    page.route(
        "**/broken/",
        lambda route: route.fulfill(
            status=500, body=rendered.stdout, content_type="text/html; charset=utf-8"
        ),
    )
    page.goto(page.url.partition("/settings/")[0] + "/broken/")


def _notes() -> list[Scene]:
    kinds = ("need", "promise", "request", "date", "event", "tie")
    opened = [Scene(f"note-{kind}-new", f"{{file}}notes/{kind}/new/") for kind in kinds]
    return [*opened, *(Scene(f"{kind}s", f"/{kind}s/") for kind in ("need", "promise", "request"))]


def _selected(*further: str) -> Act:
    return click(
        "tr[data-row]:nth-child(1) [type=checkbox]", "tr[data-row]:nth-child(2) [type=checkbox]", *further
    )


ONE_NEED = quote('{"and":[["open_need","is",["money"]],["need_due","within_next",60]]}')
SUBMIT = "main form [type=submit]"
LOGIN = [
    Scene("login", "/accounts/login/", STRANGER),
    Scene(
        "login-wrong",
        "/accounts/login/",
        STRANGER,
        fill(click("[type=submit]"), login="nobody", password="wrong"),
    ),
    Scene("password-reset", "/accounts/password/reset/", STRANGER),
    Scene("password-reset-sent", "/accounts/password/reset/done/", STRANGER),
    Scene("password-link-dead", "/accounts/password/reset/key/1-dead/", STRANGER),
    Scene("logout", "/accounts/logout/"),
]
DAY = [
    Scene("today", "/"),
    Scene("today-manager", "/", MANAGER),
    Scene("today-empty", "/", ADMIN),
    Scene("board", "/board/"),
    Scene("reviews", "/reviews/"),
    Scene("review", "{review}"),
    Scene("plans", "/plans/"),
    Scene("plan", "{plan}"),
    Scene("plan-new", "{file}plans/new/"),
    Scene("dashboard", "/dashboard/", MANAGER),
    Scene("palette", "/", OPERATOR, press("Control+k")),
    Scene("shortcuts", "/", OPERATOR, press("?")),
    Scene("bell", "/", OPERATOR, click(".bell")),
    Scene("user-menu", "/", OPERATOR, click(".user-button")),
    Scene("notices", "/notices/"),
]
LIST = [
    Scene("kols", "/kols/"),
    Scene("kols-grouped", "/kols/?group=stage"),
    Scene("kols-builder", "/kols/", OPERATOR, click("[popovertarget=facet-where]")),
    Scene("kols-one-record", f"/kols/?where={ONE_NEED}", OPERATOR, click("[popovertarget=facet-where]")),
    Scene("kols-columns", "/kols/", OPERATOR, click("[popovertarget=columns-chooser]")),
    Scene("kols-views", "/kols/", OPERATOR, click("[popovertarget=views-menu]")),
    Scene("kols-filters", "/kols/", OPERATOR, click("[popovertarget=facet-more]")),
    Scene("kols-selected", "/kols/", OPERATOR, _selected()),
    Scene(
        "kols-bulk",
        "/kols/",
        OPERATOR,
        _selected("[role=toolbar] [hx-post*='/kols/bulk/'], [role=toolbar] [data-key=b]"),
    ),
    Scene("kols-peek", "/kols/", OPERATOR, press("j", " ")),
    Scene("kols-none", "/kols/?q=zzzzzz"),
    Scene("kols-refused", "/kols/?stage=nonsense"),
    Scene("bulk-result", "{bulk}"),
    Scene("trash", "/kols/trash/"),
    Scene("attachments", "/kols/attachments/"),
    Scene("agencies", "/agencies/"),
    Scene("agency", "{agency}"),
    Scene("agency-new", "/agencies/new/", MANAGER),
    Scene("duplicates", "/duplicates/"),
    Scene("merge", "{merge}"),
    Scene("merged", "{merged}"),
    Scene("imports", "/imports/"),
    Scene("import-new", "/imports/new/"),
    Scene("import-columns", "{columns}"),
    Scene("import-preview", "{preview}"),
    Scene("import-result", "{result}"),
]
FILE = [
    Scene("file", "{file}"),
    Scene("file-composer", "{file}", OPERATOR, click("[popovertarget=composer-note]")),
    Scene("file-more", "{file}", OPERATOR, click("[popovertarget=file-more]")),
    Scene("file-verdict", "{file}", OPERATOR, click("[popovertarget=verdict-parts]")),
    Scene("file-move", "{file}move/"),
    Scene("file-performance", "{file}performance/"),
    Scene("figures-stale", "/figures/?owner=me"),
    Scene("figures-unentered", "/figures/?owner=me&state=unentered"),
    Scene("file-incentives", "{file}incentives/"),
    Scene("file-history", "{file}history/"),
    Scene("file-edit", "{file}edit/"),
    Scene("file-conflict", "{file}edit/", OPERATOR, clash),
    Scene("file-new", "/kols/new/"),
    Scene("file-new-refused", "/kols/new/", OPERATOR, click("form .btn-primary")),
    Scene("file-picture", "{file}picture/"),
    Scene("file-figures", "{file}figures/"),
    Scene("file-quiet", "{file}quiet/"),
    Scene("file-level", "{file}level/"),
    Scene("file-disclosures", "{file}disclosures/", MANAGER),
    Scene("file-colleague", "{colleague}", OPERATOR),
    *_notes(),
]
OWN = [
    Scene("me", "/settings/me/"),
    Scene("security", "/settings/me/security/"),
    Scene("password-change", "/accounts/password/change/"),
    Scene("reauthenticate", "/accounts/second-factor/totp/activate/"),
    Scene(
        "second-factor",
        "/accounts/second-factor/totp/activate/",
        MANAGER,
        fill(click("[type=submit]"), password="demo"),
    ),
    Scene("tokens", "/settings/me/tokens/"),
    Scene("tokens-refused", "/settings/me/tokens/", OPERATOR, click(SUBMIT)),
    Scene("away", "/settings/me/away/"),
]
SETTINGS = [
    Scene("start", "/settings/start/", ADMIN),
    *(
        Scene(f"policy-{key}", f"/settings/policy/{key}/", ADMIN)
        for key in ("platform", "rhythm", "figures", "greetings", "further", "safety")
    ),
    Scene("policy-versions", "/settings/policy/versions/", ADMIN),
    *(
        Scene(f"stages-{stage}", f"/settings/stages/{stage}/", ADMIN)
        for stage in ("introduction", "initial", "mid_term", "late")
    ),
    Scene("users", "/settings/users/", ADMIN),
    Scene("user-invite", "/settings/users/invite/", ADMIN),
    Scene(
        "user-invite-refused",
        "/settings/users/invite/",
        ADMIN,
        fill(click(SUBMIT), email="admin@example.com", username="a b"),
    ),
    Scene("user", "{user}", ADMIN),
    Scene("user-deactivate", "{user}deactivate/", ADMIN),
    Scene("user-away", "{user}away/", ADMIN),
    Scene("teams", "/settings/teams/", ADMIN),
    Scene("team", "{team}", ADMIN),
    Scene("team-new", "{team}add/", ADMIN),
    Scene("audit", "/settings/audit/", ADMIN),
    Scene("attributes", "/settings/attributes/", ADMIN),
    Scene("attribute-new", "/settings/attributes/new/", ADMIN),
    Scene("fields", "/settings/fields/", ADMIN),
    Scene("field-new", "/settings/fields/new/", ADMIN),
    Scene("types", "/settings/types/", ADMIN),
    Scene("api-docs", "/api/v1/docs/", ADMIN),
    Scene("refused", "/settings/users/"),
    Scene("not-found", "/kols/00000000-0000-0000-0000-000000000000/"),
    Scene("moved", "{file}quiet/#{dead}quiet/", OPERATOR, send_elsewhere),
    Scene("unsigned", "/settings/me/away/", OPERATOR, send_unsigned),
    Scene("broken", "/settings/me/", OPERATOR, broken),
]
SCENES = [*LOGIN, *DAY, *LIST, *FILE, *OWN, *SETTINGS]
