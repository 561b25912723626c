"""Who the fans are, by region, age and gender, and how many would follow a move (DOMAIN 3.8)."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.score import Part, Score

DIMENSIONS = {
    "region": gettext_lazy("By region"),
    "age": gettext_lazy("By age"),
    "gender": gettext_lazy("By gender"),
}
MOST, LONGEST = 30, 40
WHOLE, ROUNDED = 100, Decimal("0.5")  # shares that were rounded may add up to a little more
LINE = re.compile(r"(?P<name>.*\S)[\s:：]+(?P<share>\d+(?:[.,]\d+)?)\s*[%％]?")
HUNDRED = Decimal(100)


def read(text: str) -> dict[str, float]:
    """Lines of a name and a share, ``Shanghai 40%``. Raises ``ValueError`` with the line not understood."""
    found: dict[str, float] = {}
    for line in filter(
        None, (line.strip() for line in text.replace(";", "\n").replace("；", "\n").splitlines())
    ):
        said = LINE.fullmatch(line)
        if said is None or said["name"].strip(" :：") in found:
            raise ValueError(line)
        found[said["name"].strip(" :：")] = float(said["share"].replace(",", "."))
    return found


def written(shares: Mapping[str, float]) -> str:
    """As ``read`` takes it, the largest first."""
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    return "\n".join(f"{name} {share:g}%" for name, share in ranked)


def problems(audience: Any) -> dict[str, str]:
    """What is wrong with it, by ``audience.region`` and so on."""
    if not isinstance(audience, Mapping):
        return {"audience": _("Give shares by region, age or gender.")}
    found = {}
    for dimension, shares in audience.items():
        key = f"audience.{dimension}"
        if dimension not in DIMENSIONS:
            found[key] = _("There is no such dimension.")
        elif words := _wrong(shares):
            found[key] = words
    return found


def _wrong(shares: Any) -> str:
    if not isinstance(shares, Mapping) or len(shares) > MOST:
        return _("Give up to %(most)d names, each with its share in per cent.") % {"most": MOST}
    total = Decimal(0)
    for name, share in shares.items():
        if not str(name).strip() or len(str(name)) > LONGEST or not str(name).isprintable():
            return _("A name has 1 to %(longest)d characters.") % {"longest": LONGEST}
        try:
            value = Decimal(str(share))
        except InvalidOperation:
            return _("A share is a number from 0 to 100.")
        if isinstance(share, bool) or not 0 <= value <= WHOLE:
            return _("A share is a number from 0 to 100.")
        total += value
    if total > WHOLE + ROUNDED:
        return _("These shares add up to %(total)s %%, more than 100 %%.") % {"total": f"{total:g}"}
    return ""


def would_follow(followers: Iterable[tuple[str, Decimal]], portability: int | None) -> Score:
    """How many fans would follow a move: followers elsewhere, of fresh figures, × portability."""
    counted = list(followers)
    share = None if portability is None else Decimal(portability) / HUNDRED
    parts = [Part(f"followers.{place}", label, value) for place, (label, value) in enumerate(counted)]
    parts.append(Part("portability", gettext_lazy("Portability"), share))
    missing = [*([] if counted else ["followers"]), *([] if share is not None else ["portability"])]
    if missing or share is None:
        return Score(None, tuple(parts), tuple(missing))
    return Score(sum((value for _label, value in counted), Decimal(0)) * share, tuple(parts))
