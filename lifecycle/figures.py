"""What lifecycle offers for the dashboard: how much an operator can look after (DOMAIN 5.7, 8.2)."""

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.shapes import Number

LOAD = policy.declare(
    "operator_load",
    150,
    _("Files an operator can look after"),
    _("files"),
    section=policy.RHYTHM,
    shape=Number(1, 5000),
    help=_("The dashboard marks who has more, the coverage page names them. Departed KOLs do not count."),
)
