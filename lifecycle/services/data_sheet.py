"""Taking a data sheet out for a KOL: their own figures as they stand, kept with who took it (DOMAIN 5.5)."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kol_crm.core import policy
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from lifecycle.models import DataSheet
from lifecycle.models.persona import short_lines
from lifecycle.rules import own_growth
from lifecycle.services import rule as rules
from profiles.models import FanReport, Kol, Platform
from profiles.services import figure_policy, note
from profiles.services.standing import figures_of

MOST_POSTS = 10


def make(actor: Actor, kol: Kol, language: str, best: Sequence[str] = ()) -> DataSheet:
    """One of their own account alone; ``best``: their best posts, one line each, as the operator names them.

    Raises ``PermissionDenied``, ``Refused`` (``archived``, ``no_own_figures``), ``ValidationError`` keyed
    ``language`` or ``best``.
    """
    if language not in dict(settings.LANGUAGES):
        raise ValidationError({"language": _("There is no such language.")})
    if len(best) > MOST_POSTS:
        raise ValidationError({"best": _("At most %(most)d posts.") % {"most": MOST_POSTS}})
    try:
        short_lines(list(best))
    except ValidationError as error:
        raise ValidationError({"best": error.messages}) from error
    with transaction.atomic():
        current = rules.locked(actor, kol)
        content = _content(current, note.installation_day(actor)) | {
            "language": language,
            "best": list(best),
        }
        row = DataSheet(kol=current, content=content, at=actor.at, user=actor.user)
        row.full_clean()
        row.save(force_insert=True)
        return row


def last_best(kol: Kol) -> list[str]:
    """The posts named in the last sheet."""
    last = DataSheet.objects.filter(kol=kol).first()
    return list(last.content["best"]) if last else []


def _content(kol: Kol, day) -> dict[str, Any]:
    account = kol.accounts.filter(platform=Platform.OWN).first()
    own = figures_of([kol.pk], day)[kol.pk][True]
    flows = figure_policy.flow(policy.current())
    found = own_growth.growth(own.get(account.pk, []), day, flows) if account else {}
    if account is None or not found["followers"]:
        words = _("Their account here has no figure of followers yet.")
        raise Refused("no_own_figures", words)
    fans = FanReport.objects.filter(kol=kol).exclude(audience={}).first()
    audience = {"audience": fans.audience, "audience_on": fans.on.isoformat()} if fans else {}
    name = account.title or account.handle or kol.name
    return {"day": day.isoformat(), "account": name, **found, **audience}
