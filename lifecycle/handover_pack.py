"""The pack of a handover: what whoever takes a file over must know, as the file stands (DOMAIN 5.9).

Apps above add what they know, gifts for one, in ``sections``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from kol_crm.core.extension import ExtensionPoint
from kol_crm.core.wording import listed
from lifecycle.models import Conflict, PromiseOwner, Violation
from profiles import note_words
from profiles.models import ImportantDate, Kol, LifeEvent, Need, Promise, Request, Touch

LONGEST = 300
TOUCHES, DATES, MOST = 5, 10, 10


@dataclass(frozen=True)
class Line:
    """``when`` is a day or a moment, ``what`` the words, ``note`` what stands beside them in grey."""

    what: str
    when: Any = None
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One heading of the pack; without lines it says ``empty``."""

    key: str
    icon: str
    title: Any
    lines: list[Line] = field(default_factory=list)
    empty: Any = ""


sections: ExtensionPoint[Callable[[Kol, date], Section]] = ExtensionPoint("sections of a handover")


def of(kol: Kol, day: date) -> list[Section]:
    """All sections, in the order of the floors: a fixed number of queries."""
    return [section(kol, day) for section in sections]


def promises(kol: Kol) -> list[tuple[Promise, PromiseOwner | None]]:
    """Open promises in both directions, the soonest first, with who answers for each."""
    rows = list(Promise.objects.all().open().filter(kol=kol).order_by("due_on", "id"))
    owners = PromiseOwner.objects.filter(promise__in=rows).select_related("user")
    by_promise = {row.promise_id: row for row in owners}
    return [(row, by_promise.get(row.pk)) for row in rows]


def tastes(kol: Kol, _day: date) -> Section:
    told = (
        (_("Likes"), listed(kol.likes)),
        (_("Dislikes"), listed(kol.dislikes)),
        (_("Character"), kol.character),
        (_("Family"), kol.family),
        (_("How we met"), kol.how_met),
    )
    lines = [Line(_short(words), note=str(label)) for label, words in told if words]
    return Section("tastes", "heart", _("Tastes and manner"), lines, _("Nothing is noted."))


def sore_points(kol: Kol, _day: date) -> Section:
    return Section("sore", "triangle-alert", _("Sore points"), list(_sore(kol)), _("None on record."))


def _sore(kol: Kol) -> Iterator[Line]:
    if kol.quiet_cause:
        yield Line(str(kol.get_quiet_cause_display()), note=_("Quiet mark"))
    for conflict in Conflict.objects.filter(kol=kol).open().order_by("due_on")[:MOST]:
        yield Line(
            conflict.what, conflict.created_at, _("Conflict with %(users)s") % {"users": conflict.users}
        )
    for row in Violation.objects.filter(kol=kol).select_related("rule").order_by("-happened_at")[:MOST]:
        if row.due_on or row.state in Violation.STANDING:
            penalty = row.get_severity_display() if row.severity else _("to decide")
            yield Line(f"{row.rule.title}: {row.what}", row.happened_at, str(penalty))
    broken = Promise.objects.filter(kol=kol, state=Promise.State.BROKEN, by=Promise.By.US)
    for promise in broken.order_by("-settled_at")[:MOST]:
        yield Line(
            promise.what, promise.settled_at, _("We broke this promise: %(how)s") % {"how": promise.make_good}
        )
    unhappy = Request.objects.filter(kol=kol, satisfied=False).order_by("-answered_at")
    for request in unhappy[:MOST]:
        yield Line(_short(request.what), request.answered_at, _("Not satisfied with our answer"))


def wishes(kol: Kol, _day: date) -> Section:
    """Open requests and needs."""
    asked = Request.objects.filter(kol=kol).open().order_by("due_on", "id")[:MOST]
    lines = [Line(_short(row.what), row.due_on, _("They ask")) for row in asked]
    needs = Need.objects.filter(kol=kol).open().order_by("due_on", "id")[:MOST]
    lines += [Line(row.what, row.due_on, str(row.get_kind_display())) for row in needs]
    return Section("wishes", "hand-helping", _("Requests and needs"), lines, _("Nothing is open."))


def touches(kol: Kol, _day: date) -> Section:
    rows = Touch.objects.filter(kol=kol).standing().select_related("user").order_by("-at", "-id")[:TOUCHES]
    lines = [
        Line(
            _short(row.text) or "–",
            row.at,
            " · ".join(str(one) for one in (row.get_channel_display(), row.user) if one),
        )
        for row in rows
    ]
    return Section("touches", "message-circle", _("Last touches"), lines, _("Nobody was in touch yet."))


def dates(kol: Kol, _day: date) -> Section:
    """Birthday, important dates and life events, the next ones."""
    found = [(kol.next_birthday, Line(_("Birthday"), kol.next_birthday))] if kol.next_birthday else []
    for row in ImportantDate.objects.filter(kol=kol).awaited().order_by("next_on", "id")[:DATES]:
        found += [(row.next_on, Line(row.what, row.next_on, note_words.when(row)))]
    for event in LifeEvent.objects.filter(kol=kol).open().order_by("next_on", "id")[:DATES]:
        idea = _("gift idea: %(idea)s") % {"idea": event.gift_idea} if event.gift_idea else ""
        found += [(event.next_on, Line(event.what, event.next_on, idea or note_words.when(event)))]
    found.sort(key=lambda one: one[0] or date.max)
    return Section("dates", "calendar-heart", _("Dates"), [line for _on, line in found], _("None is known."))


OWN = {"tastes": tastes, "sore": sore_points, "wishes": wishes, "touches": touches, "dates": dates}


def _short(words: str) -> str:
    return Truncator(words).chars(LONGEST)
