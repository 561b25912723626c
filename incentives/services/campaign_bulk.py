"""Many KOLs into a campaign as background work: file by file through ``participant.add``, each told (6.5)."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from incentives.models import Campaign, Participant
from incentives.services import campaign as campaigns
from incentives.services import participant as participants
from kol_crm.core import work as works
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Work
from kol_crm.core.work import Kind, Run
from profiles.models import Kol
from profiles.services import bulk_work

ADD = "campaign_add"
PIECE = 20
MOST = 5_000
LISTED = 200  # of the files that were refused, so many are named with the reason


def start(
    actor: Actor,
    campaign: Campaign,
    *,
    ids: Sequence[UUID] = (),
    query: str | None = None,
    reason: str = "",
) -> Work:
    """Put it in: these files, or all that the list's ``query`` finds now.

    Raises ``PermissionDenied``, ``Refused`` (``campaign_ended``), ``ValidationError`` keyed ``ids``.
    """
    campaigns.demand(actor, campaign)
    campaigns.demand_open(campaign)
    found = (
        list(ids)
        if query is None
        else list(bulk_work.matching(actor, query).order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    )
    if not found or len(found) > MOST:
        raise ValidationError({"ids": _("Choose from one to %(most)d files.") % {"most": MOST}})
    params = {"ids": sorted({str(one) for one in found}), "reason": reason.strip()}
    return works.start(actor, ADD, params, total=len(params["ids"]), subject=campaign.pk)


def run(work_run: Run) -> None:
    """Piece by piece, under the rights of the moment; who takes part already is passed over."""
    work = work_run.work
    campaign = Campaign.objects.get(pk=UUID(str(work.subject)))
    ids = [UUID(one) for one in work.params["ids"]]
    while work.done < len(ids):
        piece = ids[work.done : work.done + PIECE]
        with transaction.atomic(), translation.override(work_run.actor.person.language or None):
            work_run.actor.person.refresh_from_db()
            _piece(work_run, campaign, piece)


def _piece(work_run: Run, campaign: Campaign, piece: list[UUID]) -> None:
    actor, counts = work_run.actor, work_run.work.counts
    files = Kol.objects.visible_to(actor.user).in_bulk(piece)
    taking_part = set(
        Participant.objects.taking_part()
        .filter(campaign=campaign, kol__in=piece)
        .values_list("kol", flat=True)
    )
    Kol.objects.lock(*files)
    added, refused = 0, []
    for pk in piece:
        if pk in taking_part:
            continue
        if pk not in files:
            refused.append([str(pk), ""])
            continue
        try:
            participants.add(actor, campaign, files[pk], work_run.work.params["reason"])
            added += 1
        except ValidationError as error:
            refused.append([str(pk), " ".join(error.messages)])
        except Refused as problem:
            refused.append([str(pk), str(problem.message)])
        except PermissionDenied as denied:
            refused.append([str(pk), str(denied)])
    work_run.progress(
        work_run.work.done + len(piece),
        added=counts.get("added", 0) + added,
        already=counts.get("already", 0) + len(taking_part),
        refused=counts.get("refused", 0) + len(refused),
        told=[*counts.get("told", []), *refused][:LISTED],
    )


def words(work: Work) -> str:
    """What came of it."""
    added, already, refused = (work.counts.get(name, 0) for name in ("added", "already", "refused"))
    said = [ngettext("%(n)d added", "%(n)d added", added) % {"n": added}]
    if already:
        said.append(ngettext("%(n)d took part already", "%(n)d took part already", already) % {"n": already})
    if refused:
        said.append(ngettext("%(n)d refused", "%(n)d refused", refused) % {"n": refused})
    return ", ".join(said)


def url(work: Work) -> str:
    return reverse("incentives:campaign-added", args=[work.pk])


KIND = Kind(gettext_lazy("Adding to a campaign"), "flag", run, words, url)
