"""What a review has before it of value: given, returned, ratio, mix, rhythm (DOMAIN 5.4, 6.6–6.8)."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from incentives import mixes, return_words, returns, rhythm, rhythm_after
from kol_crm.core import wording
from lifecycle.evidence import Evidence
from profiles.models import Kol
from profiles.models.words import Stage

KIND = "value"


def evidence(kol: Kol, day: date) -> list[Evidence]:
    """For whoever entered initial, or was given something."""
    page = reverse("profiles:kol-incentives", args=[kol.pk])
    return [*_return(kol, day, page), *_mix(kol, day, page), *_rhythm(kol, day, page)]


def _return(kol: Kol, day: date, page: str) -> Iterator[Evidence]:
    found = returns.return_of(kol.pk, day)
    if found.entered is None and not found.flows.given and not found.flows.returned:
        return
    yield Evidence(
        "given",
        gettext_lazy("Given, all in all"),
        wording.UNKNOWN if found.given is None else return_words.amount(found.given),
        url=page,
    )
    yield Evidence(
        "returned",
        gettext_lazy("Returned"),
        return_words.amount(found.returned),
        return_words.finding(found),
        numbers=tuple(int(one.sum_returned) for one in found.months if one.sum_returned is not None),
        url=page,
    )
    if found.ratio is not None:
        tone = "" if found.ratio >= 1 else "warn"
        yield Evidence("ratio", gettext_lazy("Returned ÷ given"), str(found.ratio), tone=tone, url=page)


def _mix(kol: Kol, day: date, page: str) -> Iterator[Evidence]:
    mix = mixes.mixes_of([kol.pk], day)[kol.pk]
    if mix.entries:
        words = (
            _("only money") if mix.is_only_money else _("%(money)d of %(entries)d are money") % vars_of(mix)
        )
        tone = "warn" if mix.is_only_money else ""
        yield Evidence("mix", gettext_lazy("Mix of 12 months"), words, tone=tone, url=page)


def vars_of(mix: mixes.Mix) -> dict[str, int]:
    return {"money": mix.money, "entries": mix.entries}


def _rhythm(kol: Kol, day: date, page: str) -> Iterator[Evidence]:
    if kol.stage not in (Stage.MID_TERM, Stage.LATE):
        return
    guard = rhythm.judge(kol, day)
    lacking = wording.listed(one.sentence for one in guard.failed)
    words = _("may monetise") if guard.passed else _("not now")
    yield Evidence(
        "rhythm", gettext_lazy("Rhythm"), words, lacking, tone="" if guard.passed else "warn", url=page
    )
    taken = rhythm.taken_part([kol.pk]).get(kol.pk, [])
    for one in list(rhythm_after.measured(taken[-1:], day).values()):
        label = gettext_lazy("After the last monetising campaign")
        yield Evidence("rhythm-after", label, one.label, one.words, tone=one.tone, url=page)
