"""Where persona, adjustments, coaching, access and data sheets join in (DOMAIN 5.5, 5.6)."""

from django.utils.translation import gettext_lazy as _

from kol_crm.core import due
from lifecycle import gates, growing_checks, growing_due, growing_story
from lifecycle.models import Adjustment, DataSheet, Persona
from lifecycle.services import access_grant, adjustment, coaching_session
from profiles import changes
from profiles.services import links, next_due, standing
from profiles.timeline import sources

WORDS = {
    "persona": (_("Personas"), _("persona")),
    "adjustment": (_("Adjustments of the persona"), _("adjustment of the persona")),
    "coachingplan": (_("Coaching plans"), _("coaching plan")),
    "coachingfigure": (_("Figures of coaching"), _("figure of a coaching")),
    "coachingsession": (_("Coaching sessions"), _("coaching session")),
    "accessgrant": (_("Access granted"), _("access")),
    "datasheet": (_("Data sheets"), _("data sheet")),
}
NAMES = ("Persona", "Adjustment", "CoachingPlan", "CoachingSession", "AccessGrant", "DataSheet")


def join() -> None:
    """Called once, when the app is ready."""
    for key, kind in growing_checks.CHECKS.items():
        gates.register(key, kind)
    for name, source in growing_due.SOURCES.items():
        due.sources.register(name, source)
    next_due.sources.register(growing_due.ADJUSTMENT, adjustment.due_dates)
    next_due.sources.register(growing_due.SESSION, coaching_session.due_sessions)
    next_due.sources.register(growing_due.HOMEWORK, coaching_session.due_homework)
    next_due.sources.register(growing_due.ACCESS, access_grant.due_dates)
    standing.level_changed.register("access", access_grant.follow_levels)
    sources.register(growing_story.KIND, growing_story.STORY)
    links.facts.register(DataSheet._meta.label, DataSheet)
    for model in (Persona, Adjustment):
        links.together.register(model._meta.label, "persona")
    for name in NAMES:
        links.words.register(f"lifecycle.{name}", WORDS[name.lower()][0])
    for name, (_many, one) in WORDS.items():
        changes.rows.register(f"lifecycle.{name}", one)
