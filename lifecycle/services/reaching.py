"""From an id in a request to a programme, a candidate, a field's pace: not visible is a 404."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from kol_crm.core.models import User
from lifecycle.models import Candidate, PlatformUser, Programme
from profiles.models.querysets import VIEW
from profiles.services import access


def programme_or_404(user: User, pk: UUID, action: str = VIEW) -> Programme:
    """The programme, if ``user`` may do ``action``. Raises ``Http404`` or ``PermissionDenied``."""
    rows = Programme.objects.select_related("owner", "team")
    return access.row_or_404(rows, user, pk, action, _("You may see this programme but not do this."))


def candidate_or_404(user: User, pk: UUID, action: str = VIEW) -> Candidate:
    """The candidate, if ``user`` may do ``action`` on its programme and sees the file."""
    rows = Candidate.objects.select_related(
        "programme__owner", "programme__team", "kol__owner", "kol__main_field", "kol__agency", "entered_by"
    )
    return access.row_or_404(rows, user, pk, action, _("You may see this programme but not do this."))


def demand_files(user: User) -> None:
    """Pace and suggestions are for those whose work is files. Raises ``PermissionDenied``."""
    if user.role == User.Role.FINANCE:
        raise PermissionDenied(_("This is for those who work with KOL files."))


def platform_user_or_404(user: User, pk: UUID) -> PlatformUser:
    demand_files(user)
    row = PlatformUser.objects.select_related("field").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
