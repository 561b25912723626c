"""The kinds of notes as their pages know them: form, words, and the steps that settle one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from profiles.forms import note as forms
from profiles.models import ImportantDate, LifeEvent, Need, Promise, Request, Tie
from profiles.services import date, event, need, promise, tie
from profiles.services import request as requests


@dataclass(frozen=True)
class Step:
    """One verb on a note. ``form``: there is something to write; ``undo``: the step that takes it back."""

    label: Any
    act: Callable[..., Any]
    done: Any
    icon: str = "check"
    form: type[forms.NoteForm] | None = None
    undo: str = ""
    of_open: bool = True
    of_settled: bool = False


REMOVE, REOPEN = "remove", "reopen"


@dataclass(frozen=True)
class NoteKind:
    """``steps``: what may be done to one, by the last part of the address."""

    key: str
    model: Any
    verbs: Any
    form: type[forms.NoteForm]
    icon: str
    label: Any
    new: Any
    noted: Any
    steps: dict[str, Step] = field(default_factory=dict)

    def initial(self, note) -> dict[str, Any]:
        """The columns of a note as its form shows them."""
        names = [name for name in self.form.base_fields if hasattr(note, name)]
        return {name: getattr(note, name) for name in names}


def _reopen(verbs) -> Step:
    return Step(
        _("Open it again"), verbs.reopen, _("It is open again."), "undo-2", of_open=False, of_settled=True
    )


def _remove(verbs) -> Step:
    return Step(_("Remove"), verbs.remove, _("Removed. It stays in the history."), "trash-2", of_settled=True)


KINDS = {
    kind.key: kind
    for kind in (
        NoteKind(
            "promise",
            Promise,
            promise,
            forms.PromiseForm,
            "handshake",
            _("Promise"),
            _("New promise"),
            _("The promise is noted."),
            {
                "kept": Step(_("Kept"), promise.keep, _("The promise is kept."), undo=REOPEN),
                "broken": Step(
                    _("Broken"),
                    promise.break_,
                    _("The promise is broken; how it is made good is noted."),
                    "x",
                    forms.BreakForm,
                    REOPEN,
                ),
                REOPEN: _reopen(promise),
                REMOVE: _remove(promise),
            },
        ),
        NoteKind(
            "request",
            Request,
            requests,
            forms.RequestForm,
            "message-circle-question-mark",
            _("Request"),
            _("New request"),
            _("The request is noted."),
            {
                "answer": Step(
                    _("Answer"),
                    requests.answer,
                    _("The request is answered."),
                    "reply",
                    forms.AnswerForm,
                    REOPEN,
                ),
                "judge": Step(
                    _("Satisfied?"),
                    requests.judge,
                    _("Saved."),
                    "smile",
                    forms.JudgeForm,
                    of_open=False,
                    of_settled=True,
                ),
                REOPEN: _reopen(requests),
                REMOVE: _remove(requests),
            },
        ),
        NoteKind(
            "need",
            Need,
            need,
            forms.NeedForm,
            "hand-helping",
            _("Need"),
            _("New need"),
            _("The need is noted."),
            {
                "met": Step(_("Met"), need.meet, _("The need is met."), undo=REOPEN),
                "declined": Step(
                    _("Decline"), need.decline, _("The need is declined."), "x", forms.DeclineForm, REOPEN
                ),
                REOPEN: _reopen(need),
                REMOVE: _remove(need),
            },
        ),
        NoteKind(
            "date",
            ImportantDate,
            date,
            forms.DateForm,
            "calendar-heart",
            _("Important date"),
            _("New important date"),
            _("The date is noted."),
            {
                "attended": Step(
                    _("Attended to"), date.attend, _("Attended to until it comes round again."), undo=REOPEN
                ),
                REOPEN: _reopen(date),
                REMOVE: _remove(date),
            },
        ),
        NoteKind(
            "event",
            LifeEvent,
            event,
            forms.EventForm,
            "baby",
            _("Life event"),
            _("New life event"),
            _("The event is noted."),
            {
                "attended": Step(_("Attended to"), event.attend, _("Attended to."), undo=REOPEN),
                REOPEN: _reopen(event),
                REMOVE: _remove(event),
            },
        ),
        NoteKind(
            "tie",
            Tie,
            tie,
            forms.TieForm,
            "users",
            _("Tie"),
            _("New tie"),
            _("The tie is noted."),
            {REMOVE: _remove(tie)},
        ),
    )
}
