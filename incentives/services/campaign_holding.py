"""Campaigns that users own: handed over while they can still be joined (DOMAIN 2.4)."""

from django.utils.translation import gettext_lazy as _

from incentives.models import Campaign
from kol_crm.core.services import holding

CAMPAIGNS = holding.of_team(_("Campaigns"), lambda user: Campaign.objects.open().filter(owner=user))
