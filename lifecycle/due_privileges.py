"""What privileges offer for Today: platform roles whose last day comes (DOMAIN 5.8, 8.1)."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifecycle.due_rows import of_files, page_of
from lifecycle.models import PlatformRole

ROLE = "platform_role"


def why(row: PlatformRole, day: date) -> str:
    """Their role ends: mentor."""
    if row.until is not None and row.until < day:
        return _("Their role has ended, say so or extend it: %(role)s") % {"role": row}
    return _("Their role ends: %(role)s") % {"role": row}


ROLES = of_files(
    ROLE,
    gettext_lazy("Platform roles"),
    "shield",
    rows=lambda user: PlatformRole.objects.all().due_for(user),
    column="until",
    why=why,
    action=gettext_lazy("Extend or end"),
    page=page_of("lifecycle:platform-role-detail"),
    kind_label=gettext_lazy("Platform role"),
)
