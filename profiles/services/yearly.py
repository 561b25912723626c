"""How yearly days fall where a year lacks them, as the policy has it (DOMAIN 7.2)."""

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.occurrence import DEFAULT, OccurrenceRules
from kol_crm.core.shapes import Choice, Table

SECTION = policy.Section("yearly_days", _("Yearly days"), 28)
LEAP = (("leap", _("in that leap month where a year has it")), ("plain", _("always in the plain month")))
PLAIN = (("plain", _("always in the plain month")), ("leap", _("in the leap month where a year has it")))
DAY_30 = (("before", _("on the 29th")), ("after", _("on the day after, within the year")))
FEBRUARY = (("before", _("on 28 February")), ("after", _("on 1 March")))
RULES = policy.declare(
    "yearly_days",
    {name: getattr(DEFAULT, name) for name in OccurrenceRules.__dataclass_fields__},
    _("When a day falls that a year lacks"),
    section=SECTION,
    shape=Table(
        {
            "leap_month_birth": (_("Of a leap month"), Choice(lambda: list(LEAP))),
            "plain_month_birth": (
                _("Of the plain month, in a year with a leap one"),
                Choice(lambda: list(PLAIN)),
            ),
            "day_30": (_("The 30th of a lunar month of 29 days"), Choice(lambda: list(DAY_30))),
            "february_29": (_("29 February"), Choice(lambda: list(FEBRUARY))),
        }
    ),
    help=_("Days on file follow in the night after a change."),
)


def rules() -> OccurrenceRules:
    """Those in force, as this process knows them (``policy.remembered``)."""
    return OccurrenceRules(**policy.remembered().get(RULES))
