"""The trash: archived files, who archived them, how long they may come back (DOMAIN 1.7)."""

from collections.abc import Iterable

import django_filters
from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from kol_crm.core import lists, policy
from kol_crm.core.doors import page_actor
from kol_crm.core.filters import FilterSet, Flag
from kol_crm.core.lists import Column, Listing, ListSpec, render_list
from kol_crm.core.models import Change, User
from kol_crm.core.paging import Sort
from profiles import search
from profiles.forms.claim import ClaimForm
from profiles.models import Kol
from profiles.models.querysets import RESTORE, TRASH
from profiles.services import trash as verbs


class TrashFilter(FilterSet):
    over = Flag(field_name="trash_over", label=_("No longer restorable"))
    q = django_filters.CharFilter(method="filter_q", max_length=100, label=_("Search"))

    def filter_q(self, kols, _name, term):
        return search.matching(kols, term)


def _with_archivers(kols: QuerySet) -> QuerySet:
    """Each file with the user who archived it last, from the history."""
    acts = Change.objects.filter(row=OuterRef("pk"), field="archived_at").order_by("-at", "-id")
    return kols.select_related("owner").annotate(archiver=Subquery(acts.values("change_set__user")[:1]))


TRASHED = lists.register(
    ListSpec(
        name="trash",
        rows=lambda user: Kol.objects.visible_to(user, TRASH),
        prepare=_with_archivers,
        filterset=TrashFilter,
        sorts=(
            Sort("archived", "archived_at", _("Archived"), descending_first=True),
            Sort("name", "sort_name", _("Name")),
        ),
        default_sort="-archived",
        columns=(
            Column("kol", "KOL", sort="name", css="col-kol"),
            Column("owner", _("Owner"), css="col-owner"),
            Column("archived", _("Archived"), sort="archived", css="col-when"),
            Column("by", _("Archived by"), css="col-owner"),
            Column("left", _("Restorable"), css="col-due"),
            Column("restore", "", css="col-act"),
        ),
        template="profiles/trash/list.html",
        rows_template="profiles/trash/_rows.html",
    )
)


@require_safe
def trash(request: HttpRequest):
    """Archived files that the reader may see, the latest first."""
    return render_list(request, TRASHED, lambda listing: _context(request, listing))


def told(user: User, kols: Iterable[Kol]) -> list[dict]:
    """What a row of the trash says: who archived it, how long it may come back and whether by the reader."""
    rules, now, kols = policy.current(), timezone.now(), list(kols)
    people = User.objects.in_bulk({kol.archiver for kol in kols if kol.archiver})
    may = set(
        Kol.objects.visible_to(user, RESTORE)
        .filter(pk__in=[kol.pk for kol in kols])
        .values_list("pk", flat=True)
    )
    return [
        {
            "kol": kol,
            "by": people.get(kol.archiver),
            "days_left": verbs.days_left(kol.archived_at, now, rules),
            "may_restore": kol.pk in may,
        }
        for kol in kols
    ]


def _context(request, listing: Listing) -> dict:
    rows = told(request.user, listing.rows)
    may_any = any(row["may_restore"] for row in rows)
    return {"rows": rows, "days": policy.current().get(verbs.DAYS), "may_restore_any": may_any}


@require_POST
def restore_many(request: HttpRequest):
    """Restore the ticked files."""
    form = ClaimForm(request.POST)
    restored = verbs.restore_many(page_actor(request), form.cleaned_data["kol"]) if form.is_valid() else 0
    if restored:
        words = ngettext("%(n)d KOL is back.", "%(n)d KOLs are back.", restored)
        messages.success(request, words % {"n": restored})
    else:
        messages.error(request, _("None of these can be restored by you."))
    return redirect("profiles:kol-trash")
