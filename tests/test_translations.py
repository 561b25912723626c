"""The Chinese catalogue says everything that the source says: complete, same placeholders, compilable.

The words are gathered here by Django and Babel; `make messages`, which needs gettext, is for who translates.
"""

import gettext
import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLAIN = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"), 0)
WITH_CONTEXT = dict.fromkeys(("pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"), 1)
CALLS = PLAIN | WITH_CONTEXT
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+>|%%|\n")
HAN = "[\u3400-\u9fff]"
HALF_WIDTH = re.compile(rf"{HAN}[,;:!?]|{HAN}\.(?:\s|$)|{HAN} [，。；：！？]")


def said_in(source: bytes):
    """(context, words) of each translated string in a piece of Python; of a plural, the singular."""
    for _line, call, arguments, _comments in extract_python(BytesIO(source), CALLS, [], {}):
        arguments = arguments if isinstance(arguments, tuple) else (arguments,)
        context = arguments[0] if call in WITH_CONTEXT else None
        words = arguments[CALLS[call]]
        if words:
            yield context, words


def template_calls(path: Path) -> bytes:
    """A template as the gettext calls that it stands for, unindented: Babel reads them as Python."""
    return "\n".join(line.strip() for line in templatize(path.read_text()).splitlines()).encode()


def everything_said() -> dict:
    """(context, words) → a file that says it, of our packages and templates."""
    packages = {Path(config.path) for config in apps.get_app_configs()}
    modules = {
        module
        for package in packages
        if package.is_relative_to(ROOT) and "site-packages" not in package.parts
        for module in package.rglob("*.py")
    }
    sources = {module: module.read_bytes() for module in modules}
    sources |= {page: template_calls(page) for page in (ROOT / "templates").rglob("*.html")}
    return {said: path.relative_to(ROOT) for path, source in sources.items() for said in said_in(source)}


def first(text) -> str:
    """Singular of the source, or the one form that Chinese has."""
    return text if isinstance(text, str) else text[0]


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


@pytest.fixture(scope="module")
def entries(catalogue):
    return [entry for entry in catalogue if entry.id]


def test_everything_that_is_said_is_said_in_chinese(entries):
    said = everything_said()
    assert (None, "KOLs") in said
    assert ("due", "Tomorrow") in said
    chinese = {(entry.context, first(entry.id)) for entry in entries}
    assert sorted(f"{path}: {words}" for words, path in said.items() if words not in chinese) == []


def test_the_catalogue_has_no_empty_or_doubtful_entry(entries):
    assert [entry.id for entry in entries if entry.fuzzy or not first(entry.string)] == []


def test_placeholders_are_those_of_the_source(entries):
    """A plural's "%(n)d" may be missing from the singular: its plural counts."""
    wrong = {}
    for entry in entries:
        source = entry.id if isinstance(entry.id, str) else entry.id[-1]
        wanted, found = (Counter(PLACEHOLDER.findall(text)) for text in (source, first(entry.string)))
        if wanted != found:
            wrong[source] = first(entry.string)
    assert wrong == {}


def test_chinese_has_one_plural_form(catalogue, entries):
    assert catalogue.num_plurals == 1
    assert [entry.id for entry in entries if isinstance(entry.id, tuple) and len(entry.string) != 1] == []


def test_sentences_have_full_width_punctuation(entries):
    assert [first(entry.string) for entry in entries if HALF_WIDTH.search(first(entry.string))] == []


def test_the_catalogue_compiles(catalogue):
    """As bootstrap.py lets pybabel do it."""
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    chinese = gettext.GNUTranslations(compiled)
    assert chinese.gettext("KOLs") == "KOL 档案"
    assert chinese.pgettext("due", "Today") == "今天"
    assert chinese.gettext("Today") == "今日"
    assert chinese.ngettext("%(n)d change", "%(n)d changes", 1) == "%(n)d 项变更"
