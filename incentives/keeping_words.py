"""Bond and loss risk in words: each part, what is missing, what falls away (DOMAIN 7.6, 7.7)."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incentives import keeping_policy
from incentives.keeping import Keeping
from incentives.rules import bond as bonds
from incentives.rules import risk as risks
from incentives.rules.bond import Tie
from incentives.rules.risk import Compared
from kol_crm.core import wording
from kol_crm.core.score import Part, Score
from profiles.models import Kol, Stage, Verdict

RISK_TONES = ((75, "bad"), (50, "warn"))


def tone_of(risk: Score) -> str:
    """The colour of the dial of risk, by bands."""
    return next((tone for least, tone in RISK_TONES if (risk.value or 0) >= least), "ok")


def bond_dial(found: Keeping) -> dict[str, Any]:
    """For ``_parts/dial.html``."""
    rows = [_row(part, _bond_words(part, found)) for part in found.bond.parts]
    links = [(_("What falls away"), "incentives:keeping-file", found.file.id)]
    return {
        "id": "bond",
        "label": _("Bond"),
        "score": found.bond.value,
        "tone": "ok",
        "note": falling_words(found) if found.bond.value is not None else why_none(found.file.stage),
        "parts": _parts(_("Bond"), found.bond, rows, "ok", links),
    }


def risk_dial(found: Keeping) -> dict[str, Any]:
    rows = [_row(part, risk_words(part, found)) for part in found.risk.parts]
    tone, kol = tone_of(found.risk), found.file.id
    links = [(_("Figures"), "profiles:kol-performance", kol)]
    return {
        "id": "risk",
        "label": _("Loss risk"),
        "score": found.risk.value,
        "tone": tone,
        "note": missing_words(found.risk) if found.risk.value is not None else why_none(found.file.stage),
        "parts": _parts(_("Loss risk"), found.risk, rows, tone, links),
    }


def _parts(
    title: str, score: Score, rows: list[dict], tone: str, links: list[tuple]
) -> dict[str, Any] | None:
    if score.value is None:
        return None
    return {
        "title": title,
        "value": score.value,
        "tone": tone,
        "before": missing_words(score),
        "rows": rows,
        "links": [{"label": label, "url": reverse(name, args=[pk])} for label, name, pk in links],
    }


def _row(part: Part, evidence: str) -> dict[str, Any]:
    return {"name": part.label, "evidence": evidence, "points": part.points, "weight": part.weight}


def why_none(stage: str) -> str:
    """Why there is no figure at all."""
    if stage == Stage.DEPARTED:
        return _("departed")
    return _("counts from initial on") if stage == Stage.INTRODUCTION else _("not known yet")


def missing_words(score: Score) -> str:
    """Rescaled: without own posts, interactions per post. Empty where nothing is missing."""
    if not score.missing:
        return ""
    labels = [str(part.label) for part in score.parts if part.key in score.missing]
    return _("rescaled, not known: %(parts)s") % {"parts": wording.listed(labels)}


def falling_words(found: Keeping) -> str:
    """2 ties end within 90 days. Empty where none does."""
    count = len(found.falling.ties)
    days = keeping_policy.number(found.rules, "ending_days")
    if not count:
        return ""
    words = ngettext(
        "%(count)d tie ends within %(days)d days", "%(count)d ties end within %(days)d days", count
    )
    return words % {"count": count, "days": days}


def falling_finding(found: Keeping) -> str:
    """The whole sentence: from 64 to 44 by 24 February."""
    falling = found.falling
    days = keeping_policy.number(found.rules, "ending_days")
    if not falling.ties:
        return _("Nothing that binds them ends within %(days)d days.") % {"days": days}
    if falling.points is None:
        return falling_words(found)
    words = _("%(ties)s: the bond goes from %(now)s to %(then)s by %(day)s, all else staying as it is.")
    told = {"ties": falling_words(found), "now": falling.now.value, "then": falling.then.value}
    return words % {**told, "day": day_words(falling.by, found.day)}


def tie_words(tie: Tie) -> str:
    """What kind of tie it is."""
    return str(bonds.LABELS[tie.part])


def day_words(day: date, today: date) -> str:
    return wording.day_words(day, "plain", today, wording.babel_locale())


def _bond_words(part: Part, found: Keeping) -> str:
    """What of this part is on file."""
    facts = found.bond_facts
    if part.key == bonds.FANS:
        return _fans(found)
    if part.key == bonds.NEEDS:
        told = {"met": facts.needs_met, "needs": facts.needs}
        return _("%(met)d of %(needs)d recorded") % told if facts.needs else _("no need was ever recorded")
    ties = [tie for tie in facts.ties if tie.part == part.key and tie.binds_on(found.day)]
    return wording.listed(_tie(tie, found.day) for tie in ties) if ties else _("none")


def _fans(found: Keeping) -> str:
    facts, locale = found.bond_facts, wording.babel_locale()
    if not facts.all_fans:
        return _("no account has fresh followers")
    if facts.own_fans is None:
        return _("the followers on the own platform are not fresh")
    told = (wording.compact(int(one), locale) for one in (facts.own_fans, facts.all_fans))
    return _("%(own)s of %(all)s fresh followers") % dict(zip(("own", "all"), told, strict=True))


def _tie(tie: Tie, today: date) -> str:
    if tie.until is None:
        return tie.what
    return _("%(what)s, until %(day)s") % {"what": tie.what, "day": day_words(tie.until, today)}


def risk_words(part: Part, found: Keeping) -> str:
    """What this part was worked out from."""
    facts = found.risk_facts
    days = keeping_policy.number(found.rules, "need_days")
    match part.key:
        case risks.POSTS:
            return _compared(facts.posts, _("own posts"))
        case risks.PER_POST:
            return _compared(facts.per_post, _("interactions per post"))
        case risks.VERDICT:
            return str(Verdict(facts.verdict).label)
        case risks.TOUCH:
            return _silence(facts)
        case risks.NEEDS:
            return _("%(count)d open for over %(days)d days") % {"count": facts.long_needs, "days": days}
        case risks.ENDING:
            within = keeping_policy.number(found.rules, "ending_days")
            words = (
                _("ends within %(days)d days") if facts.ending else _("none that ends within %(days)d days")
            )
            return words % {"days": within}
    return _("%(count)d open") % {"count": facts.troubles}


def _silence(facts) -> str:
    if facts.days_since_touch is None:
        return _("nobody was in touch yet")
    told = {"days": wording.days_words(facts.days_since_touch), "interval": facts.interval}
    return _("%(days)s ago; usual: every %(interval)s days") % told


def _compared(compared: Compared, what: str) -> str:
    """8 in 30 days, before it 12.3 on average."""
    if compared.now is None or compared.before is None:
        return _("%(what)s of 30 days and of the three spans before are not all known") % {"what": what}
    locale = wording.babel_locale()
    now, before = (wording.grouped(round(float(one), 1), locale) for one in compared)
    return _("%(now)s %(what)s in 30 days, before %(before)s on average") % {
        "now": now,
        "what": what,
        "before": before,
    }


def heaviest(score: Score, most: int = 3) -> list[Part]:
    """The parts that gave most."""
    given = [part for part in score.parts if part.points]
    return sorted(given, key=lambda part: -(part.points or 0))[:most]


def shares(score: Score) -> str:
    """Verdict 20/20, Fall of own posts 12/25."""
    return wording.listed(
        f"{part.label} {float(round(part.points or 0, 1)):g}/{part.weight}" for part in heaviest(score)
    )


def page_of(kol: Kol) -> str:
    return reverse("incentives:keeping-file", args=[kol.pk])
