"""The pages of files, lists, imports, exports and figures."""

from tests.factories import field as field_of
from tests.factories import kol_type
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
    STAFF,
    TEAM,
    Row,
    both,
    edit,
    export_ids,
    import_ids,
    in_clear_ids,
    merge_ids,
    office_ids,
    pair_ids,
    settings,
    trashed_ids,
    unowned_ids,
    view,
    work_ids,
)


def _both_files(world) -> dict:
    return {"pk": world.file.kol.pk, "other": world.second.kol.pk}


def _contacts(world) -> dict:
    return {"name": "contacts"}


def _source(world) -> dict:
    return {"pk": world.known.source.pk}


def _attribute(world) -> dict:
    return {"pk": world.attribute.pk}


def _account(world) -> dict:
    return {"account": str(world.file.account.pk)}


def _file_version(world) -> dict:
    return {"version": world.file.kol.version}


def _entry(world) -> dict:
    return {"pk": field_of("tea").pk}


def _type(world) -> dict:
    return {"pk": kol_type().pk}


PROFILES = [
    *(
        row
        for kind, ids in (("field", _entry), ("type", _type))
        for row in (
            *settings(f"profiles:{kind}-list", "GET"),
            *settings(f"profiles:{kind}-add", "GET"),
            *settings(f"profiles:{kind}-add", "POST", ok=422),
            *settings(f"profiles:{kind}-edit", "GET", ids=ids),
            *settings(f"profiles:{kind}-edit", "POST", ok=422, ids=ids),
            *settings(f"profiles:{kind}-act", "POST", ok=404, ids=ids),  # says not what
        )
    ),
    Row("profiles:kol-list", "GET", STAFF),
    Row("profiles:kol-find", "POST", STAFF, ok=302),
    Row("profiles:kol-named", "POST", STAFF),
    Row("profiles:kol-claim", "POST", STAFF, ok=302),
    Row("profiles:kol-bulk", "POST", STAFF, ok=400),  # no file is ticked
    *(Row(f"profiles:bulk-{name}", "GET", OWNER, ids=work_ids) for name in ("result", "state")),
    Row("profiles:bulk-undo", "POST", OWNER, ok=302, ids=work_ids),
    Row("profiles:kol-facet", "GET", STAFF),
    Row("profiles:kol-where", "GET", STAFF),
    Row("profiles:kol-where", "POST", STAFF),
    Row("profiles:kol-trash", "GET", STAFF),
    Row("profiles:kol-create", "GET", FILES, seen=FINANCE),
    Row("profiles:kol-create", "POST", FILES, seen=FINANCE, ok=422),
    Row("profiles:kol-twins", "POST", FILES, seen=FINANCE),
    Row("profiles:kol-twins-tell", "POST", FILES, seen=FINANCE, ok=204),
    Row("profiles:duplicate-list", "GET", STAFF, ok=302),  # to the filters it opens with
    Row("profiles:duplicate-put-aside", "POST", KEEPERS, seen=COLLEAGUE, ok=302, ids=pair_ids),
    Row("profiles:duplicate-look-again", "POST", KEEPERS, seen=COLLEAGUE, ok=302, ids=pair_ids),
    edit("profiles:kol-find-twins", ok=302),
    edit("profiles:kol-merge", method="GET", ids=_both_files),
    edit("profiles:kol-merge", ok=409, ids=_both_files),  # without the versions that the page showed
    view("profiles:merge-detail", ids=merge_ids),
    edit("profiles:merge-undo", ok=302, ids=merge_ids),
    *(
        view(f"profiles:{name}")
        for name in (
            *(
                "kol-detail",
                "kol-now",
                "kol-people",
                "kol-timeline",
                "kol-performance",
                "kol-incentives",
                "kol-history",
            ),
            *("kol-head", "kol-peek", "touch-form"),
        )
    ),
    Row("profiles:kol-follow", "POST", TEAM),
    edit("profiles:kol-pin", ok=400),  # of no entry
    view("profiles:kol-colleagues"),
    Row("profiles:mention-read", "POST", NOBODY, ids=lambda world: {"pk": world.notice.pk}),  # no mention
    Row("profiles:kol-presence", "POST", TEAM),
    Row("profiles:kol-restore-many", "POST", STAFF, ok=302),
    Row("profiles:source-list", "GET", ADMIN, seen=STAFF),
    Row("profiles:source-add", "GET", ADMIN, seen=STAFF),
    Row("profiles:source-add", "POST", ADMIN, seen=STAFF, ok=422),
    Row("profiles:source-edit", "GET", ADMIN, seen=STAFF, ids=_source),
    Row("profiles:source-edit", "POST", ADMIN, seen=STAFF, ok=422, ids=_source),
    Row("profiles:attribute-list", "GET", ADMIN, seen=STAFF),
    Row("profiles:attribute-create", "GET", ADMIN, seen=STAFF),
    Row("profiles:attribute-create", "POST", ADMIN, seen=STAFF, ok=422),
    Row("profiles:attribute-edit", "GET", ADMIN, seen=STAFF, ids=_attribute),
    Row("profiles:attribute-edit", "POST", ADMIN, seen=STAFF, ok=422, ids=_attribute),
    Row("profiles:attribute-retire", "POST", ADMIN, seen=STAFF, ok=302, ids=_attribute),
    Row("profiles:attribute-take-up", "POST", ADMIN, seen=STAFF, ok=302, ids=_attribute),
    Row("profiles:attachment-list", "GET", STAFF),
    view("profiles:attachment-download"),
    view("profiles:attachment-thumbnail"),
    edit("profiles:attachment-upload", ok=302),
    edit("profiles:attachment-remove", ok=302),
    edit("profiles:attachment-restore", ok=302),
    view("profiles:kol-face"),
    *both("profiles:kol-picture", ok=422),
    edit("profiles:kol-picture-undo", ok=409),
    *both("profiles:kol-edit", ok=422),
    *both("profiles:kol-fact", ok=422),
    *both("profiles:kol-rows", ok=422, ids=_contacts),
    *both("profiles:kol-quiet", ok=422),
    *both("profiles:kol-level", ok=422),
    Row("profiles:kol-staff", "GET", KEEPERS - OWNER, seen=OWNER | COLLEAGUE),
    Row("profiles:kol-staff", "POST", KEEPERS - OWNER, seen=OWNER | COLLEAGUE, ok=422),
    *both("profiles:kol-figures", ok=422),
    edit("profiles:figure-take-back", ok=302),
    *both("profiles:kol-fans", ok=422),
    Row("profiles:account-link", "POST", STAFF),
    *both("profiles:account-paste", ok=422),
    *both("profiles:account-pass-on", ok=422),
    *both("profiles:figure-refresh", ok=422),
    *both("profiles:figure-first", ok=422),
    Row("profiles:figures-to-refresh", "GET", STAFF, ok=302),  # to the filters it opens with
    Row("profiles:figures-paste", "GET", FILES, seen=FINANCE),
    Row("profiles:figures-paste", "POST", FILES, seen=FINANCE, ok=422),
    view("profiles:figures-compare", data=_account),
    view("profiles:figures-compare-csv", data=_account),
    edit("profiles:kol-change-restore", ok=302, data=_file_version),
    edit("profiles:kol-archive", ok=302, data=_file_version),
    Row("profiles:kol-restore", "POST", KEEPERS | {"self"}, ok=302, ids=trashed_ids),
    Row("profiles:kol-take", "POST", TEAM | {"self"}, ok=302, ids=unowned_ids),
    Row("profiles:import-list", "GET", STAFF),
    Row("profiles:import-new", "GET", FILES, seen=FINANCE),
    Row("profiles:import-new", "POST", FILES, seen=FINANCE, ok=422),
    *(Row(f"profiles:{name}", "GET", IMPORTS, ids=import_ids) for name in ("import", "import-progress")),
    Row("profiles:import-columns", "POST", OWNER, seen=IMPORTS - OWNER, ok=422, ids=import_ids),
    Row("profiles:import-mend", "POST", OWNER, seen=IMPORTS - OWNER, ok=302, ids=import_ids),
    Row("profiles:import-tell", "POST", OWNER, seen=IMPORTS - OWNER, ok=204, ids=import_ids),
    Row("profiles:import-run", "POST", OWNER, seen=IMPORTS - OWNER, ok=302, ids=import_ids),
    Row("profiles:import-undo", "POST", IMPORTS, ok=302, ids=import_ids),
    Row("profiles:import-errors", "GET", OWNER, seen=IMPORTS - OWNER, ids=import_ids),
    Row("profiles:export-list", "GET", STAFF),
    Row("profiles:export-new", "GET", FILES, seen=FINANCE),
    Row("profiles:export-new", "POST", FILES, seen=FINANCE),
    Row("profiles:export-state", "GET", OWNER, ids=export_ids),
    Row("profiles:export-file", "GET", MANAGER, seen=ABOVE, ids=in_clear_ids),
    Row("profiles:export-again", "POST", OWNER, ok=302, ids=export_ids),
    Row("profiles:touch-log", "POST", TEAM, ok=422),
    edit("profiles:touch-take-back", ok=302),
    edit("profiles:contact-reveal", method="GET"),
    edit("profiles:contact-reveal", data={"reason": "to call them"}),
    edit("profiles:kol-disclosures", method="GET"),
]
PROFILES += [
    Row("profiles:promise-list", "GET", STAFF, ok=302),  # to the filters it opens with
    Row("profiles:request-list", "GET", STAFF, ok=302),
    Row("profiles:need-list", "GET", STAFF, ok=302),
    *both("profiles:note-create", ok=422),
    view("profiles:note-detail"),
    *both("profiles:note-edit", ok=422),
    edit("profiles:note-step", method="GET"),
    edit("profiles:note-step", ok=302),
    view("profiles:contact-shared"),
    Row("profiles:agency-list", "GET", STAFF),
    Row("profiles:agency-create", "GET", MANAGERS, seen=STAFF),
    Row("profiles:agency-create", "POST", MANAGERS, seen=STAFF, ok=422),
    view("profiles:agency-detail"),
    view("profiles:agency-history"),
    *both("profiles:agency-edit", ok=422),
    *both("profiles:agency-contact-add", ok=422),
    edit("profiles:agency-contact-edit", method="GET", ids=office_ids),
    edit("profiles:agency-contact-edit", ok=422, ids=office_ids),
    edit("profiles:agency-contact-remove", ok=302, ids=office_ids),
    edit("profiles:agency-contact-reveal", method="GET", ids=office_ids),
    edit("profiles:agency-contact-reveal", data={"reason": "to call them"}, ids=office_ids),
]
PROFILES += [
    view("profiles:kol-voice"),
    view("profiles:kol-cooperation"),
    Row("profiles:no-go-list", "GET", STAFF),
    *both("profiles:no-go-create", ok=422),
    *both("profiles:no-go-edit", ok=422),
    *both("profiles:no-go-lift", ok=422),
]
