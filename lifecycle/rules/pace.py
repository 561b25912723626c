"""How many KOLs a field has room for (DOMAIN 4.1)."""

from dataclasses import dataclass
from decimal import Decimal
from math import floor

from django.utils.translation import gettext_lazy as _

from kol_crm.core.score import Part, Score

UNDERSUPPLIED, IN_BAND, OVERSUPPLIED, UNKNOWN = "undersupplied", "in_band", "oversupplied", "unknown"
ROOM, HOLD = "room", "hold"
DEMAND, BAND, SUPPLY, LOSSES, CAP, AGREED = "demand", "band", "supply", "losses", "cap", "agreed"
MIDDLE, PER_KOL, NEEDED, SUGGESTED, OPEN_PLACES = "middle", "per_kol", "needed", "suggested", "open_places"
QUARTER_MONTHS = 3

LABELS = {
    DEMAND: _("Active users interested"),
    BAND: _("Band of users per active KOL"),
    MIDDLE: _("Middle of the band"),
    SUPPLY: _("Active KOLs"),
    PER_KOL: _("Users per active KOL"),
    NEEDED: _("KOLs that the users need"),
    LOSSES: _("Losses expected next quarter"),
    SUGGESTED: _("Suggested intake"),
    CAP: _("Cap a month"),
    AGREED: _("Agreed and not yet moved"),
    OPEN_PLACES: _("Places left under the cap"),
}


@dataclass(frozen=True)
class PaceFigures:
    """What is known of one field on one day; None is unknown, of the cap: there is none."""

    demand: int | None
    supply: int
    low: int | None
    high: int | None
    cap: int | None = None
    losses: Decimal | None = Decimal(0)
    agreed: int = 0


@dataclass(frozen=True)
class Pace:
    """``state`` holds the field against its band, ``word`` says what to do, ``intake`` explains how many."""

    state: str
    word: str
    per_kol: Decimal | None
    intake: Score

    @property
    def room(self) -> int:
        """For how many there is room; 0 where that is unknown."""
        return int(self.intake.value or 0)

    def as_json(self) -> dict:
        return {"state": self.state, "word": self.word, **self.intake.as_json()}


def pace(figures: PaceFigures) -> Pace:
    """State against the band, and the intake of the month with the arithmetic behind it."""
    missing = tuple(key for key, value in ((DEMAND, figures.demand), (BAND, figures.low)) if value is None)
    per_kol = (
        Decimal(figures.demand) / figures.supply if figures.demand is not None and figures.supply else None
    )
    state = state_of(figures, per_kol)
    intake = _intake(figures, per_kol, missing)
    return Pace(state, _word(state, intake), per_kol, intake)


def _word(state: str, intake: Score) -> str:
    if state == OVERSUPPLIED:
        return OVERSUPPLIED
    if intake.value is None:
        return UNKNOWN
    return ROOM if intake.value else HOLD


def state_of(figures: PaceFigures, per_kol: Decimal | None) -> str:
    """Demand ÷ supply above the band, below it, or within; no supply with demand is too few KOLs."""
    if figures.demand is None or figures.low is None or figures.high is None:
        return UNKNOWN
    if per_kol is None:
        return UNDERSUPPLIED if figures.demand else IN_BAND
    if per_kol > figures.high:
        return UNDERSUPPLIED
    return OVERSUPPLIED if per_kol < figures.low else IN_BAND


def _intake(figures: PaceFigures, per_kol: Decimal | None, missing: tuple[str, ...]) -> Score:
    """floor(max(0, demand ÷ middle − supply + losses ÷ 3)), at most the cap less those agreed."""
    known = [
        _part(DEMAND, figures.demand),
        _part(BAND, None if figures.low is None else f"{figures.low}–{figures.high}"),
        _part(SUPPLY, figures.supply),
        _part(PER_KOL, per_kol),
        _part(LOSSES, figures.losses),
        _part(CAP, figures.cap),
        _part(AGREED, figures.agreed),
    ]
    if figures.demand is None or figures.low is None or figures.high is None:
        return Score(None, tuple(known), missing)
    if figures.losses is None:
        return Score(None, tuple(known), (LOSSES,))
    middle = Decimal(figures.low + figures.high) / 2
    needed = Decimal(figures.demand) / middle
    suggested = max(Decimal(0), needed - figures.supply + figures.losses / QUARTER_MONTHS)
    whole, places = floor(suggested), None
    if figures.cap is not None:
        places = max(0, figures.cap - figures.agreed)
        whole = min(whole, places)
    known += [_part(MIDDLE, middle), _part(NEEDED, needed), _part(SUGGESTED, suggested)]
    known.append(_part(OPEN_PLACES, places))
    return Score(Decimal(whole), tuple(known))


def _part(key: str, value) -> Part:
    return Part(key, LABELS[key], value)
