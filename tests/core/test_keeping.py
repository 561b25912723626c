"""Parts rendered once a process (``{% kept %}``): one per language, and nothing of one reader in them."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from kol_crm.core.templatetags import keeping

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
KEPT = re.compile(r"{% kept (.*?) %}(.*?){% endkept %}", re.S)
INCLUDED = re.compile(r"""{% include ["'](.*?)["']""")
PERSONAL = re.compile(r"\b(csrf_token|request|user|kol|row|queue|chosen|messages|perms)\b[^\"']*?[%}]}")


@pytest.fixture(autouse=True)
def _nothing_kept(monkeypatch):
    monkeypatch.setattr(keeping, "_kept", {})


def shown(source: str, **context) -> str:
    return Template(source).render(Context(context))


def test_a_part_is_rendered_once_for_each_language_and_for_what_it_hangs_on():
    source = '{% kept "words" may %}{% translate "Save" %} {{ calls }}{% endkept %}'
    assert shown(source, may=True, calls=1) == "Save 1"
    assert shown(source, may=True, calls=2) == "Save 1"
    assert shown(source, may=False, calls=3) == "Save 3"
    with translation.override("zh-hans"):
        assert shown(source, may=True, calls=4) == "保存 4"
    assert shown(source, may=True, calls=5) == "Save 1"


def test_it_keeps_a_bounded_number(monkeypatch):
    monkeypatch.setattr(keeping, "MOST", 3)
    for number in range(10):
        shown('{% kept "n" number %}x{% endkept %}', number=number)
    assert len(keeping._kept["n"]) <= 3


def whole(source: str) -> str:
    """With what it includes."""
    return source + "".join(whole((TEMPLATES / name).read_text()) for name in INCLUDED.findall(source))


def kept_parts() -> dict[str, str]:
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        for name, body in KEPT.findall(path.read_text()):
            assert name not in found, f"two parts are called {name}"
            found[name] = re.sub(r"{#.*?#}", "", whole(body), flags=re.S)
    return found


def test_no_kept_part_holds_anything_of_a_reader_or_a_row():
    parts = kept_parts()
    assert {name: PERSONAL.search(body) for name, body in parts.items() if PERSONAL.search(body)} == {}
    assert len(parts) >= 5


@pytest.mark.parametrize("wrong", ["{% csrf_token %}", "{{ request.user }}", "{{ kol.name }}"])
def test_that_check_bites(wrong):
    assert PERSONAL.search(wrong)
