"""A look at a file beside the list (UI, screen 2): what one needs to decide whether to open it."""

from uuid import UUID

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from profiles import attributes, facts
from profiles.models import Attribute, Touch
from profiles.views import fact_lines, head
from profiles.views.contact import starred
from profiles.views.file import now_context
from profiles.views.listed import age_accounts

TOUCHES = 3


@require_safe
def kol_peek(request, pk: UUID):
    """The part; a reader sees of the file what its page would show, contacts masked."""
    kol = head.shown(request, pk)
    now = timezone.localtime()
    context = head.context(request, kol, "overview") | now_context(kol)
    added = attributes.rows(kol, now, context["in_force"].attributes)
    groups = (
        facts.group(kol, _("Personal"), facts.PERSONAL, now, more=added[Attribute.Group.PERSONAL]),
        facts.group(kol, _("Business"), facts.BUSINESS, now, more=added[Attribute.Group.BUSINESS]),
    )
    accounts = list(kol.accounts.all())
    age_accounts(accounts, context["card"], context["day"])
    context |= {
        "lines": fact_lines.lines(
            kol, [row for group in groups for row in group.rows if row.shown], may_edit=False
        ),
        "contacts": starred(kol.contacts.all()),
        "accounts": accounts,
        "touches": Touch.objects.standing().filter(kol=kol).select_related("user").order_by("-at")[:TOUCHES],
    }
    return render(request, "profiles/kol/peek.html", context)
