"""The rubric in force, and rating candidates by it (DOMAIN 4.4)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kol_crm.core import history, policy
from kol_crm.core.actor import Actor
from kol_crm.core.shapes import Number, Rows, Switch, Table, Text
from lifecycle.models import WORK, Candidate, Rating, Rubric
from lifecycle.pace import INTRODUCTION
from lifecycle.rules import fit as rules
from lifecycle.services import programme as programmes

WHOLE = 100
MOST = 12
STANDARD = (
    ("field", "Field", "领域", 30),
    ("tone", "Tone", "气质", 20),
    ("quality", "Content quality", "内容质量", 25),
    ("audience", "Audience overlap", "受众重合", 15),
    ("values", "Values", "价值观", 10),
)
DEFAULT = {
    key: {"name_en": en, "name_zh": zh, "weight": weight, "red_line": key == "values", "place": place}
    for place, (key, en, zh, weight) in enumerate(STANDARD, 1)
}
CRITERION = Table(
    {
        "name_en": (gettext_lazy("Name in English"), Text(40)),
        "name_zh": (gettext_lazy("Name in Chinese"), Text(40)),
        "weight": (gettext_lazy("Weight"), Number(0, WHOLE)),
        "red_line": (gettext_lazy("A 0 vetoes"), Switch()),
        "place": (gettext_lazy("Place"), Number(1, 99)),
    }
)


def name_of(criterion: Mapping[str, Any]) -> str:
    """A criterion of any version as its reader calls it."""
    chinese = (get_language() or "").startswith("zh")
    return str(criterion["name_zh" if chinese else "name_en"])


def _whole(criteria: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Weights add to 100; no two bear one name, or nobody would know which is which."""
    for name in ("name_en", "name_zh"):
        seen: set[str] = set()
        for key, one in criteria.items():
            if one[name].strip().casefold() in seen:
                return {f"{key}.{name}": str(_("Another criterion has this name."))}
            seen.add(one[name].strip().casefold())
    total = sum(one["weight"] for one in criteria.values())
    if total == WHOLE:
        return {}
    return {"": str(_("The weights add to %(total)d; they must add to 100.") % {"total": total})}


RUBRIC = policy.declare(
    "fit_rubric",
    DEFAULT,
    gettext_lazy("Fit rubric"),
    gettext_lazy("of 100"),
    section=INTRODUCTION,
    shape=Rows(
        CRITERION,
        {"name_en": "", "name_zh": "", "weight": None, "red_line": False, "place": 1},
        name_of,
        MOST,
        _whole,
    ),
    help=gettext_lazy(
        "Criteria may be added, renamed and removed. Each change is a new version; "
        "what was rated by an old one stays."
    ),
)


def criteria_of(rubric: Mapping[str, Mapping[str, Any]]) -> dict[str, rules.Criterion]:
    """As the formula wants them."""
    ordered = _in_order(rubric).items()
    return {key: rules.Criterion(one["weight"], one["red_line"], name_of(one)) for key, one in ordered}


def _in_order(rubric: Mapping[str, Any]) -> dict[str, Any]:
    """As it is read: PostgreSQL keeps no order of keys."""
    return {key: rubric[key] for key in sorted(rubric, key=lambda key: (rubric[key]["place"], key))}


class Standing(NamedTuple):
    """What candidates are judged by: policy, all versions of the rubric (newest first), the one in force."""

    rules: policy.Policy
    rubrics: list[Rubric]
    number: int
    criteria: dict[str, Any]


def standing() -> Standing:
    """Two queries; a page asks once. The number in force is given when somebody rates by it."""
    asked_of, rubrics = policy.current(), list(Rubric.objects.order_by("-number"))
    asked = _in_order(asked_of.get(RUBRIC))
    last = rubrics[0] if rubrics else None
    number = last.number if last else 0
    same = last is not None and last.criteria == asked
    return Standing(asked_of, rubrics, number if same else number + 1, asked)


def in_force() -> tuple[int, dict[str, Any]]:
    """Number and criteria of the rubric that counts now."""
    found = standing()
    return found.number, found.criteria


def rate(actor: Actor, candidate: Candidate, given: Mapping[str, Mapping[str, Any]]) -> list[Rating]:
    """What the actor gives: ``{criterion: {"value": 0–5 or None, "evidence": …}}``; None takes one back.

    One's own ratings are replaced, others' stay. Raises ``PermissionDenied``, ``Refused``
    (``programme_closed``), ``ValidationError`` keyed by criterion, of its evidence ``field.evidence``.
    """
    with transaction.atomic():
        current = history.locked(candidate, None)
        programmes.demand(actor, current.programme, WORK)
        programmes.demand_open(current.programme)
        if actor.user is None:
            raise PermissionDenied(_("Only people rate."))
        number, criteria = in_force()
        _check(given, criteria)
        rubric, _made = Rubric.objects.get_or_create(
            number=number, defaults={"criteria": criteria, "at": actor.at}
        )
        mine = {row.criterion: row for row in current.ratings.filter(rubric=rubric, rater=actor.user)}
        changed = {key: one for key, one in given.items() if _differs(mine.get(key), one)}
        for key, one in changed.items():
            _put(actor, current, rubric, mine.get(key), key, one)
        if changed:
            history.touch_version(current, None)
        if any(given[key]["value"] is not None for key in given) and current.reviewed_at is None:
            history.save(actor, current, {"reviewed_at": actor.at}, None)
    return list(current.ratings.filter(rubric=rubric, rater=actor.user))


def _check(given: Mapping[str, Mapping[str, Any]], criteria: Mapping[str, Any]) -> None:
    problems = {}
    for key, one in given.items():
        value = one.get("value")
        if key not in criteria:
            problems[key] = _("The rubric has no such criterion.")
        elif value is None:
            continue
        elif type(value) is not int or not 0 <= value <= rules.BEST:
            problems[key] = _("Give a whole number from 0 to 5.")
        elif not str(one.get("evidence") or "").strip():
            problems[f"{key}.evidence"] = _("Say what shows it.")
    if problems:
        raise ValidationError(problems)


def _differs(standing: Rating | None, one: Mapping[str, Any]) -> bool:
    if standing is None or one["value"] is None:
        return (standing is None) != (one["value"] is None)
    return (standing.value, standing.evidence) != (one["value"], one["evidence"].strip())


def _put(
    actor: Actor,
    candidate: Candidate,
    rubric: Rubric,
    standing: Rating | None,
    criterion: str,
    one: Mapping[str, Any],
) -> None:
    """Write one rating of the actor's, recorded on the candidate."""
    if one["value"] is None:
        if standing is not None:
            history.remove(actor, standing, root=candidate.pk)
        return
    values = {"value": one["value"], "evidence": one["evidence"].strip()}
    if standing is None:
        row = Rating(
            candidate=candidate,
            rubric=rubric,
            rater=actor.person,
            criterion=criterion,
            at=actor.at,
            **values,
        )
        history.create(actor, row, root=candidate.pk)
        return
    history.save_child(actor, standing, {**values, "at": actor.at}, root=candidate.pk)
