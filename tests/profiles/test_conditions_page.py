"""The builder of nested conditions and the chips that read them (UI, screen 2)."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core import nested
from tests.factories import make_kol

pytestmark = pytest.mark.django_db
TREE = {"and": [["stage", "is", ["introduction"]], {"or": [["risk", "gte", "70"], ["quiet", "no"]]}]}


@pytest.fixture
def client(operator, as_user):
    return as_user(operator)


def sent(tree=TREE, place="0"):
    """The form's fields as the builder draws them for ``tree``."""
    [(join, parts)] = tree.items()
    found = {f"join-{place}": join}
    for index, part in enumerate(parts):
        here = f"{place}.{index}"
        if isinstance(part, dict):
            found |= sent(part, here)
        else:
            value = part[2] if len(part) > 2 else ""
            found |= {f"fact-{here}": part[0], f"was-{here}": part[0], f"op-{here}": part[1]}
            found |= {f"value-{here}": value} if value else {}
    return found


def step(client, word, tree=TREE, **more):
    return client.post("/kols/where/", {**sent(tree), "step": word, **more}, headers={"HX-Request": "true"})


def applied(answer):
    """What the list is asked once the builder was applied."""
    return parse_qs(urlsplit(answer["HX-Redirect"]).query)


def places(answer):
    return re.findall(r'name="(?:fact|join)-([0-9.]+)"', answer.content.decode())


def test_the_builder_draws_what_stands_in_the_address(client):
    answer = client.get("/kols/where/", {"where": nested.dump(TREE)})
    assert places(answer) == ["0", "0.0", "0.1", "0.1.0", "0.1.1"]
    assert '<option value="introduction" selected>' in answer.content.decode()


@pytest.mark.parametrize("text", ["", "x", "[]", '{"and":[["no","is","x"]]}', '{"xor":[]}', "[" * 3000])
def test_an_address_that_is_not_understood_begins_anew(client, text):
    assert client.get("/kols/where/", {"where": text}).status_code == 200


def test_applying_goes_to_the_list_with_the_rest_of_its_address(client):
    answer = step(client, "apply", kept="sort=-risk&cursor=abc&owner=me")
    assert applied(answer) == {"sort": ["-risk"], "owner": ["me"], "where": [nested.dump(TREE)]}
    listed = client.get(answer["HX-Redirect"])
    assert "These filters were not understood" not in listed.content.decode()


@pytest.mark.parametrize(
    ("word", "after"),
    [
        ("add:0", ["0", "0.0", "0.1", "0.1.0", "0.1.1", "0.2"]),
        ("add:0.1", ["0", "0.0", "0.1", "0.1.0", "0.1.1", "0.1.2"]),
        ("group:0", ["0", "0.0", "0.1", "0.1.0", "0.1.1", "0.2", "0.2.0"]),
        ("remove:0.0", ["0", "0.0", "0.0.0", "0.0.1"]),
        ("remove:0.1", ["0", "0.0"]),
        ("remove:0.1.0", ["0", "0.0", "0.1", "0.1.0"]),
    ],
)
def test_steps_change_the_form_and_not_the_list(client, word, after):
    answer = step(client, word)
    assert answer.status_code == 200
    assert "HX-Redirect" not in answer
    assert places(answer) == after


def test_a_group_left_empty_is_gone(client):
    tree = {"and": [["quiet", "no"], {"or": [["risk", "known"]]}]}
    assert places(step(client, "remove:0.1.0", tree)) == ["0", "0.0"]


def test_without_conditions_the_list_is_whole(client):
    assert "where" not in applied(step(client, "apply", {"and": []}))


def test_another_fact_gets_its_own_operators_and_field(client):
    data = sent({"and": [["stage", "is", ["late"]]]}) | {"fact-0.0": "last_touch", "step": ""}
    page = client.post("/kols/where/", data).content.decode()
    assert 'value="more_than_ago" selected' in page
    assert 'id="value-0.0" value=""' in page


def test_what_is_wrong_stands_at_its_condition_and_what_was_typed_stays(client):
    tree = {"and": [["quiet", "no"], {"or": [["followers", "gte", "lots"], ["name", "contains", "8000"]]}]}
    answer = step(client, "apply", tree)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="lots"' in text
    rows = text.split('class="where-row"')
    assert "This is not a figure." in rows[2] + rows[-2]
    assert "This reads as contact data." in text.split('name="fact-0.1.1"')[1]
    assert "This is not a figure." not in text.split('name="fact-0.1.0"')[0]


def test_groups_go_so_deep_and_no_deeper(client):
    tree = {"and": [{"or": [{"and": [{"or": [["quiet", "no"]]}]}]}]}
    page = step(client, "", tree).content.decode()
    assert 'value="group:0.0.0"' in page
    assert 'value="group:0.0.0.0"' not in page


def test_each_part_is_a_chip_that_can_be_taken_off(client, operator):
    make_kol(operator)
    page = client.get("/kols/", {"where": nested.dump(TREE)}).content.decode()
    assert "Stage is Introduction" in page
    assert "Risk ≥ 70 OR Quiet mark no" in page
    links = re.findall(r'is-condition"><b>([^<]+)</b><a class="filter-chip-remove" href="([^"]+)"', page)
    left = [parse_qs(urlsplit(link.replace("&amp;", "&")).query)["where"] for _words, link in links]
    assert left == [[nested.dump({"and": [part]})] for part in reversed(TREE["and"])]


def test_conditions_cost_the_list_no_more_queries_with_more_rows(client, operator):
    for _ in range(2):
        make_kol(operator)
    query = {"where": nested.dump(TREE)}
    client.get("/kols/", query)
    with CaptureQueriesContext(connection) as plain:
        client.get("/kols/")
    with CaptureQueriesContext(connection) as few:
        client.get("/kols/", query)
    for _ in range(10):
        make_kol(operator)
    with CaptureQueriesContext(connection) as many:
        client.get("/kols/", query)
    assert len(many) == len(few) <= len(plain) + 2  # the ids of what is rare, the counts on the stages


def test_the_builder_refuses_nobody_who_may_read_the_list_and_names_no_stranger(client, stranger):
    tree = {"and": [["owner", "is", ["me"]]]}
    page = step(client, "", tree).content.decode()
    assert '<option value="me" selected>' in page
    assert stranger.username not in page
