"""A file that went away while its editor was open: what was typed stays, and where the file is is said
(RELIABILITY 3)."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from profiles.changes import last_acts
from profiles.models import Kol
from profiles.models.querysets import EDIT, TRASH
from profiles.services.access import kol_or_404


def kol_to_edit(request, pk: UUID, files: QuerySet) -> Kol:
    """The file; for what is sent, also one that lies in the trash by now. Raises as ``kol_or_404``."""
    try:
        return kol_or_404(request.user, pk, EDIT, files)
    except Http404:
        kol = files.visible_to(request.user, TRASH).filter(pk=pk).first()
        if request.method != "POST" or kol is None:
            raise
        return kol


def words(kol: Kol) -> str:
    """What to say of a file that is archived, with the way to it; nothing of one that is not."""
    if kol.archived_at is None:
        return ""
    by = last_acts(kol).get("archived_at", {}).get("who", "–")
    said = _("%(who)s archived this file meanwhile. Nothing was saved.") % {"who": by}
    return format_html(
        '{} <a class="link" href="{}">{}</a>', said, reverse("profiles:kol-trash"), _("To the trash")
    )
