"""Pages of stages and reviews, programmes, candidates, outreach, cooperation."""

from tests.permissions.growing import GROWING
from tests.permissions.rows import (
    ADMIN,
    COLLEAGUE,
    FILES,
    FINANCE,
    MANAGERS,
    NOBODY,
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
    Row("lifecycle:violation-list", "GET", STAFF),
    *both("lifecycle:violation-create", ok=422),
    view("lifecycle:violation-detail"),
    *both("lifecycle:violation-edit", ok=422),
    edit("lifecycle:violation-remove", ok=302),
    edit("lifecycle:violation-step", ok=422, ids=_decide("penalise")),
    Row("lifecycle:no-privilege", "GET", STAFF),
    Row("lifecycle:no-privilege-csv", "GET", STAFF),
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
    Row("lifecycle:uncovered", "GET", STAFF),
]
LIFECYCLE = [
    *OUTREACH,
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
