"""The lists of programmes and candidates: each is a page or panel, and a resource of the API."""

from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from lifecycle.models import Candidate, Programme
from lifecycle.programme_filters import CandidateFilter, ProgrammeFilter

PROGRAMMES = lists.register(
    ListSpec(
        name="programmes",
        rows=Programme.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=ProgrammeFilter,
        sorts=(
            Sort("created", "created_at", _("Created"), descending_first=True),
            Sort("name", "name", _("Name")),
        ),
        default_sort="-created",
        columns=(
            Column("name", _("Programme"), sort="name"),
            Column("state", _("State"), css="col-level"),
            Column("purpose", _("Purpose"), css="col-owner"),
            Column("fields", _("Fields"), css="col-fields"),
            Column("period", _("Period"), css="col-due"),
            Column("candidates", _("Candidates"), css="col-due"),
            Column("owner", _("Owner"), css="col-owner"),
            Column("created", _("Created"), sort="created", css="col-touch"),
        ),
        template="lifecycle/programme/list.html",
        rows_template="lifecycle/programme/_rows.html",
    )
)
CANDIDATES = lists.register(
    ListSpec(
        name="candidates",
        rows=Candidate.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=CandidateFilter,
        sorts=(Sort("entered", "entered_at", _("Entered"), descending_first=True),),
        default_sort="-entered",
        columns=(
            Column("kol", "KOL", css="col-kol"),
            Column("programme", _("Programme")),
            Column("source", _("Source"), css="col-owner"),
            Column("step", _("Step"), css="col-owner"),
            Column("outcome", _("Outcome"), css="col-owner"),
            Column("entered", _("Entered"), sort="entered", css="col-touch"),
        ),
        template="lifecycle/candidate/list.html",
        rows_template="lifecycle/candidate/_rows.html",
        panel_template="lifecycle/candidate/_panel.html",
    )
)
