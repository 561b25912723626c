"""What an outreach follows by itself: touches, decisions, files that move on, each night (DOMAIN 4.8)."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from kol_crm.core import history, outbox, sparing
from kol_crm.core.actor import Actor
from lifecycle.models import Attempt, Candidate, Outreach
from lifecycle.services import outreach, refusal
from profiles.models import NoGo, Stage, Touch
from profiles.services import no_go

State = Outreach.State


def follow_touch(actor: Actor, logged: Touch) -> None:
    """An answer by whatever way ends a live outreach: nothing pending is sent or due (4.8)."""
    if logged.began != Touch.Began.KOL and logged.answered is not True:
        return
    live = Outreach.objects.live().select_for_update().filter(kol=logged.kol_id).first()
    if live is not None and logged.at >= live.created_at:
        outreach.conclude(actor, live, State.ANSWERED, "")


def follow_taken_back(actor: Actor, gone: Touch) -> None:
    """An attempt whose touch is taken back was none; what it ended goes on, what it remembered is lifted."""
    found = Attempt.objects.filter(touch=gone).select_related("outreach").first()
    ended = Outreach.objects.filter(
        kol=gone.kol_id, ended_at=gone.written_at, state__in=outreach.ENDS.values()
    )
    row = ended.select_for_update().first()
    if row is not None and not Outreach.objects.live().filter(kol=gone.kol_id).exists():
        for refused in NoGo.objects.standing().filter(kol=gone.kol_id, created_at=gone.written_at):
            no_go.lift(actor, refused, _("The refusal was taken back."))
        on_again = {"ended_at": None}
        history.save(actor, row, {"state": State.LIVE, "why": ""}, None, derive=lambda _row: on_again)
        _come_back(actor, row)
    again = row or (found.outreach if found else None)
    if again is not None:
        outreach.set_next([again.pk])


def _come_back(actor: Actor, row: Outreach) -> None:
    candidate = Candidate.objects.select_for_update().get(pk=row.candidate_id)
    elsewhere = Candidate.objects.filter(kol=row.kol_id, in_outreach=True).exists()
    if not candidate.outcome and not elsewhere:
        history.save(actor, candidate, {"in_outreach": True}, None)


def follow_decision(actor: Actor, candidate: Candidate) -> None:
    """It is said what became of a candidate: nobody writes to them for it, and a no is remembered."""
    if not candidate.outcome:
        return
    for row in Outreach.objects.live().select_for_update().filter(candidate=candidate):
        outreach.conclude(actor, row, State.STOPPED, str(candidate.get_outcome_display()))
    kinds = {Candidate.Outcome.REFUSED: NoGo.Kind.REFUSED, Candidate.Outcome.REJECTED: NoGo.Kind.REJECTED}
    if kind := kinds.get(Candidate.Outcome(candidate.outcome)):
        words = candidate.outcome_note or str(candidate.get_outcome_display())
        evidence = _("Programme: %(name)s") % {"name": candidate.programme}
        refusal.remember(actor, candidate.kol, kind, words, evidence)


def follow_file(actor: Actor, kol_ids: Collection[UUID]) -> None:
    """Who moved on, left or bears a quiet mark is not written to any more.

    In the trash and in a merged file it waits: what hung on them comes back as it was (1.7).
    """
    over = ~Q(kol__stage=Stage.INTRODUCTION) | ~Q(kol__quiet_cause="")
    for row in Outreach.objects.live().filter(over, kol__in=list(kol_ids)):
        outreach.close(actor, outreach.live(row), State.STOPPED, _("The file moved on."))


def nightly(_actor: Actor) -> outbox.Tally:
    """Contacts, ties and the ladder itself may have changed since."""
    live = list(Outreach.objects.live().values_list("pk", flat=True))
    tally = outbox.Tally(seen=len(live))
    tally.done = sparing.in_chunks(tally, "outreach", live, outreach.BATCH, outreach.set_next)
    return tally
