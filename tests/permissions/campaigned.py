"""What campaigns hang on a file of the world, and who gets what answer at their addresses."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from incentives.models import Campaign, Invitation
from incentives.services import campaign, deliverable, dispute, invitation, participant, result
from kol_crm.core.actor import Actor
from profiles.models import Kol
from tests.factories import NOW
from tests.permissions.rows import (
    ADMIN,
    COLLEAGUE,
    FILES,
    FINANCE,
    KEEPERS,
    MANAGERS,
    NOBODY,
    PROGRAMME_KEEPERS,
    PROGRAMME_TEAM,
    STAFF,
    TEAM,
    Row,
    both,
    edit,
    view,
    work_ids,
)

DAY = NOW.date()


def rows_of(kol: Kol, mark: str) -> dict[str, Any]:
    """A contest with its only participant, what they owe and brought, a disputed invitation."""
    actor = Actor(kol.owner, "page", NOW - timedelta(minutes=2))
    days = {"starts_on": DAY - timedelta(days=20), "ends_on": DAY + timedelta(days=20)}
    words = {name: f"{mark} campaign, its {name}" for name in ("name", "topic", "purpose", "note")}
    contest = campaign.create(actor, {"type": Campaign.Type.CONTEST, **days, **words})
    row = participant.add(actor.again(), contest, kol)
    owed = deliverable.add(actor.again(), row, {"what": f"{mark} video", "due_on": DAY + timedelta(days=6)})
    told = {"participant": row, "last_on": DAY, "active_users": 7, "paid_amount": Decimal(12)}
    [brought] = result.enter(actor.again(), contest, [{**told, "source": f"{mark} backend"}])
    came = {"code": row.codes.get().code, "user_ref": f"{mark}user", "registered_at": NOW - timedelta(days=9)}
    invitation.take_in(actor.again(), contest, [came])
    invited = Invitation.objects.get(campaign=contest)
    said = dispute.say(actor.again(), invited, f"{mark} dispute", row)
    rows = {"campaign": contest, "participant": row, "deliverable": owed, "campaign-result": brought}
    return rows | {"invitation": invited, "dispute": said}


def _of_campaign(url: str, method: str = "POST", **more) -> Row:
    """A campaign is about nobody: the KOL who is staff sees it too."""
    return Row(url, method, PROGRAMME_KEEPERS, seen=COLLEAGUE, **more)


def _form(url: str) -> list[Row]:
    return [_of_campaign(url, "GET"), _of_campaign(url, ok=422)]


def _participant(world) -> dict:
    return {"campaign": str(world.file.introduced["campaign"].pk), "kol": str(world.file.kol.pk)}


def _participants(world) -> dict:
    told = _participant(world)
    return {"campaign": told["campaign"], "rows": [{"kol": told["kol"]}]}


def _again(world) -> dict:
    return {"invitation": str(world.file.introduced["invitation"].pk), "says": "x"}


UNIT_VALUE = {"metric": "new_users", "amount": "2.5", "since": "2026-11-01"}
NEW = {"name": "New", "type": "event", "starts_on": "2026-11-01", "ends_on": "2026-11-30"}
CAMPAIGN_PAGES = [
    Row("incentives:campaign-list", "GET", STAFF),
    Row("incentives:campaign-create", "GET", FILES, seen=FINANCE),
    Row("incentives:campaign-create", "POST", FILES, ok=422, seen=FINANCE),
    # no file is ticked
    Row("incentives:into-campaign", "POST", FILES, ok=400, seen=FINANCE),
    # the work in the world is of another kind
    Row("incentives:campaign-added", "GET", NOBODY, ids=work_ids),
    Row("incentives:unit-values", "GET", FILES, seen=FINANCE),
    Row("incentives:unit-values", "POST", ADMIN, ok=422, seen=STAFF - ADMIN),
    Row("incentives:campaign-detail", "GET", PROGRAMME_TEAM),
    Row("incentives:campaign-history", "GET", PROGRAMME_TEAM),
    # the contest in the world is not monetising
    Row("incentives:campaign-after", "GET", NOBODY),
    *_form("incentives:campaign-edit"),
    _of_campaign("incentives:campaign-start", ok=302),
    _of_campaign("incentives:campaign-end", ok=302),
    *_form("incentives:participant-create"),
    *_form("incentives:participant-import"),
    *_form("incentives:campaign-results"),
    *_form("incentives:result-import"),
    *_form("incentives:invitation-import"),
    Row("incentives:contest-board", "GET", PROGRAMME_TEAM),
    Row("incentives:contest-codes", "GET", PROGRAMME_TEAM),
    Row("incentives:participant-list", "GET", STAFF),
    view("incentives:participant-detail"),
    edit("incentives:participant-leave", ok=302),
    *both("incentives:deliverable-create", ok=422),
    view("incentives:deliverable-detail"),
    *both("incentives:deliverable-edit", ok=422),
    edit("incentives:deliverable-finish", ok=302),
    edit("incentives:deliverable-reopen", ok=302),
    edit("incentives:deliverable-drop", ok=302),
    edit("incentives:result-take-back", ok=302),
    view("incentives:dispute-create"),
    Row("incentives:dispute-create", "POST", TEAM, ok=422),
    view("incentives:dispute-settle"),
    Row("incentives:dispute-settle", "POST", TEAM, ok=422),
]
CAMPAIGN_API = [
    Row("api:campaign-list", "GET", STAFF),
    # an admin stands in no team: the campaign needs another owner
    Row("api:campaign-list", "POST", FILES - ADMIN, ok=201, seen=FINANCE, unseen=400, data=NEW),
    Row("api:campaign-detail", "GET", PROGRAMME_TEAM),
    _of_campaign("api:campaign-detail", "PATCH", data={"name": "x"}, headers=(("If-Match", "*"),)),
    _of_campaign("api:campaign-start"),
    _of_campaign("api:campaign-end"),
    _of_campaign("api:campaign-results", ok=400),
    _of_campaign("api:campaign-invitations", data={"rows": []}),
    Row("api:campaign-board", "GET", PROGRAMME_TEAM),
    edit("api:campaign-result-take-back", ok=201),
    Row("api:participant-list", "GET", STAFF),
    # they take part already
    Row("api:participant-list", "POST", KEEPERS, ok=400, seen=COLLEAGUE, unseen=400, data=_participant),
    Row("api:participant-many", "POST", KEEPERS, ok=400, seen=COLLEAGUE, unseen=400, data=_participants),
    view("api:participant-detail"),
    edit("api:participant-leave"),
    edit("api:participant-deliverables", ok=201, data={"what": "x"}),
    view("api:deliverable-detail"),
    edit("api:deliverable-detail", method="PATCH", data={"what": "x"}, headers=(("If-Match", "*"),)),
    edit("api:deliverable-finish"),
    edit("api:deliverable-reopen"),
    Row("api:contest-dispute-list", "POST", TEAM, ok=409, unseen=400, data=_again),
    Row(
        "api:contest-dispute-settle",
        "POST",
        TEAM & MANAGERS,
        ok=201,
        seen=TEAM - MANAGERS,
        data={"counts": False, "reason": "x"},
    ),
    Row("api:unit-value-list", "GET", FILES, seen=FINANCE),
    Row("api:unit-value-list", "POST", ADMIN, ok=201, seen=STAFF - ADMIN, data=UNIT_VALUE),
]
