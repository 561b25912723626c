"""The builder of nested conditions, and the chips that read them (docs/lists.md).

The builder is a form that the server draws anew at each step: what stands in it is sent whole, changed by the
button that was pressed, and comes back. Its fields are named by their place: ``join-0``, ``fact-0.1``,
``op-0.1``, ``value-0.1``.
"""

import json
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kol_crm.core import nested, same_record
from kol_crm.core.conditions import Fact, Operator, Reader
from kol_crm.core.lists import Listing
from kol_crm.core.same_record import Records
from profiles import filterable

JOINS = (("and", _("All of these")), ("or", _("Any of these")), ("not", _("None of these")))
FIRST_FACT = "stage"
MARKS = ("join-", "fact-")


@dataclass
class Row:
    """A condition as the form holds it, right or wrong: what is chosen, what can be chosen, what is wrong."""

    place: str
    fact: Fact | None
    operator: str
    values: list[str]
    problem: str = ""
    options: list[tuple[str, Any, bool]] = field(default_factory=list)
    same: Any = ""  # what is said where it is joined with others on one record

    @property
    def sign(self) -> Operator | None:
        operators = self.fact.operators() if self.fact else ()
        return next((one for one in operators if one.key == self.operator), None)

    @property
    def takes(self) -> str:
        return self.sign.takes if self.sign else ""

    @property
    def records(self) -> Records | None:
        return self.fact.of if self.fact and self.sign and not self.sign.denies else None

    @property
    def names(self) -> frozenset[str]:
        return self.fact.names(self.values) if self.fact else frozenset()

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def amount(self) -> str:
        return self.values[1] if len(self.values) > 1 else ""

    @property
    def tree(self) -> list:
        name = self.fact.name if self.fact else ""
        match self.takes:
            case "":
                return [name, self.operator]
            case "values":
                return [name, self.operator, self.values]
            case "rated":
                return [name, self.operator, [self.value, self.amount]]
        return [name, self.operator, self.value]


@dataclass
class Box:
    """A group as the form holds it."""

    place: str
    join: str
    parts: list = field(default_factory=list)
    problem: str = ""

    @property
    def tree(self) -> dict:
        return {self.join: [part.tree for part in self.parts]}

    @property
    def deepest(self) -> bool:
        return self.place.count(".") >= nested.DEEPEST - 1


@require_http_methods(["GET", "POST"])
def builder(request):
    """GET draws the conditions of the address; POST takes a step, and ``apply`` goes to the list."""
    reader = Reader(request.user, timezone.localdate())
    facts = {fact.name: fact for fact in filterable.facts(reader)}
    if request.method == "GET":
        root = _from_text(request.GET.get("where", ""), facts)
        return _drawn(request, reader, facts, root, request.GET)
    kept = QueryDict(request.POST.get("kept", ""))
    root = _from_form(request.POST, facts)
    step, _dash, place = request.POST.get("step", "").partition(":")
    _take(root, step, place, facts)
    if step != "apply":
        return _drawn(request, reader, facts, root, kept)
    text = nested.dump(root.tree) if root.parts else ""
    found = nested.read(text, facts.values(), reader) if text else None
    if found and found.problems:
        return _drawn(request, reader, facts, root, kept, found.problems)
    address = _address(kept, text)
    return HttpResponse(headers={"HX-Redirect": address}) if request.htmx else redirect(address)


def chips(listing: Listing) -> list[dict]:
    """One chip for each part of an AND (those on one record together), or one for the whole.

    Each with the address without it.
    """
    found = listing.filterset.conditions
    if found is None or found.group is None:
        return []
    reader, tree = listing.filterset.reader, json.loads(listing.params["where"])
    if found.group.join != "and":
        return [{"words": found.group.words(reader), "remove_url": listing.url(where=None)}]
    shown = []
    for places, words in found.group.said(reader, inside=False):
        left = [one for place, one in enumerate(tree["and"]) if place not in places]
        where = nested.dump({"and": left}) if left else None
        shown.append({"words": words, "remove_url": listing.url(where=where)})
    return shown


def _address(kept: QueryDict, text: str) -> str:
    params = kept.copy()
    for name in ("cursor", "where"):
        params.pop(name, None)
    if text:
        params["where"] = text
    return f"{reverse('profiles:kol-list')}?{params.urlencode()}"


def _take(root: Box, step: str, place: str, facts: dict[str, Fact]) -> None:
    """``add:0.1`` a condition to that group, ``group:0``, ``remove:0.1.2``."""
    for box in _boxes(root):
        if box.place == place and step == "add":
            box.parts.append(Row(f"{place}.{len(box.parts)}", facts[FIRST_FACT], "", []))
        if box.place == place and step == "group" and not box.deepest:
            inner = Box(f"{place}.{len(box.parts)}", "or" if box.join == "and" else "and")
            inner.parts.append(Row(f"{inner.place}.0", facts[FIRST_FACT], "", []))
            box.parts.append(inner)
        if step == "remove":
            box.parts = [part for part in box.parts if part.place != place]
    for box in _boxes(root):
        box.parts = [part for part in box.parts if not isinstance(part, Box) or part.parts]
    _renumber(root, "0")


def _boxes(box: Box):
    yield box
    for part in list(box.parts):
        if isinstance(part, Box):
            yield from _boxes(part)


def _renumber(box: Box, place: str) -> None:
    box.place = place
    for index, part in enumerate(box.parts):
        if isinstance(part, Box):
            _renumber(part, f"{place}.{index}")
        else:
            part.place = f"{place}.{index}"


def _from_text(text: str, facts: dict[str, Fact]) -> Box:
    """What an address says, as far as it has the shape of conditions; else one empty row."""
    try:
        tree = json.loads(text[: nested.LONGEST]) if text else None
    except (ValueError, RecursionError):
        tree = None
    return _box(tree, "0", facts, 1) or Box("0", "and", [Row("0.0", facts[FIRST_FACT], "", [])])


def _box(tree: Any, place: str, facts: dict[str, Fact], depth: int) -> Box | None:
    if not isinstance(tree, dict) or len(tree) != 1 or depth > nested.DEEPEST:
        return None
    [(join, parts)] = tree.items()
    if join not in nested.JOINS or not isinstance(parts, list):
        return None
    box = Box(place, join)
    for part in parts[: nested.MOST]:
        here = f"{place}.{len(box.parts)}"
        read = _box(part, here, facts, depth + 1) if isinstance(part, dict) else _row(part, here, facts)
        if read is not None:
            box.parts.append(read)
    return box


def _row(part: Any, place: str, facts: dict[str, Fact]) -> Row | None:
    if not isinstance(part, list) or len(part) < 2 or part[0] not in facts:
        return None
    value = part[2] if len(part) > 2 else []
    values = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    return Row(place, facts[part[0]], str(part[1]), values)


def _from_form(sent: QueryDict, facts: dict[str, Fact]) -> Box:
    places = [name.split("-", 1)[1] for name in sent if name.startswith(MARKS)][: nested.MOST * 2]
    boxes = {"0": Box("0", _join(sent.get("join-0", "")))}
    for place in sorted(places, key=_numbers):
        parent = boxes.get(place.rpartition(".")[0])
        if parent is None:
            continue
        if f"join-{place}" in sent and not parent.deepest:
            boxes[place] = Box(place, _join(sent.get(f"join-{place}", "")))
            parent.parts.append(boxes[place])
        elif f"fact-{place}" in sent:
            fact = facts.get(sent[f"fact-{place}"])
            values = [value for value in sent.getlist(f"value-{place}") if value][: nested.MOST * 2]
            if sent.get(f"was-{place}") != sent[f"fact-{place}"]:
                values = []  # another fact: what stood beside the former one means nothing
            parent.parts.append(Row(place, fact, sent.get(f"op-{place}", ""), values))
    return boxes["0"]


def _join(word: str) -> str:
    return word if word in nested.JOINS else "and"


def _numbers(place: str) -> list[int]:
    return [int(number) if number.isdecimal() else 0 for number in place.split(".")]


def _drawn(request, reader: Reader, facts: dict[str, Fact], root: Box, kept: QueryDict, problems=None):
    _prepare(root, reader, problems or {}, "")
    query = kept.copy()
    for name in ("cursor", "where"):
        query.pop(name, None)
    groups = [(label, list(some)) for label, some in groupby(facts.values(), key=lambda fact: fact.group)]
    context = {
        "root": root,
        "kept": query.urlencode(),
        "groups": groups,
        "joins": JOINS,
        "problem": (problems or {}).get("", ""),
        "full": sum(len(box.parts) for box in _boxes(root)) >= nested.MOST,
    }
    return render(request, "profiles/kol/_where.html", context, status=422 if problems else 200)


def _prepare(box: Box, reader: Reader, problems: dict[str, str], path: str) -> None:
    """Give each row the operator it has for want of another, its options, and what is wrong with it."""
    box.problem = problems.get(path, "") if path else ""
    for index, part in enumerate(box.parts):
        here = f"{path}.{box.join}[{index}]" if path else f"{box.join}[{index}]"
        if isinstance(part, Box):
            _prepare(part, reader, problems, here)
            continue
        part.problem = problems.get(here, "")
        operators = part.fact.operators() if part.fact else ()
        if operators and part.operator not in {one.key for one in operators}:
            part.operator = operators[0].key
        if part.takes in ("values", "rated") and part.fact:
            part.options = [(key, label, key in part.values) for key, label in part.fact.options(reader)]
    if box.join == "and":
        _say_same(box.parts)


def _say_same(parts: list) -> None:
    """Beside conditions on one kind of linked record, whether they are met by one record or by several."""
    for cluster in same_record.clusters(parts):
        told = {"record": cluster.records.label}
        for first, *others in cluster.each:
            for place in others:
                parts[place].same = _("met by the same %(record)s") % told
            if others:
                parts[first].same = _("met by one %(record)s") % told
            elif len(cluster.each) > 1:
                parts[first].same = _("met by one %(record)s of its own") % told
        for place in cluster.loose:
            parts[place].same = _("met by one of these: %(record)s") % told
