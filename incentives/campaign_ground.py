"""What campaigns hand in to core and to the floors below."""

from django.utils.translation import gettext_lazy as _

from incentives import campaign_due, campaign_story
from incentives.models import Dispute, Invitation, Result, Ruling, UnitValue
from incentives.services import campaign_bulk, campaign_holding, deliverable
from kol_crm.core import append_only, due, work
from kol_crm.core.services.user import holdings
from lifecycle import exposure, worth
from profiles import changes, timeline
from profiles.services import links, next_due

# with the columns that an intake or a ruling may write later
APPEND_ONLY = {Result: (), UnitValue: (), Invitation: ("left_out",), Dispute: (), Ruling: ()}


def register() -> None:
    for model, movable in APPEND_ONLY.items():
        append_only.tables.register(model._meta.db_table, movable)
        links.facts.register(model._meta.label, model)
    links.words.register("incentives.Participant", _("Campaigns"))
    changes.rows.register("incentives.participant", _("part in a campaign"))
    due.sources.register(campaign_due.KIND, campaign_due.DELIVERABLES)
    next_due.sources.register(campaign_due.KIND, deliverable.due_dates)
    timeline.sources.register(campaign_story.KIND, campaign_story.STORY)
    worth.campaigns.register("campaigns", campaign_story.done_campaigns)
    exposure.sources.register("campaigns", campaign_story.exposure_parts)
    work.kinds.register(campaign_bulk.ADD, campaign_bulk.KIND)
    holdings.register("campaigns", campaign_holding.CAMPAIGNS)
