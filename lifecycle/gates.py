"""Gates before a step forward, composed by managers of checks whose kinds the apps register (DOMAIN 5.3).

``register(key, kind)`` adds a kind. For each stage that has a gate it declares a setting
``gate_<stage>_<key>``: asked as mandatory, as advisory or not, with the kind's own parameters. What nobody
decided on stands as the kind says, so that the delivered gates hold a check once its kind is registered.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kol_crm.core import policy, wording
from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.score import Part, plain
from kol_crm.core.shapes import Choice, Shape, Table
from lifecycle.services.steps import ORDER
from profiles.models import Kol, Stage
from profiles.services.standing import Figures, figures_of

GATED = ORDER[1:]
MANDATORY, ADVISORY, OFF = "mandatory", "advisory", "off"
USES = (
    (MANDATORY, gettext_lazy("Mandatory")),
    (ADVISORY, gettext_lazy("Advisory")),
    (OFF, gettext_lazy("Not asked")),
)
SECTIONS = {
    stage: policy.Section(f"stage_{stage}", stage.label, 40 + place, own_page=True)
    for place, stage in enumerate(ORDER)
}


class Asked:
    """What a check is asked about: a file on a day, under one policy; its figures are read once for all."""

    def __init__(self, kol: Kol, day: date, rules: policy.Policy):
        self.kol, self.day, self.rules = kol, day, rules

    @cached_property
    def own_figures(self) -> Figures:
        """The standing figures per account on the own platform, those of 90 days before any asked for too."""
        return figures_of([self.kol.pk], self.day)[self.kol.pk][True]


@dataclass(frozen=True)
class Finding:
    """What a check finds: ``passed`` None is unknown. ``evidence`` is one line that says what is missing."""

    passed: bool | None
    value: Any = None
    limit: Any = None
    evidence: Any = ""
    parts: tuple[Part, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class CheckKind:
    """A kind of check. ``uses``: the stages at whose gate it stands as delivered, and whether mandatory.

    ``find`` answers None where there is nothing to ask of this file.
    ``parameters`` are the inputs of a manager, ``values`` their defaults, ``at`` those of a single stage.
    ``lasting``: falling below it later is a reason to step back (DOMAIN 5.4). ``page``: the name of the page
    of a file on which what is missing is seen to.
    """

    label: Any
    find: Callable[[Asked, Mapping[str, Any]], Finding | None]
    uses: Mapping[str, str]
    help: Any = ""
    parameters: Mapping[str, tuple[Any, Shape]] | None = None
    values: Mapping[str, Any] | None = None
    at: Mapping[str, Mapping[str, Any]] | None = None
    lasting: bool = False
    page: str = ""

    def default(self, stage: str) -> dict[str, Any]:
        values = {**(self.values or {}), **(self.at or {}).get(stage, {})}
        return {"use": self.uses.get(stage, OFF), **values}


@dataclass(frozen=True)
class GateCheck:
    """One check of a gate, asked: its figure against its threshold, with one line of evidence.

    ``passed`` None is unknown, which does not pass. A mandatory check that does not pass is passed over only
    by a manager with a reason, an advisory one by the operator with a reason.
    """

    key: str
    label: Any
    passed: bool | None
    value: Any = None
    limit: Any = None
    evidence: Any = ""
    mandatory: bool = True
    parts: tuple[Part, ...] = ()
    unit: str = ""
    lasting: bool = False

    @property
    def state(self) -> str:
        """passed, failed or unknown."""
        return {True: "passed", False: "failed", None: "unknown"}[self.passed]

    @property
    def page(self) -> str:
        """The name of the page of the file on which it is seen to; empty where there is none."""
        kind = kinds.get(self.key)
        return kind.page if kind else ""

    @property
    def figure(self) -> str:
        """5,120 of 6,000; only the value where there is no threshold, nothing where it is unknown."""
        if self.value is None:
            return ""
        value, limit = (_words(figure, self.unit) for figure in (self.value, self.limit))
        if limit and self.unit:
            return _("%(value)s, at least %(limit)s") % {"value": value, "limit": limit}
        return _("%(value)s of %(limit)s") % {"value": value, "limit": limit} if limit else value

    @property
    def made_of(self) -> list[tuple[Any, str, Any]]:
        """The parts of the figure: label, value in words, note."""
        return [(part.label, _words(plain(part.value)) or wording.UNKNOWN, part.note) for part in self.parts]

    def as_json(self) -> dict[str, Any]:
        """What a move keeps of it."""
        kept = asdict(self) | {"parts": [part.as_json() for part in self.parts]}
        del kept["lasting"]
        kept["label"], kept["evidence"] = str(self.label), str(self.evidence)
        return kept | {name: plain(kept[name]) for name in ("value", "limit")}


def _words(figure: Any, unit: str = "") -> str:
    if isinstance(figure, int | float) and not isinstance(figure, bool):
        return wording.grouped(round(figure, 2), wording.babel_locale()) + unit
    return "" if figure is None else str(figure)


kinds: ExtensionPoint[CheckKind] = ExtensionPoint("gate checks")
_INTO = gettext_lazy("Into {stage}: {check}")
_settings: dict[tuple[str, str], policy.Setting] = {}


def register(key: str, kind: CheckKind) -> None:
    """Add a kind of check; call in ``AppConfig.ready()`` of the app where its fact lives."""
    kinds.register(key, kind)
    use = {"use": (pgettext_lazy("gate", "Asked"), Choice(lambda: list(USES)))}
    shape = Table({**use, **(kind.parameters or {})})
    for stage in GATED:
        _settings[stage, key] = policy.declare(
            f"gate_{stage}_{key}",
            kind.default(stage),
            format_lazy(_INTO, stage=stage.label, check=kind.label),
            section=SECTIONS[stage],
            shape=shape,
            help=kind.help,
        )


def setting_of(stage: str, key: str) -> policy.Setting:
    """Where managers say whether and how this check is asked before that stage."""
    return _settings[Stage(stage), key]


def composition(stage: str, rules: policy.Policy) -> list[tuple[str, CheckKind, dict[str, Any]]]:
    """The checks of the gate before a stage with their parameters, the mandatory ones first."""
    found = [(key, kind, rules.get(setting_of(stage, key))) for key, kind in kinds.items() if stage in GATED]
    return sorted((one for one in found if one[2]["use"] != OFF), key=lambda one: one[2]["use"] != MANDATORY)
