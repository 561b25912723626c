"""The people around a KOL: ties to other files."""

from django.urls import reverse
from playwright.sync_api import expect

from profiles.models import Tie


def test_a_tie_to_a_file_found_by_initials(visitors, desk):
    kol, other = desk.kol(), desk.kol(name="李健")
    page = visitors.open(desk.operator, reverse("profiles:note-create", args=[kol.pk, "tie"]))
    page.get_by_label("What they are").select_option("partner")
    name = page.get_by_role("combobox", name="Name")
    name.press_sequentially("lj")
    expect(page.get_by_role("option", name="李健")).to_be_visible()
    name.press("Enter")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="李健").first).to_be_visible()
    assert Tie.objects.get(kol=kol).other == other


def test_a_name_nobody_on_file_bears_stays_a_name(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, reverse("profiles:note-create", args=[kol.pk, "tie"]))
    page.get_by_label("What they are").select_option("agent")
    page.get_by_role("combobox", name="Name").press_sequentially("Somebody Else")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#facts-ties ~ .note-line")).to_contain_text("Somebody Else")
    assert Tie.objects.get(kol=kol).name == "Somebody Else"
