"""How an export is made: part by part, under the rights of the moment, and thrown away (RELIABILITY 1, 4)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm.core import policy, stored
from kol_crm.core import work as works
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, DataKey, Notice, StoredFile, Work
from profiles.models import Export, ExportPart, Kol
from profiles.services import export_run, exports
from tests.factories import NOW, TeamFactory, make_kol
from tests.profiles.exporting import actor, ask, content, rows, worked
from tests.profiles.test_exporting import PHONE

pytestmark = pytest.mark.django_db


def test_who_asked_is_told_with_the_way_to_the_file(operator):
    make_kol(operator)
    export = worked(ask(operator))
    notice = Notice.objects.get(user=operator)
    assert notice.subject == export.work_id
    assert works.kinds.get("export").url(export.work) == f"/exports/{export.pk}/file/"
    assert works.kinds.get("export").words(export.work) == "1 KOL is ready to download"


def test_a_run_that_crashed_goes_on_behind_its_last_part(operator, small_parts, monkeypatch):
    for place in range(6):
        make_kol(operator, name=f"k{place}")
    export = ask(operator, "sort=name")
    real, calls = export_run.Table.write, []

    def dies_at_the_second(*args, **options):
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args, **options)

    monkeypatch.setattr(export_run.Table, "write", dies_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        works.run_one(export.work)
    assert list(export.parts.values_list("written", flat=True)) == [True, False, False]
    Work.objects.filter(pk=export.work_id).update(lease_until=NOW - timedelta(days=9))
    make_kol(operator, name="k00 came meanwhile")
    found = rows(content(worked(export)))
    assert [row["KOL name"] for row in found] == [f"k{place}" for place in range(6)]
    assert len(calls) == 4
    assert export.work.__class__.objects.get(pk=export.work_id).done == 6


def test_a_file_that_leaves_sight_meanwhile_is_left_out(operator, colleague, small_parts, monkeypatch):
    for place in range(3):
        make_kol(operator, name=f"k{place}")
    other = make_kol(colleague, name="z")
    export = ask(operator, "sort=name")
    real = export_run.Table.write

    def moved_first(*args, **options):
        Kol.objects.filter(pk=other.pk).update(team=TeamFactory())
        return real(*args, **options)

    monkeypatch.setattr(export_run.Table, "write", moved_first)
    done = worked(export)
    assert [row["KOL name"] for row in rows(content(done))] == ["k0", "k1", "k2"]
    assert (done.total, done.rows) == (4, 3)


def test_who_is_deactivated_meanwhile_gets_no_file(operator):
    make_kol(operator)
    export = ask(operator)
    operator.is_active = False
    operator.save()
    assert works.run_one(export.work).state == Work.State.FAILED
    export.refresh_from_db()
    assert export.file is None


def test_stopped_work_leaves_no_file(operator):
    make_kol(operator)
    export = ask(operator)
    works.cancel(actor(operator), export.work)
    works.run_waiting()
    export.refresh_from_db()
    assert (export.work.state, export.file) == ("cancelled", None)


def test_no_more_than_three_wait_at_once(operator):
    make_kol(operator)
    for _ in range(exports.MOST_OPEN):
        ask(operator)
    with pytest.raises(Refused, match="too_many_exports"):
        ask(operator)
    assert Export.objects.count() == exports.MOST_OPEN


def test_each_export_stands_in_the_history(operator):
    make_kol(operator)
    export = ask(operator)
    change = Change.objects.get(root=export.pk)
    assert (change.change_set.user, change.after["format"], change.after["files"]) == (operator, "csv", "all")


def test_after_its_days_the_file_is_gone_with_its_key_and_the_record_stays(operator):
    make_kol(operator)
    export = worked(ask(operator))
    path = stored.path_of(export.file)
    assert path.exists()
    day = timedelta(days=policy.current().get(exports.KEEP))
    exports.expire(actor(None, NOW + day - timedelta(minutes=1)))
    assert Export.objects.get().file is not None
    with pytest.raises(Refused, match="expired"):
        exports.opened(actor(operator, NOW + day), export)
    assert exports.expire(actor(None, NOW + day)).done == 1
    assert exports.expire(actor(None, NOW + day)).seen == 0
    kept = Export.objects.for_list().get()
    assert (kept.file, kept.state, kept.rows) == (None, "expired", 1)
    assert not ExportPart.objects.exists()
    assert not StoredFile.objects.exists()
    assert not DataKey.objects.filter(subject=export.pk).exists()
    with pytest.raises(Refused, match="expired"):
        exports.opened(actor(operator), kept)


def test_what_was_left_half_done_is_thrown_away(operator, small_parts, monkeypatch):
    for _ in range(3):
        make_kol(operator)
    export = ask(operator)
    real, calls = export_run.Table.write, []

    def fails(*args, **options):
        calls.append(1)
        if len(calls) > 1:
            raise ValueError
        return real(*args, **options)

    monkeypatch.setattr(export_run.Table, "write", fails)
    assert works.run_one(export.work).state == Work.State.FAILED
    assert StoredFile.objects.count() == 1
    exports.expire(actor(None))
    assert not StoredFile.objects.exists()
    assert Export.objects.get().state == "failed"


def test_twenty_files_cost_as_many_queries_as_two(operator):
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            worked(ask(operator, "columns=kol,fields,tags,interval,owner,agency"))
        return len(asked)

    for _ in range(2):
        make_kol(operator, contacts=[PHONE], tags=["a"])
    few = cost()
    for _ in range(18):
        make_kol(operator, contacts=[PHONE], tags=["a"])
    assert cost() == few
