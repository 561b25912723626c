"""The lists of notes and of agencies: each is a page, a panel on the file, and a resource of the API."""

from django.utils.translation import gettext_lazy as _

from kol_crm.core import lists
from kol_crm.core.lists import Column, ListSpec
from kol_crm.core.paging import Sort
from profiles.models import Agency, ImportantDate, LifeEvent, Need, Promise, Request, Tie
from profiles.note_filters import (
    AgencyFilter,
    DateFilter,
    EventFilter,
    NeedFilter,
    PromiseFilter,
    RequestFilter,
    TieFilter,
)

DUE = Sort("due", "due_on", _("Due"))
CREATED = Sort("created", "created_at", _("Noted"), descending_first=True)
KOL_COLUMN = Column("kol", "KOL", css="col-kol")
OWNER_COLUMN = Column("owner", _("Owner"), css="col-owner")
DUE_COLUMN = Column("due", _("Due"), sort="due", css="col-due")
NOTED_COLUMN = Column("created", _("Noted"), sort="created", css="col-touch", right=True)
STATE_COLUMN = Column("state", _("State"), css="col-level")


def _pages(model, name: str, filterset, columns) -> ListSpec:
    return lists.register(
        ListSpec(
            name=name,
            rows=model.objects.visible_to,
            prepare=lambda rows: rows.for_list(),
            filterset=filterset,
            sorts=(DUE, CREATED),
            default_sort="due",
            columns=columns,
            template="profiles/note/list.html",
            rows_template="profiles/note/_rows.html",
        )
    )


PROMISES = _pages(
    Promise,
    "promises",
    PromiseFilter,
    (
        KOL_COLUMN,
        Column("by", _("Who promised"), css="col-note-kind"),
        Column("what", _("What")),
        DUE_COLUMN,
        STATE_COLUMN,
        OWNER_COLUMN,
        NOTED_COLUMN,
    ),
)
REQUESTS = _pages(
    Request,
    "requests",
    RequestFilter,
    (
        KOL_COLUMN,
        Column("taker", _("Who takes it"), css="col-note-kind"),
        Column("what", _("What they ask")),
        DUE_COLUMN,
        STATE_COLUMN,
        OWNER_COLUMN,
        NOTED_COLUMN,
    ),
)
NEEDS = _pages(
    Need,
    "needs",
    NeedFilter,
    (
        KOL_COLUMN,
        Column("kind", _("Kind"), css="col-note-kind"),
        Column("what", _("What they need")),
        DUE_COLUMN,
        STATE_COLUMN,
        OWNER_COLUMN,
        NOTED_COLUMN,
    ),
)


def _of_file(model, name: str, filterset, sorts: tuple[Sort, ...]) -> ListSpec:
    """Lists that only the API has."""
    return ListSpec(
        name=name,
        rows=model.objects.visible_to,
        prepare=lambda rows: rows.for_list(),
        filterset=filterset,
        sorts=sorts,
        default_sort=sorts[0].key,
        template="",
        rows_template="",
    )


NEXT = Sort("next", "next_on", _("Next"), nullable=True)
DATES = _of_file(ImportantDate, "dates", DateFilter, (NEXT, CREATED))
EVENTS = _of_file(LifeEvent, "life-events", EventFilter, (NEXT, CREATED))
TIES = _of_file(Tie, "ties", TieFilter, (CREATED,))
AGENCIES = lists.register(
    ListSpec(
        name="agencies",
        rows=Agency.objects.visible_to,
        filterset=AgencyFilter,
        sorts=(Sort("name", "folded", _("Name")),),
        default_sort="name",
        columns=(
            Column("name", _("Agency"), sort="name", css="col-kol"),
            Column("person", _("Contact person"), css="col-owner"),
            Column("city", _("City"), css="col-owner"),
            Column("note", _("Note")),
        ),
        template="profiles/agency/list.html",
        rows_template="profiles/agency/_rows.html",
    )
)
