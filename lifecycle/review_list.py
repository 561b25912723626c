"""The list of reviews: a page, the panel of a file, a resource of the API (DOMAIN 5.4)."""

from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle.filters import ReviewFilter
from lifecycle.models import Review

REVIEWS = lists.register(
    ListSpec(
        name="reviews",
        rows=Review.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ReviewFilter,
        sorts=(
            Sort("due", "due_on", _("Due")),
            Sort("done", "done_at", _("Done"), descending_first=True, nullable=True),
        ),
        default_sort="due",
        columns=(
            Column("kol", _("KOL"), css="col-kol"),
            Column("stage", _("Stage"), css="col-stage"),
            Column("due", _("Due"), sort="due", css="col-due"),
            Column("verdict", _("Verdict"), css="col-verdict"),
            Column("owner", _("Owner"), css="col-owner"),
            Column("outcome", _("How it ended"), css="col-fields"),
            Column("done", _("Done"), sort="done", css="col-touch", right=True),
        ),
        template="lifecycle/review/list.html",
        rows_template="lifecycle/review/_rows.html",
        panel_template="lifecycle/review/_panel.html",
    )
)
