"""Moving the days of a monetising campaign that somebody joined: the guard was asked of other days (6.6)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incentives import rhythm
from incentives.models import Campaign
from kol_crm.core import wording
from kol_crm.core.actor import Actor
from lifecycle.days import installation_day
from profiles.models import Kol

NAMED = 5


def lock_who_takes_part(campaign: Campaign) -> None:
    """Their files, which are locked before the campaign is."""
    files = Kol._base_manager.filter(participations__campaign=campaign, participations__left_on=None)
    list(files.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def demand(actor: Actor, current: Campaign, draft: Campaign) -> None:
    """Days that were do not come undone, and on new ones the guard passes of whoever takes part.

    Raises ``ValidationError`` at ``starts_on`` or ``ends_on``. Six queries for each who takes part.
    """
    moved = [name for name in ("starts_on", "ends_on") if getattr(current, name) != getattr(draft, name)]
    if not moved or not draft.monetising or not current.participants.exists():
        return
    day = installation_day(actor.at)
    if "starts_on" in moved and current.starts_on <= day:
        raise ValidationError({"starts_on": _("It has begun and somebody takes part: this is settled.")})
    gone = min(current.ends_on, day)
    if current.starts_on <= day and draft.ends_on < gone:
        words = _("Somebody takes part, and it ran until %(day)s: it ends no sooner.")
        told = wording.day_words(gone, "full", gone, wording.babel_locale())
        raise ValidationError({"ends_on": words % {"day": told}})
    if current.starts_on <= draft.starts_on and draft.ends_on <= current.ends_on:
        return
    if failing := _failing(actor, draft):
        words = _("On these days the rhythm guard does not pass: %(who)s. They leave first.")
        raise ValidationError({moved[0]: words % {"who": wording.listed(failing)}})


def _failing(actor: Actor, draft: Campaign) -> list[str]:
    """Whom the guard refuses on the days of ``draft``; files out of sight have no name."""
    day = installation_day(actor.at)
    files = Kol._base_manager.filter(participations__campaign=draft, participations__left_on=None)
    failing = [kol for kol in files.order_by("pk") if not rhythm.judge(kol, day, leaving_out=draft).passed]
    known = Kol._base_manager.all() if actor.user is None else Kol.objects.visible_to(actor.user)
    names = known.filter(pk__in=[kol.pk for kol in failing]).order_by("pk").values_list("name", flat=True)
    told = list(names[:NAMED])
    return [*told, pgettext("KOLs", "others")] if len(told) < len(failing) else told
