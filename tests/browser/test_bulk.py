"""Editing many files from the list: the panel, the work, the toast with the way back (UI, screen 2)."""

from playwright.sync_api import expect

from kol_crm.core import work as works
from profiles.models import Kol


def test_ticked_files_are_changed_at_once_and_undone_from_the_toast(visitors, desk):
    kols = [desk.kol(name, tags=["run"]) for name in ("陈可欣", "王思雨", "李健")]
    page = visitors.open(desk.operator, "/kols/")
    page.get_by_role("checkbox", name="陈可欣").check()
    page.get_by_role("checkbox", name="李健").check()
    page.get_by_role("toolbar", name="Selected rows").get_by_role("button", name="Edit").click()
    panel = page.locator("#side")
    expect(panel.get_by_role("heading", name="Edit 2 files")).to_be_visible()
    panel.get_by_label("City").fill("Suzhou")
    panel.get_by_role("radiogroup", name="run").get_by_role("radio", name="remove").check()
    panel.get_by_label("Add other tags").fill("marathon")
    panel.get_by_role("button", name="Change 2 files").click()
    expect(panel.get_by_role("heading", name="Bulk edit")).to_be_visible()
    works.run_waiting()
    toast = page.locator(".toast-note")
    expect(toast).to_contain_text("2 files changed")
    changed = Kol.objects.filter(pk__in=[kol.pk for kol in kols], city="Suzhou")
    assert set(changed.values_list("name", flat=True)) == {"陈可欣", "李健"}
    assert set(changed.values_list("kol_tags__tag__name", flat=True)) == {"marathon"}
    toast.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Undo of a bulk edit")).to_be_visible()
    works.run_waiting()
    expect(page.locator(".work-words")).to_contain_text("2 files put back")
    assert not Kol.objects.filter(pk__in=[kol.pk for kol in kols], city="Suzhou").exists()
    assert set(kols[0].kol_tags.values_list("tag__name", flat=True)) == {"run"}


def test_every_result_is_taken_and_not_only_the_page(visitors, desk):
    kols = [desk.kol(f"k{number}") for number in range(4)]
    page = visitors.open(desk.operator, "/kols/?limit=2&sort=name")
    page.get_by_role("checkbox", name="Select the page").check()
    bar = page.get_by_role("toolbar", name="Selected rows")
    expect(bar).to_contain_text("2 selected")
    bar.get_by_role("button", name="Select all 4").click()
    expect(bar).to_contain_text("4 selected")
    bar.get_by_role("button", name="Edit").click()
    panel = page.locator("#side")
    panel.get_by_label("City").fill("Suzhou")
    panel.get_by_role("button", name="Change 4 files").click()
    expect(panel.get_by_role("heading", name="Bulk edit")).to_be_visible()
    works.run_waiting()
    expect(page.locator(".toast-note")).to_contain_text("4 files changed")
    assert Kol.objects.filter(pk__in=[kol.pk for kol in kols], city="Suzhou").count() == 4
