"""Every code with which the API refuses stands in docs/api-codes.md, and no other (issue 8)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rest_framework import exceptions

from kol_crm.core.api.errors import problem

ROOT = Path(__file__).parents[2]
LIST = ROOT / "docs" / "api-codes.md"
APPS = ("kol_crm", "profiles", "lifecycle", "incentives")
# Where in its arguments a call names the code: Refused("full", …), _response(404, "not_found", …).
CALLS = {"Refused": 0, "_refuse": 0, "_response": 1, "_problem": 1}
# Raised by Django REST framework before any of our code decides.
OF_LIBRARY = (
    exceptions.ParseError,
    exceptions.NotAuthenticated,
    exceptions.AuthenticationFailed,
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    exceptions.UnsupportedMediaType,
)
ELSEWHERE = ("guarded.py",)  # its Refused is about addresses


def codes_of(source: str) -> Iterator[str]:
    """The codes that a module's source names."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        if isinstance(node, ast.ClassDef) and "Refused" in {getattr(base, "id", "") for base in node.bases}:
            for call in (one for one in ast.walk(node) if isinstance(one, ast.Call)):
                if getattr(call.func, "attr", "") == "__init__":
                    yield from _texts(call.args[0])
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "default_code":
            yield from _texts(node.value)


def _of_call(node: ast.Call) -> Iterator[str]:
    place = CALLS.get(getattr(node.func, "id", ""))
    if place is not None and len(node.args) > place:
        yield from _texts(node.args[place])


def _texts(node: ast.expr) -> Iterator[str]:
    """Of ``"twins" if told else "no_go"`` both."""
    values = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
    for one in values:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def in_source() -> set[str]:
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if path.name not in ELSEWHERE]
    found = {code for path in files for code in codes_of(path.read_text())}
    return found | {one.default_code for one in OF_LIBRARY}


def in_list() -> set[str]:
    return set(re.findall(r"^\| (?:\d{3} \| )?`([a-z_]+)` \|", LIST.read_text(), re.MULTILINE))


def test_the_list_names_the_codes_of_the_source_and_no_others():
    assert sorted(in_source() - in_list()) == []
    assert sorted(in_list() - in_source()) == []


def test_a_code_is_found_wherever_it_is_named():
    source = (
        'raise Refused("a_code", words)\n'
        "class Full(Refused):\n"
        '    def __init__(self):\n        super().__init__("b_code" if x else "c_code", w)\n'
        'class Gone(APIException):\n    default_code = "d_code"\n'
    )
    assert set(codes_of(source)) == {"a_code", "b_code", "c_code", "d_code"}


@pytest.mark.parametrize("error", OF_LIBRARY)
def test_what_the_library_refuses_has_its_code(error, rf):
    raised = error("GET") if error is exceptions.MethodNotAllowed else error("text/x")
    answer = problem(raised, {"request": rf.get("/")})
    assert (answer.data["code"], answer.content_type) == (error.default_code, "application/problem+json")


@pytest.mark.parametrize(("method", "path"), [("get", "/api/v1/nothing/"), ("post", "/api/v2/kols/")])
def test_an_address_without_resource_is_a_problem_too(client, method, path):
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"


def test_a_failure_is_a_problem_too(client, monkeypatch):
    monkeypatch.setattr("kol_crm.core.api.base.Resource.initial", lambda *_args, **_more: 1 / 0)
    client.raise_request_exception = False
    answer = client.get("/api/v1/stages/")
    assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
