"""What campaigns hand in to core and to the floors below."""

from django.utils.translation import gettext_lazy as _

from incentives.models import Dispute, Invitation, Result, Ruling, UnitValue
from kol_crm.core import append_only
from profiles.services import links

# with the columns that an intake or a ruling may write later
APPEND_ONLY = {Result: (), UnitValue: (), Invitation: ("left_out",), Dispute: (), Ruling: ()}


def register() -> None:
    for model, movable in APPEND_ONLY.items():
        append_only.tables.register(model._meta.db_table, movable)
        links.facts.register(model._meta.label, model)
    links.words.register("incentives.Participant", _("Campaigns"))
