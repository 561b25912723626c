"""The page that describes the API works without anything from elsewhere, and is found (issue 8)."""

import json
import re

import pytest
import yaml
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from drf_spectacular.generators import SchemaGenerator

LOADED = re.compile(r"""(?:src|href)=["']?([^"'\s>]+)""")


@pytest.fixture
def page(client, db) -> str:
    answer = client.get(reverse("api:docs"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_that_it_loads_is_ours(page):
    loaded = LOADED.findall(page)
    files = [one for one in loaded if one.startswith(static(""))]
    assert [one for one in loaded if not one.startswith("/")] == []
    assert {one.rsplit("/", 1)[1] for one in files} >= {"swagger-ui.css", "swagger-ui-bundle.js"}
    assert [one for one in files if finders.find(one.removeprefix(static(""))) is None] == []


def test_its_script_asks_our_own_document(client, page):
    script = next(one for one in LOADED.findall(page) if one.startswith(reverse("api:docs")))
    assert reverse("api:schema") in client.get(script).content.decode()


def test_whoever_makes_a_token_finds_it(as_user, operator):
    assert reverse("api:docs") in as_user(operator).get(reverse("settings:tokens")).content.decode()


def document(client, kind="application/vnd.oai.openapi+json", **asked) -> dict:
    answer = client.get(reverse("api:schema"), asked, headers={"Accept": kind})
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    return (
        json.loads(answer.content) if kind.endswith("json") else yaml.load(answer.content, yaml.CSafeLoader)
    )


def test_the_document_is_written_once_in_each_language(client, db, monkeypatch):
    english, chinese = document(client), document(client, lang="zh-hans")
    assert english["paths"].keys() == chinese["paths"].keys()
    assert english != chinese
    monkeypatch.setattr(SchemaGenerator, "parse", None)
    assert (document(client), document(client, lang="zh-hans")) == (english, chinese)


def test_the_document_is_one_in_each_format_whatever_version_is_asked_for(client, db):
    as_json = document(client)
    assert document(client, "application/vnd.oai.openapi") == as_json
    assert document(client, version="2") == as_json
