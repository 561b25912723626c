"""Pages of stages and reviews, programmes, candidates, outreach, cooperation."""

from tests.permissions.growing import GROWING
from tests.permissions.rows import (
    ADMIN,
    COLLEAGUE,
    FILES,
    FINANCE,
    KEEPERS,
    MANAGERS,
    NOBODY,
    OWNER,
    PROGRAMME_KEEPERS,
    PROGRAMME_TEAM,
    STAFF,
    TEAM,
    Row,
    both,
    edit,
    of_keepers,
    settings,
    view,
    with_finance,
)


def _suggested(world) -> dict:
    return {"pk": world.file.programme.pk, "other": world.platform_user.pk}


def _slug(_world) -> dict:
    return {"slug": "tea"}


def _begin(world) -> dict:
    return {"pk": world.file.candidate.pk, "act": "begin"}


def _opened(url: str, may: frozenset[str], ok: int = 422, **more) -> list[Row]:
    """A form that they open and send; ``ok`` answers an empty one."""
    return [Row(url, "GET", may, **more), Row(url, "POST", may, ok=ok, **more)]


INTRODUCTION = [
    Row("lifecycle:programme-list", "GET", STAFF),
    *_opened("lifecycle:programme-create", FILES, seen=FINANCE),
    Row("lifecycle:programme-detail", "GET", PROGRAMME_TEAM),
    Row("lifecycle:programme-history", "GET", PROGRAMME_TEAM),
    *_opened("lifecycle:programme-edit", PROGRAMME_KEEPERS, seen=COLLEAGUE),
    Row("lifecycle:programme-start", "POST", PROGRAMME_KEEPERS, ok=302, seen=COLLEAGUE),
    *_opened("lifecycle:programme-close", PROGRAMME_KEEPERS, seen=COLLEAGUE),
    Row("lifecycle:candidate-board", "GET", PROGRAMME_TEAM, ids=lambda w: {"pk": w.file.programme.pk}),
    *_opened("lifecycle:candidate-create", PROGRAMME_TEAM, ids=lambda w: {"pk": w.file.programme.pk}),
    Row("lifecycle:suggestion-list", "GET", PROGRAMME_TEAM, ids=lambda w: {"pk": w.file.programme.pk}),
    *_opened("lifecycle:suggestion-take-on", PROGRAMME_TEAM, ids=_suggested),
    *_opened("lifecycle:suggestion-reject", PROGRAMME_TEAM, ids=_suggested),
    Row("lifecycle:suggestion-again", "POST", PROGRAMME_TEAM, ok=302, ids=_suggested),
    *_opened("lifecycle:feed-import", MANAGERS, seen=STAFF),
    Row("lifecycle:candidate-list", "GET", STAFF),
    view("lifecycle:candidate-of"),
    Row("lifecycle:candidate-of", "POST", TEAM, ok=422),
    view("lifecycle:candidate-detail"),
    view("lifecycle:candidate-today"),
    Row("lifecycle:programme-today", "GET", PROGRAMME_TEAM),
    Row("lifecycle:candidate-rate", "POST", TEAM, ok=302),
    *_opened("lifecycle:candidate-step", TEAM),
    *_opened("lifecycle:candidate-outcome", TEAM, ok=302),
    Row("lifecycle:candidate-outreach", "POST", TEAM, ok=302, ids=_begin),
    Row("lifecycle:pace-list", "GET", FILES, seen=FINANCE),
    Row("lifecycle:pace-panel", "GET", FILES, seen=FINANCE),
    Row("lifecycle:pace-detail", "GET", FILES, seen=FINANCE, ids=_slug),
    *_opened("lifecycle:pace-demand", MANAGERS, seen=STAFF, ids=_slug),
    *_opened("lifecycle:pace-band", ADMIN, seen=STAFF, ids=_slug),
    *_opened("lifecycle:pace-cap", ADMIN, seen=STAFF, ids=_slug),
    *_opened("lifecycle:demand-import", MANAGERS, seen=STAFF),
]


def _candidate(world) -> dict:
    return {"pk": world.file.candidate.pk}


def _sent(_world) -> dict:
    return {"verb": "send"}


OUTREACH = [
    Row("lifecycle:outreach-list", "GET", STAFF),
    # somebody writes to them already
    *_opened("lifecycle:outreach-start", TEAM, ok=409, ids=_candidate),
    view("lifecycle:outreach-detail"),
    Row("lifecycle:outreach-attempt", "POST", TEAM, ok=422),
    Row("lifecycle:outreach-heard", "POST", TEAM, ok=422),
    edit("lifecycle:outreach-mail", ok=422),
    edit("lifecycle:outreach-call-back", ok=409),  # nothing is on its way
    Row("lifecycle:outreach-unreachable", "POST", TEAM, ok=409),  # channels are left
    Row("lifecycle:outreach-stop", "POST", TEAM, ok=422),
    Row("lifecycle:cooperation-list", "GET", STAFF),
    *both("lifecycle:cooperation-create", ok=422),
    with_finance("lifecycle:cooperation-detail"),
    with_finance("lifecycle:cooperation-compare"),
    with_finance("lifecycle:cooperation-print"),
    of_keepers("lifecycle:cooperation-edit", "GET"),
    of_keepers("lifecycle:cooperation-edit", ok=422),
    of_keepers("lifecycle:cooperation-step", ok=422, ids=_sent),
    Row("lifecycle:stay-list", "GET", STAFF),
    Row("lifecycle:board-facet", "GET", STAFF, ids=lambda _world: {"key": "owner"}),
    Row("lifecycle:yield-tables", "GET", STAFF),
    Row("lifecycle:yield-list", "GET", STAFF),
]


def _decide(verb: str):
    return lambda _world: {"verb": verb}


def _token(_world) -> dict:
    return {"token": "0" * 64}


CONDUCT = [
    Row("lifecycle:rule-list", "GET", STAFF),
    Row("lifecycle:rule-detail", "GET", STAFF),
    *_opened("lifecycle:rule-create", ADMIN, seen=STAFF),
    *_opened("lifecycle:rule-edit", ADMIN, seen=STAFF),
    Row("lifecycle:rule-retire", "POST", ADMIN, ok=302, seen=STAFF),
    Row("lifecycle:rule-read", "GET", NOBODY, ids=_token, ok=404, open=True),  # forged
    Row("lifecycle:rule-read", "POST", NOBODY, ids=_token, ok=404, open=True),
    view("lifecycle:rule-known"),
    edit("lifecycle:rule-tell", ok=422),
    edit("lifecycle:rule-acknowledge", ok=422),
    edit("lifecycle:rule-link", ok=409),  # every rule is acknowledged
    edit("lifecycle:rule-mail", ok=409),
    edit("lifecycle:rule-call-back", ok=409),
    edit("lifecycle:rule-fact-take-back", ok=302),
    Row("lifecycle:exclusivity-list", "GET", STAFF),
    *both("lifecycle:exclusivity-create", ok=422),
    view("lifecycle:exclusivity-detail"),
    *both("lifecycle:exclusivity-edit", ok=422),
    edit("lifecycle:exclusivity-remove", ok=409),  # a breach of it was seen
    edit("lifecycle:exclusivity-step", ok=422, ids=_decide("end")),
    Row("lifecycle:sighting-list", "GET", STAFF),
    *both("lifecycle:sighting-create", ok=422),
    view("lifecycle:sighting-detail"),
    *both("lifecycle:sighting-edit", ok=422),
    edit("lifecycle:sighting-remove", ok=302),
    edit("lifecycle:sighting-step", ok=422, ids=_decide("confirm")),
    Row("lifecycle:stop-list", "GET", STAFF),
    view("lifecycle:stop-detail"),
    edit("lifecycle:stop-step", ok=422, ids=_decide("reinstate")),
    Row("lifecycle:violation-list", "GET", STAFF),
    *both("lifecycle:violation-create", ok=422),
    view("lifecycle:violation-detail"),
    *both("lifecycle:violation-edit", ok=422),
    edit("lifecycle:violation-remove", ok=302),
    edit("lifecycle:violation-step", ok=422, ids=_decide("penalise")),
    Row("lifecycle:no-privilege", "GET", STAFF),
    Row("lifecycle:no-privilege-csv", "GET", STAFF),
    Row("lifecycle:task-list", "GET", STAFF),
    *_opened("lifecycle:task-new", FILES, seen=FINANCE),
    Row("lifecycle:task-create", "GET", TEAM),
    Row("lifecycle:task-create", "POST", TEAM, ok=422),
    view("lifecycle:task-detail"),
    *both("lifecycle:task-edit", ok=422),
    edit("lifecycle:task-done", ok=302),
    edit("lifecycle:task-take", ok=302),
    edit("lifecycle:task-reopen", ok=409),  # it is open
    Row("lifecycle:conflict-list", "GET", STAFF),
    *both("lifecycle:conflict-create", ok=422),
    view("lifecycle:conflict-detail"),
    *both("lifecycle:conflict-edit", ok=422),
    edit("lifecycle:conflict-follow", ok=422),
    edit("lifecycle:conflict-close", ok=422),
    edit("lifecycle:conflict-reopen", ok=409),  # it is open
]
COMMUNITIES = [
    Row("lifecycle:community-list", "GET", STAFF),
    *_opened("lifecycle:community-create", FILES),
    Row("lifecycle:community-detail", "GET", PROGRAMME_TEAM),
    *_opened("lifecycle:community-edit", PROGRAMME_KEEPERS, seen=COLLEAGUE),
    Row("lifecycle:community-state", "POST", PROGRAMME_KEEPERS, ok=302, seen=COLLEAGUE),
    *_opened("lifecycle:community-join", PROGRAMME_TEAM),
    view("lifecycle:communities-of-file"),
    *both("lifecycle:community-enter", ok=422),
    edit("lifecycle:single-contact", method="GET"),
    edit("lifecycle:single-contact", ok=302),  # an empty form: nobody
    edit("lifecycle:member-leave", method="GET"),
    edit("lifecycle:member-leave", ok=302),  # today
    Row("lifecycle:coverage", "GET", FILES, seen=FINANCE),
    Row("lifecycle:coverage-today", "GET", FILES, ok=302, seen=FINANCE),  # without the script: the page
    Row("lifecycle:uncovered", "GET", STAFF),
]


def _taken(world) -> dict:
    return {"pk": world.file.introduced["slot-taken"].pk}


SLOT_KEEPERS = PROGRAMME_KEEPERS - {"owner"}  # managers of the team, and admins
RESOURCES = [
    Row("lifecycle:slot-list", "GET", STAFF, ok=302),  # to the month it opens with
    *_opened("lifecycle:slot-create", MANAGERS, seen=STAFF),
    *_opened("lifecycle:slot-import", MANAGERS, seen=STAFF),
    Row("lifecycle:slot-detail", "GET", PROGRAMME_TEAM),
    *_opened("lifecycle:slot-edit", SLOT_KEEPERS, seen=PROGRAMME_TEAM),
    Row("lifecycle:slot-state", "POST", SLOT_KEEPERS, ok=302, seen=PROGRAMME_TEAM),
    *_opened("lifecycle:slot-book", PROGRAMME_TEAM),
    *_opened("lifecycle:slot-free", KEEPERS, seen=PROGRAMME_TEAM, ids=_taken),
    Row("lifecycle:budget-list", "GET", FILES, seen=FINANCE),
    *_opened("lifecycle:budget-create", MANAGERS, seen=STAFF),
    *_opened("lifecycle:budget-edit", MANAGERS, seen=STAFF),
    Row("lifecycle:booking-list", "GET", STAFF),
    *both("lifecycle:booking-create", ok=422),
    view("lifecycle:booking-detail"),
    edit("lifecycle:booking-use", ok=422),
    edit("lifecycle:booking-unuse", ok=409),  # it is booked
    edit("lifecycle:booking-cancel", ok=422),
]


def _act(world) -> dict:
    return {"pk": world.file.introduced["handover"].handover_id}


GRANTED = [
    Row("lifecycle:privilege-list", "GET", STAFF),
    *both("lifecycle:privilege-grant", ok=422),
    *both("lifecycle:privilege-withdraw", ok=422),
    Row("lifecycle:privilege-kind-list", "GET", STAFF),
    *_opened("lifecycle:privilege-kind-create", ADMIN, seen=STAFF),
    *_opened("lifecycle:privilege-kind-edit", ADMIN, seen=STAFF),
    Row("lifecycle:privilege-kind-retire", "POST", ADMIN, ok=422, seen=STAFF),
    Row("lifecycle:platform-role-list", "GET", STAFF),
    *both("lifecycle:platform-role-give", ok=422),
    view("lifecycle:platform-role-detail"),
    edit("lifecycle:platform-role-extend", ok=422),
    edit("lifecycle:platform-role-end", ok=422),
    Row("lifecycle:handover-list", "GET", STAFF),
    view("lifecycle:handover-detail"),
    view("lifecycle:handover-portfolio", ids=_act),
    edit("lifecycle:handover-assign", ok=302),  # an empty form: the receiver takes them all
    edit("lifecycle:handover-note", ok=422),
    # promises are open; nobody but the receiver confirms
    Row("lifecycle:handover-confirm", "POST", OWNER, ok=409, seen=TEAM - OWNER),
    Row("lifecycle:handover-confirm-complete", "POST", STAFF, ok=302),
]
LIFECYCLE = [
    *GRANTED,
    *OUTREACH,
    *RESOURCES,
    *COMMUNITIES,
    *CONDUCT,
    *GROWING,
    Row("lifecycle:board", "GET", STAFF),
    Row("lifecycle:board-column", "GET", STAFF),
    Row("lifecycle:review-list", "GET", STAFF, ok=302),  # to the filters it opens with
    view("lifecycle:review-detail"),
    edit("lifecycle:review-decision", method="GET"),
    Row("lifecycle:review-next", "GET", STAFF),
    view("lifecycle:stepper"),
    view("lifecycle:stage-panel"),
    view("lifecycle:look-again", ok=404),  # it did not depart
    edit("lifecycle:look-again", ok=409),
    *settings("lifecycle:stage-settings-first", "GET", ok=302),
    *settings("lifecycle:stage-settings", "GET"),
    *settings("lifecycle:stage-settings", "POST", ok=422),
    *both("lifecycle:move", ok=422),
    # by its author; after their ten minutes a manager steps back by a move
    Row("lifecycle:move-undo", "POST", frozenset({"owner"}), ok=302, seen=TEAM - {"owner"}),
    edit("lifecycle:review-detail", ok=422),
    edit("lifecycle:review-reschedule", ok=422),
    *INTRODUCTION,
]
