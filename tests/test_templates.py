"""What holds for every template and every page: strict CSP, translated words, nothing from other hosts."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import time_machine
from django.template.loader import get_template
from django.urls import reverse

from tests.factories import NOW
from tests.permissions import matrix
from tests.permissions.asking import Askers, addresses, ids_for, path_of
from tests.permissions.world import build

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.S)
COMMENTS = re.compile(r"{% comment.*?{% endcomment %}", re.S)
CLASSES = re.compile(r"{% block \w*class\w* %}.*?{% endblock", re.S)
TRANSLATED = re.compile(r"{% (blocktranslate|blocktrans)\b.*?{% end\1 %}", re.S)
SPOKEN = ("title", "placeholder", "aria-label", "alt", "data-confirm", "aria-description")
# Names and signs that are the same in every language.
UNTRANSLATED = {"KOL", "CRM", "API"}
WORD = re.compile(r"[^\W\d_]{2,}")
BAN_LOADS = re.compile(r"{%\s*load\s+(?!static\b|i18n\b)(\w+)")
ALLOWED_LOADS = {"humanize", "crispy_forms_tags", "partials", "l10n", "tz", "account", "greeting_words"}


class Reader(HTMLParser):
    """What a page shows and does: its words, its handlers and inline code, the addresses it points at."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.words, self.inline, self.links = [], [], []
        self._in = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag in ("script", "style", "svg", "code", "kbd"):
            self._in.append(tag)
        if tag == "style" or (tag == "script" and "src" not in attributes and not _is_data(attributes)):
            self.inline.append(f"<{tag}>")
        for name, value in attributes.items():
            if name == "style" or name.startswith(("on", "hx-on")):
                self.inline.append(f"{tag} {name}={value}")
            if name in SPOKEN and value:
                self.words.append(value)
            if name in ("href", "src", "action", "srcset", "hx-get", "hx-post", "data-url") and value:
                self.links.append(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_endtag(self, tag):
        if self._in and self._in[-1] == tag:
            self._in.pop()

    def handle_data(self, data):
        if not self._in:
            self.words.append(data)


def _is_data(attributes) -> bool:
    return attributes.get("type") in ("application/json", "text/template")


def untranslated(source: str) -> list[str]:
    """Words of a template that stand outside ``translate`` and ``blocktranslate``."""
    for parts in (COMMENTS, TRANSLATED, CLASSES, TAGS):
        source = parts.sub(" ", source)
    found = (" ".join(words.split()) for words in Reader(source).words)
    return [words for words in found if set(WORD.findall(words)) - UNTRANSLATED]


def inline_code(source: str) -> list[str]:
    return Reader(TAGS.sub("x", COMMENTS.sub(" ", source))).inline


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def test_every_template_compiles():
    for path in TEMPLATES:
        get_template(name_of(path))


def test_no_template_holds_inline_code():
    """So that the CSP is strict for free (HOUSE)."""
    found = {name_of(path): inline_code(path.read_text()) for path in TEMPLATES}
    assert {path: code for path, code in found.items() if code} == {}


def test_what_htmx_sends_is_confirmed_by_htmx():
    """``data-confirm`` stops the browser's own sending only."""
    both = re.compile(r"<form(?=[^>]*hx-post)(?=[^>]*data-confirm=)")
    assert [name_of(path) for path in TEMPLATES if both.search(TAGS.sub("x", path.read_text()))] == []


def test_every_word_of_a_template_goes_through_translation():
    found = {name_of(path): untranslated(path.read_text()) for path in TEMPLATES}
    assert {path: words for path, words in found.items() if words} == {}


def test_templates_load_only_what_is_agreed():
    loads = {(name_of(path), tag) for path in TEMPLATES for tag in BAN_LOADS.findall(path.read_text())}
    assert {pair for pair in loads if pair[1] not in ALLOWED_LOADS} == set()


def test_no_template_switches_escaping_off():
    wrong = re.compile(r"\|\s*safe\b|autoescape off")
    assert [name_of(path) for path in TEMPLATES if wrong.search(path.read_text())] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ("<p>{% translate 'Hello' %}</p>", []),
        ("{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}", []),
        ('<input placeholder="Search">', ["Search"]),
        ("<p>{{ kol.name }} · 12</p>", []),
        ("{% comment %}why{% endcomment %}", []),
    ],
)
def test_untranslated_words_are_found(source, found):
    assert untranslated(source) == found


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("<script>alert(1)</script>", 1),
        ('<script src="/a.js"></script>', 0),
        ('<script type="application/json">{}</script>', 0),
        ('<div style="color: red">', 1),
        ('<a onclick="go()">', 1),
        ("<style>a {}</style>", 1),
    ],
)
def test_inline_code_is_found(source, count):
    assert len(inline_code(source)) == count


# Every page, as its readers get it


@pytest.fixture
def answers(db):
    """(path, answer) of every address that answers a GET, to staff and, where open, to strangers."""
    with time_machine.travel(NOW, tick=False):
        world = build()
        askers = Askers(world)
        found = []
        for name, pattern in addresses().items():
            rows = [row for rows in matrix.MATRIX.values() for row in rows]
            row = next((row for row in rows if row.url == name and row.method == "GET"), None)
            if row is None or (row.is_api and name != "api:docs"):
                continue
            path = path_of(name, ids_for(name, pattern, world) | row.ids(world))
            actors = ["owner", "finance", "admin"] + (["anonymous"] if row.open else [])
            found += [(f"{path} as {actor}", askers.browsers[actor].get(path)) for actor in actors]
        stranger = askers.browsers["anonymous"]
        for name in (
            "account_login",
            "account_reset_password",
            "account_reset_password_done",
            "account_inactive",
        ):
            found.append((name, stranger.get(reverse(name))))
        for name in ("account_logout", "account_change_password", "account_reauthenticate"):
            found.append((name, askers.browsers["owner"].get(reverse(name))))
        found.append(("no such page", askers.browsers["owner"].get("/nowhere/")))
        return found


def directives(policy: str) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in policy.split(";") if part.strip())
    return {name: value for name, _space, value in parts}


def is_page(answer) -> bool:
    return answer["Content-Type"].startswith("text/html")


def test_every_page_is_strict_private_and_at_home(answers):
    """CSP without unsafe scripts, no inline code, no other host, kept by no cache, and never in a frame."""
    wrong = []
    assert sum(is_page(answer) for _path, answer in answers) > 30
    for path, answer in answers:
        policy = directives(answer.get("Content-Security-Policy", ""))
        scripts = policy.get("script-src", policy.get("default-src", "*"))
        if not policy or "unsafe" in scripts or "*" in scripts or _plugins(policy) != "'none'":
            wrong.append(f"{path}: CSP is {policy}")
        if "unsafe" in policy.get("style-src", ""):
            wrong.append(f"{path}: styles are {policy['style-src']}")
        if answer["X-Frame-Options"] != "DENY" or answer["X-Content-Type-Options"] != "nosniff":
            wrong.append(f"{path}: framing or sniffing allowed")
        if answer.wsgi_request.user.is_authenticated and not _is_kept_by_nobody(answer):
            wrong.append(f"{path}: a cache may keep it")
        if is_page(answer) and answer.status_code == 200:
            page = Reader(answer.content.decode())
            wrong += [f"{path}: {code}" for code in page.inline]
            wrong += [f"{path}: leads to {link}" for link in page.links if _is_foreign(link)]
    assert wrong == [], "\n".join(wrong)


def _plugins(policy: dict[str, str]) -> str:
    return policy.get("object-src", policy.get("default-src", "*"))


def _is_kept_by_nobody(answer) -> bool:
    return "no-store" in answer.get("Cache-Control", "") and "HX-Request" in answer.get("Vary", "")


def _is_foreign(link: str) -> bool:
    """Another host; links that a file holds itself (an account's page) open there on purpose."""
    return bool(re.match(r"(https?:)?//", link)) and not link.startswith("http://testserver")
