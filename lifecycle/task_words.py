"""What tasks say on Today, in notices and in the history of a file (DOMAIN 8.1)."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core.models import Notice, User
from kol_crm.core.notices import NoticeKind, Told
from lifecycle.due_rows import of_files, page_of
from lifecycle.models import Task

KIND = "task"


def why(row: Task, _day) -> str:
    """Call the courier; again every 7 days."""
    told = {"what": row.what if row.kol_id else _("To do"), "who": row.author}
    if row.author_id not in (None, row.assignee_id):
        return _("%(what)s; set by %(who)s") % told
    return told["what"]


DUE = of_files(
    KIND,
    gettext_lazy("Tasks"),
    "square-check-big",
    rows=lambda user: Task.objects.due_for(user),
    column="due_on",
    why=why,
    action=gettext_lazy("Done"),
    page=page_of("lifecycle:task-detail"),
    kind_label=gettext_lazy("Task"),
    joins=("author",),
    act=page_of("lifecycle:task-done"),
)


def _tell(notices: Sequence[Notice], user: User) -> dict[UUID, Told]:
    wanted = {notice.subject for notice in notices}
    rows = Task.objects.visible_to(user).filter(pk__in=wanted).in_bulk()
    return {
        notice.pk: Told(
            _("set you a task: %(what)s") % {"what": rows[notice.subject].what},
            reverse("lifecycle:task-detail", args=[notice.subject]),
        )
        for notice in notices
        if notice.subject in rows
    }


GIVEN = NoticeKind(gettext_lazy("Task"), "square-check-big", _tell)
