"""Whether a KOL may take part in a monetising campaign (DOMAIN 6.6)."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from incentives.models import Campaign
from profiles.models import Kol, Stage

MONETISED = (Stage.MID_TERM, Stage.LATE)


@dataclass(frozen=True)
class Check:
    """One demand: ``passed`` None is unknown, which does not pass."""

    key: str
    label: Any
    passed: bool | None
    figure: Any
    threshold: Any
    sentence: str

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "label": str(self.label), "sentence": str(self.sentence)}


@dataclass(frozen=True)
class Guard:
    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(one.passed is True for one in self.checks)

    def as_json(self) -> dict[str, Any]:
        return {"passed": self.passed, "checks": [one.as_json() for one in self.checks]}


def judge(kol: Kol, day: date, leaving_out: Campaign | None = None) -> Guard:
    del day, leaving_out
    stage = Stage(kol.stage)
    told = {"figure": str(stage.label), "threshold": ", ".join(str(one.label) for one in MONETISED)}
    words = _("%(figure)s; mid-term or late is asked for.") % told
    return Guard((Check("stage", _("Stage"), stage in MONETISED, told["figure"], told["threshold"], words),))
