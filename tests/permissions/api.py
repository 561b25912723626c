"""The rest of the API."""

from uuid import UUID

from tests.factories import NOW, kol_type
from tests.permissions.api_conduct import CONDUCT_API
from tests.permissions.api_introduction import INTRODUCTION_API, OUTREACH_API
from tests.permissions.api_notes import NOTES
from tests.permissions.api_resources import RESOURCE_API
from tests.permissions.core import ROBOT_API
from tests.permissions.gifts import GIFTS_API
from tests.permissions.growing import GROWING_API
from tests.permissions.hooks import HOOKS_API
from tests.permissions.incentives import TOP, template_ids
from tests.permissions.ledger import LEDGER_API
from tests.permissions.rows import (
    ABOVE,
    ADMIN,
    COLLEAGUE,
    FILES,
    FINANCE,
    IMPORTS,
    KEEPERS,
    MANAGER,
    MANAGERS,
    NOBODY,
    OWNER,
    REASON,
    SHARERS,
    STAFF,
    TEAM,
    Row,
    change_view,
    edit,
    export_ids,
    import_ids,
    in_clear_ids,
    insist,
    merge_ids,
    pair_ids,
    trashed_ids,
    under_ids,
    unowned_ids,
    view,
    work_ids,
)
from tests.permissions.value import VALUE_API

ANY = (("If-Match", "*"),)
NO_MAIL = UUID(int=1)
NEWCOMER = {"username": "new", "email": "new@x.example", "display_name": "New", "role": "admin"}
BESIDE = frozenset(
    {"owner", "colleague", "manager", "finance", "self", "admin"}
)  # who works with the colleague


def _colleague(world) -> dict:
    return {"pk": world.users["colleague"].username}


def _mailer(_world) -> dict:
    return {"pk": "mailer"}


def _new_source(world) -> dict:
    return {"slug": "new", "name": "New", "owner": world.users["owner"].username}


def _of_colleague(url: str, method: str = "POST", ok: int = 200, **more) -> Row:
    """Whoever works with them sees them; only admins change them."""
    headers = (("If-Match", "*"),)
    return Row(url, method, ADMIN, ok=ok, seen=BESIDE - ADMIN, ids=_colleague, headers=headers, **more)


def _new_policy(world) -> dict:
    cell = {"kinds": ["spiritual"], "ceiling": "5"}
    return {"from_day": str(NOW.date()), "reason": "New", "cells": {"initial.nano": cell}}


def _new_team(world) -> dict:
    return {"name": "New", "part_of": world.teams["under"].name}


def _two_files(world) -> dict:
    files = {"survivor": str(world.file.kol.pk), "merged": str(world.second.kol.pk)}
    return files | {"choices": {"own_account": "survivor"}}


def _touch_of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk), "channel": "phone", "began": "us", **REASON}


def _bulk_of_file(world) -> dict:
    return {"ids": [str(world.file.kol.pk)], "changes": {"city": "Suzhou"}}


def _figure_of_file(world) -> dict:
    account = str(world.file.account.pk)
    return {"account": account, "metric": "followers", "value": "5", "end": "2026-11-20"}


def _figures_of_file(world) -> dict:
    account = str(world.file.account.pk)
    return {"rows": [{"account": account, "end": "2026-11-20", "figures": {"followers": 5}}]}


def _entry_of_file(world) -> dict:
    moved = world.file.move
    return {"kind": "move", "entry": str(moved.pk), "at": moved.at.isoformat()}


def _trash_days(world) -> dict:
    return {"pk": "trash_days"}


def _motto(world) -> dict:
    return {"pk": world.attribute.key}


def _a_type(world) -> dict:
    return {"pk": kol_type().slug}


def _setting(url: str, ids, *, create: dict) -> list[Row]:
    """What all read and those change who set it; no manager here is of the top team."""
    insist = (("If-Match", "*"),)
    edited = {"name_en": "Other", "name_zh": "别的"}
    return [
        Row(f"{url}-list", "POST", ADMIN, ok=201, seen=STAFF, data=create),
        Row(f"{url}-detail", "GET", STAFF, ids=ids),
        Row(f"{url}-detail", "PATCH", ADMIN, seen=STAFF, ids=ids, data=edited, headers=insist),
    ]


def _plan_of_file(world) -> dict:
    return {"kol": str(world.file.kol.pk), "title": "A plan"}


QUOTE = {"what": "video", "amount": "900", "currency": "CNY", "on": "2026-11-20"}


def _rows_of_file(name: str, data: dict, changed: dict, *, drop: int = 204) -> list[Row]:
    """A list of a file row by row; an account with figures (400) stays."""
    return [
        view(f"api:kol-listed-{name}s"),
        insist(f"api:kol-listed-{name}s", "POST", ok=201, data=data),
        insist(f"api:kol-listed-{name}", "PATCH", data=changed),
        insist(f"api:kol-listed-{name}", "DELETE", ok=drop),
    ]


API = [
    *NOTES,
    *OUTREACH_API,
    *INTRODUCTION_API,
    *CONDUCT_API,
    *RESOURCE_API,
    *LEDGER_API,
    *VALUE_API,
    *GIFTS_API,
    *GROWING_API,
    Row("api:schema", "GET", STAFF, open=True),
    Row("api:docs", "GET", STAFF, open=True),
    Row("api:kol-list", "GET", STAFF),
    Row("api:kol-groups", "GET", STAFF, data={"group": "stage"}),
    Row("api:kol-sync-changes", "GET", STAFF, data={"start": "true"}),
    Row("api:kol-stream-export", "GET", STAFF),
    Row("api:kol-list", "POST", FILES, seen=FINANCE, ok=201, data={"name": "New"}),
    view("api:kol-detail"),
    insist("api:kol-detail", "PUT", data={"name": "Put"}),
    insist("api:kol-detail", "PATCH", data={"city": "Patched"}),
    insist("api:kol-detail", "DELETE", ok=204),
    Row("api:kol-bulk-list", "POST", STAFF, ok=202, data=_bulk_of_file),
    Row("api:kol-bulk-undo", "POST", OWNER, ok=409, ids=work_ids),  # it is no bulk edit
    Row("api:export-list", "GET", STAFF),
    Row("api:export-list", "POST", FILES, seen=FINANCE, ok=202),
    Row("api:export-detail", "GET", MANAGER | ABOVE, ids=in_clear_ids),
    Row("api:export-file", "GET", OWNER, ids=export_ids),
    Row("api:import-list", "GET", STAFF),
    Row("api:import-list", "POST", FILES, seen=FINANCE, ok=400),
    Row("api:import-detail", "GET", IMPORTS, ids=import_ids),
    Row("api:import-rows", "GET", IMPORTS, ids=import_ids),
    Row("api:import-detail", "PATCH", OWNER, seen=IMPORTS - OWNER, ids=import_ids, data={"mode": "new"}),
    Row("api:import-mend", "POST", OWNER, seen=IMPORTS - OWNER, ids=import_ids),
    Row("api:import-run", "POST", OWNER, seen=IMPORTS - OWNER, ids=import_ids),
    Row("api:import-undo", "POST", IMPORTS, ok=409, ids=import_ids),  # it has not run
    Row("api:kol-claim", "POST", TEAM | {"self"}, ids=unowned_ids),
    Row("api:kol-restore", "POST", KEEPERS | {"self"}, ids=trashed_ids),
    Row("api:kol-follow", "POST", TEAM, ok=204),
    Row("api:kol-follow", "DELETE", TEAM, ok=204),
    view("api:kol-warmth"),
    insist("api:kol-mark-quiet", "PUT", data={"quiet_cause": "mourning"}),
    insist("api:kol-mark-quiet", "DELETE"),
    view("api:kol-mark-staff"),
    Row("api:kol-mark-staff", "PUT", KEEPERS - OWNER, seen=OWNER | COLLEAGUE, ok=400, headers=ANY),
    Row("api:kol-mark-staff", "DELETE", KEEPERS - OWNER, seen=OWNER | COLLEAGUE, headers=ANY),
    *_rows_of_file("contact", {"channel": "phone", "value": "13511112222"}, {"label": "Other"}),
    *_rows_of_file("account", {"platform": "weibo", "handle": "fresh"}, {"title": "Other"}, drop=400),
    *_rows_of_file("quote", QUOTE, {"what": "Other"}),
    Row("api:trash-list", "GET", STAFF),
    Row("api:trash-restore", "POST", STAFF, data={"ids": ["00000000-0000-7000-8000-000000000000"]}),
    view("api:kol-story-timeline"),
    edit("api:kol-story-pins", ok=204, data=_entry_of_file),
    edit("api:kol-story-pin", method="DELETE", ok=204),
    view("api:kol-story-history"),
    insist("api:kol-story-restore-change", "POST"),
    view("api:kol-file-attachments"),
    edit("api:kol-file-attachments", ok=400),
    view("api:kol-file-attachment"),
    edit("api:kol-file-attachment", method="DELETE", ok=204),
    edit("api:kol-file-restore-attachment"),
    view("api:kol-file-picture"),
    insist("api:kol-file-picture", "PUT", ok=400),
    insist("api:kol-file-picture", "DELETE", ok=204),
    view("api:kol-move-gate"),
    edit("api:kol-move-look-again", data={"look_again_on": "2027-03-01"}, ok=409),  # it did not depart
    Row("api:move-undo", "POST", OWNER, seen=TEAM - OWNER),
    Row("api:stage-list", "GET", STAFF),
    Row("api:stage-detail", "GET", STAFF, ids=lambda world: {"pk": "late"}),
    Row("api:review-list", "GET", STAFF),
    Row("api:review-next", "GET", STAFF, ok=204),
    view("api:review-detail"),
    insist("api:review-end", "POST", data={"decision": "stay"}),
    insist("api:review-reschedule", "POST", data={"due_on": "2027-01-04"}),
    edit("api:kol-move-move", data={"to_stage": "mid_term", "why": "They are ready."}, ok=201),
    Row("api:notice-list", "GET", STAFF),
    Row("api:notice-read", "POST", OWNER, ok=204, ids=lambda world: {"pk": world.notice.pk}),
    Row("api:work-detail", "GET", OWNER, ids=work_ids),
    Row("api:policy-list", "GET", ADMIN, seen=STAFF),
    Row("api:policy-versions", "GET", ADMIN, seen=STAFF),
    Row("api:policy-detail", "GET", ADMIN, seen=STAFF, ids=_trash_days),
    Row(
        "api:policy-detail",
        "PUT",
        ADMIN,
        seen=STAFF,
        ids=_trash_days,
        data={"value": 31, "reason": "as agreed"},
        headers=(("If-Match", "*"),),
    ),
    Row("api:attribute-list", "GET", STAFF),
    *_setting("api:attribute", _motto, create={"name_en": "Shoe", "name_zh": "鞋", "kind": "text"}),
    Row("api:attribute-retire", "POST", ADMIN, seen=STAFF, ids=_motto),
    Row("api:attribute-take-up", "POST", ADMIN, seen=STAFF, ids=_motto),
    Row("api:source-list", "GET", STAFF),
    Row("api:source-list", "POST", ADMIN, seen=STAFF, ok=201, data=_new_source),
    Row("api:source-detail", "GET", OWNER | ADMIN, ids=_mailer),
    Row("api:source-detail", "PATCH", ADMIN, seen=OWNER, ids=_mailer, data={"name": "Post"}, headers=ANY),
    Row(  # a source is pushed by its owner
        "api:kol-push-list",
        "POST",
        OWNER,
        unseen=400,
        data={"source": "mailer", "items": [{"external_id": "1", "name": "New"}]},
        headers=(("Idempotency-Key", "1"),),
    ),
    view("api:kol-known-external-ids"),
    insist("api:kol-known-external-ids", "POST", ok=400, data={"source": "nobody", "external_id": "1"}),
    Row(
        "api:kol-known-external-id",
        "DELETE",
        OWNER | ADMIN,
        ok=204,
        seen=COLLEAGUE | MANAGER,
        ids=lambda world: {"known": world.known.pk},
        headers=ANY,
    ),
    *_setting("api:field", lambda world: {"pk": "tea"}, create={"name_en": "Chess", "name_zh": "棋"}),
    *_setting("api:type", _a_type, create={"name_en": "Poet", "name_zh": "诗人"}),
    Row("api:field-move", "POST", ADMIN, seen=STAFF, ids=lambda world: {"pk": "tea"}, data={"steps": -1}),
    Row("api:type-move", "POST", ADMIN, seen=STAFF, ids=_a_type, data={"steps": -1}),
    *(Row(f"api:{name}-list", "GET", STAFF) for name in ("field", "type", "user", "team", "me")),
    Row("api:me-notice-settings", "GET", STAFF),
    Row("api:me-notice-settings", "PATCH", STAFF, data={"morning_hour": 7}, headers=(("If-Match", "*"),)),
    Row("api:me-feeds", "GET", STAFF),
    Row("api:me-feed", "PUT", STAFF, ids=lambda _world: {"kind": "cards"}, data={"in_clear": True}),
    Row("api:me-feed", "DELETE", STAFF, ok=204, ids=lambda _world: {"kind": "cards"}),
    Row("api:absence-list", "GET", STAFF),
    Row("api:absence-list", "POST", STAFF, ok=400),  # a deputy is needed
    Row("api:absence-detail", "DELETE", NOBODY, ids=lambda world: {"pk": world.file.kol.pk}),  # no absence
    view("api:kol-quick-facts"),
    view("api:kol-listed-holders"),
    Row("api:job-list", "GET", ADMIN, seen=STAFF - ADMIN),
    Row("api:job-run", "POST", ADMIN, ok=202, seen=STAFF - ADMIN, ids=lambda _world: {"pk": "tidying"}),
    Row("api:job-held", "POST", ADMIN, ok=409, seen=STAFF - ADMIN, ids=lambda _world: {"act": "release"}),
    Row(
        "api:job-send-again", "POST", ADMIN, ok=404, seen=STAFF - ADMIN, ids=lambda _world: {"send": NO_MAIL}
    ),
    Row("api:user-list", "POST", ADMIN, ok=201, seen=STAFF - ADMIN, data=NEWCOMER),
    Row("api:user-detail", "GET", BESIDE, ids=_colleague),
    _of_colleague("api:user-detail", method="PATCH", data=lambda world: {"display_name": "Other"}),
    _of_colleague("api:user-deactivate"),
    _of_colleague("api:user-reactivate"),
    _of_colleague("api:user-invite", ok=409),  # has a password
    Row("api:team-list", "POST", ADMIN, ok=201, seen=STAFF - ADMIN, data=_new_team),
    Row("api:team-detail", "GET", STAFF, ids=under_ids),
    Row(
        "api:team-detail",
        "PATCH",
        ADMIN,
        seen=STAFF - ADMIN,
        ids=under_ids,
        data={"name": "Other"},
        headers=(("If-Match", "*"),),
    ),
    *HOOKS_API,
    *ROBOT_API,
    Row("api:view-list", "GET", STAFF),
    Row("api:view-list", "POST", STAFF, ok=201, data={"list": "kols", "name": "New"}),
    Row("api:view-detail", "GET", SHARERS),
    *(
        change_view("api:view-detail", method, ok=ok, data=data, headers=(("If-Match", "*"),))
        for method, ok, data in (("PUT", 200, {}), ("PATCH", 200, {"name": "Other"}), ("DELETE", 204, {}))
    ),
    change_view("api:view-restore"),
    Row("api:view-duplicate", "POST", SHARERS, ok=201),
    Row("api:kol-tell-twins", "POST", FILES, seen=FINANCE, data={"name": "Nobody like them"}),
    Row("api:duplicate-list", "GET", STAFF),
    view("api:duplicate-detail", ids=pair_ids),
    edit("api:duplicate-not-the-same", ids=pair_ids),
    edit("api:duplicate-look-again", ids=pair_ids, ok=409),  # nobody put it aside
    Row("api:merge-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_two_files),
    Row("api:merge-preview", "POST", KEEPERS, seen=COLLEAGUE, unseen=400, data=_two_files),
    view("api:merge-detail", ids=merge_ids),
    edit("api:merge-unmerge", ids=merge_ids),
    Row("api:touch-list", "GET", STAFF),
    Row("api:touch-list", "POST", TEAM, ok=201, unseen=400, data=_touch_of_file),
    view("api:touch-detail"),
    edit("api:touch-take-back", ok=204),
    Row("api:snapshot-list", "GET", STAFF),
    Row("api:snapshot-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_figure_of_file),
    Row(  # each row says what became of it
        "api:snapshot-bulk", "POST", STAFF, data=_figures_of_file, headers=(("Idempotency-Key", "1"),)
    ),
    view("api:snapshot-detail"),
    Row("api:stale-list", "GET", STAFF),
    view("api:account-holders"),
    view("api:account-series"),
    edit("api:account-pass-on", data={"to": None}),
    view("api:kol-figures-levels"),
    insist("api:kol-figures-levels", "POST", data={"level": "mega", "reason": "known to all"}),
    view("api:kol-figures-fans"),
    edit("api:kol-figures-fans", ok=201, data={"loyalty": 3}),
    edit("api:snapshot-take-back", ok=204),
    Row("api:incentive-plan-list", "GET", STAFF),
    Row("api:incentive-plan-list", "POST", KEEPERS, ok=201, seen=COLLEAGUE, unseen=400, data=_plan_of_file),
    Row("api:incentive-plan-detail", "GET", TEAM | FINANCE),
    *(
        Row(
            "api:incentive-plan-detail",
            method,
            KEEPERS,
            seen=COLLEAGUE | FINANCE,
            data={"title": "Changed"},
            headers=(("If-Match", "*"),),
        )
        for method in ("PUT", "PATCH")
    ),
    Row("api:incentive-plan-activate", "POST", KEEPERS, seen=COLLEAGUE | FINANCE),
    Row(
        "api:incentive-plan-submit",
        "POST",
        KEEPERS,
        seen=COLLEAGUE | FINANCE,
        ok=409,  # it is inside policy
        data={"reason": "Because"},
    ),
    *(
        Row(f"api:incentive-plan-{step}", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=409, data=data)
        for step, data in (("withdraw", {}), ("approve", {}), ("send-back", {"why": "No"}))
    ),
    Row("api:incentive-plan-verdict", "GET", TEAM | FINANCE),
    Row("api:incentive-policy-list", "GET", STAFF),
    Row("api:incentive-policy-usage", "GET", STAFF),
    Row("api:incentive-policy-detail", "GET", STAFF, ids=lambda world: {"pk": 1}),
    Row("api:incentive-policy-list", "POST", TOP, seen=STAFF - TOP, ok=201, data=_new_policy),
    Row("api:incentive-plan-template-list", "GET", STAFF),
    Row("api:incentive-plan-template-detail", "GET", STAFF, ids=template_ids),
    Row(
        "api:incentive-plan-template-list",
        "POST",
        MANAGERS,
        seen=STAFF - MANAGERS,
        ok=201,
        data={"title": "Second month"},
    ),
    *(
        Row(
            "api:incentive-plan-template-detail",
            method,
            MANAGERS,
            seen=STAFF - MANAGERS,
            ok=ok,
            ids=template_ids,
            headers=ANY,
            data=data,
        )
        for method, ok, data in (("PATCH", 200, {"note": "x"}), ("DELETE", 204, {}))
    ),
    Row("api:incentive-plan-finish", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=409),  # a draft
    Row("api:incentive-plan-stop", "POST", KEEPERS, seen=COLLEAGUE | FINANCE, ok=409),
]
