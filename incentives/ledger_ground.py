"""What the ledger hands to the floors below: its tables, its parts of exposure, handover, story and Today."""

from django.utils.translation import gettext_lazy as _

from incentives import given_exposure, given_story, plan_item_due
from incentives.models import Entry, ExchangeRate, Payout, PayoutBatch
from incentives.services import rate
from kol_crm.core import append_only, due
from kol_crm.core.settings_pages import WORK, SettingsPage, pages
from lifecycle import exposure, handover_pack
from profiles import timeline
from profiles.services import links, next_due

APPEND_ONLY = {Entry: ("kol_id",), ExchangeRate: (), Payout: (), PayoutBatch: ()}


def register() -> None:
    for model, movable in APPEND_ONLY.items():
        append_only.tables.register(model._meta.db_table, movable)
    links.facts.register(Entry._meta.label, Entry)
    links.words.register(Entry._meta.label, _("Ledger"))
    exposure.sources.register(exposure.GIVEN, given_exposure.given)
    exposure.sources.register(exposure.COMMITTED, given_exposure.committed)
    handover_pack.sections.register("gifts", given_story.gifts)
    timeline.sources.register("given", given_story.GIVEN)
    due.sources.register(plan_item_due.KIND, plan_item_due.ITEMS)
    next_due.sources.register(plan_item_due.KIND, plan_item_due.dates)
    pages.register(
        "rates", SettingsPage(_("Exchange rates"), "coins", "incentives:rate-list", WORK, rate.may_add)
    )
