"""Where bond, loss risk, losses and survival are heard of: jobs, pace, reviews, merges (DOMAIN 7.6–7.8)."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext_lazy as _

from incentives import keeping, keeping_words, losses
from incentives.models import RiskMonth
from incentives.services import keeping as verbs
from incentives.services import keeping_record
from kol_crm.core import append_only, history, jobs
from lifecycle import evidence
from lifecycle import losses as pace_losses
from lifecycle.evidence import Evidence
from profiles.models import Kol
from profiles.services import links, standing, touch

RECORD = "keeping_record"
MOST_TIES = 3


def register() -> None:
    append_only.tables.register(RiskMonth._meta.db_table, ())
    links.staying.register(RiskMonth._meta.label, RiskMonth)
    history.recorded.register(verbs.NAME, verbs.follow)
    touch.logged.register(verbs.NAME, verbs.touched)
    touch.taken_back.register(verbs.NAME, verbs.touched)
    standing.refreshed.register(verbs.NAME, verbs.mark)
    jobs.planners.register(verbs.NAME, verbs.plan)
    jobs.nightly_jobs.register(verbs.NAME, verbs.refresh_all)
    jobs.nightly_jobs.register(RECORD, keeping_record.nightly)
    jobs.words.register(verbs.NAME, _("Bond and loss risk of every file"))
    jobs.words.register(RECORD, _("Loss risk is recorded monthly; losses and survival are counted"))
    pace_losses.expected.register(losses.by_risk)
    evidence.sources.register(verbs.NAME, lines)


def lines(kol: Kol, day: date) -> list[Evidence]:
    """What a review has before it: risk and bond with their parts, and what falls away."""
    return list(_lines(keeping.of_file(kol.pk, day), kol))


def _lines(found: keeping.Keeping, kol: Kol) -> Iterator[Evidence]:
    page = keeping_words.page_of(kol)
    for key, label, score in (("risk", _("Loss risk"), found.risk), ("bond", _("Bond"), found.bond)):
        if score.value is None:
            continue
        told = (keeping_words.shares(score), keeping_words.missing_words(score))
        tone = keeping_words.tone_of(score) if key == "risk" else ""
        yield Evidence(
            key,
            label,
            str(score.value),
            " · ".join(one for one in told if one),
            tone="" if tone == "ok" else tone,
            url=page,
        )
    if found.bond.value is not None and found.falling.ties:
        words = keeping_words.falling_finding(found)
        ends = [
            f"{tie.what} {keeping_words.day_words(tie.until, found.day)}" for tie in found.falling.ties[:3]
        ]
        yield Evidence("falling", _("Falls away soon"), words, " · ".join(ends), tone="warn", url=page)
