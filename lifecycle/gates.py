"""The place where gates stand (DOMAIN 5.3): checks that others register, asked before a step forward."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from kol_crm.core import wording
from kol_crm.core.extension import ExtensionPoint
from profiles.models import Kol


@dataclass(frozen=True)
class GateCheck:
    """One check: its figure against its threshold, with one line of evidence.

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

    @property
    def state(self) -> str:
        """passed, failed or unknown."""
        return {True: "passed", False: "failed", None: "unknown"}[self.passed]

    @property
    def figure(self) -> str:
        """5,120 of 6,000; only the value where there is no threshold, nothing where it is unknown."""
        if self.value is None:
            return ""
        value, limit = (_words(figure) for figure in (self.value, self.limit))
        return _("%(value)s of %(limit)s") % {"value": value, "limit": limit} if limit else value

    def as_json(self) -> dict[str, Any]:
        """What a move keeps of it."""
        kept = asdict(self)
        kept["label"], kept["evidence"] = str(self.label), str(self.evidence)
        for name in ("value", "limit"):
            if not isinstance(kept[name], int | float | bool | None):
                kept[name] = str(kept[name])
        return kept


def _words(figure: Any) -> str:
    if isinstance(figure, int | float) and not isinstance(figure, bool):
        return wording.grouped(figure, wording.babel_locale())
    return "" if figure is None else str(figure)


# (kol, to_stage) -> the check, or None where it does not apply to that step
checks: ExtensionPoint[Callable[[Kol, str], GateCheck | None]] = ExtensionPoint("gates")
