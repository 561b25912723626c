"""Files on a KOL's page: chosen, dropped, pasted; refused with the reason; removed and brought back."""

import base64

from playwright.sync_api import expect

from profiles.models import Attachment, Kol
from tests import samples

GIVE = """([name, type, encoded, how]) => {
  const bytes = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const event = how === "drop"
    ? new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data })
    : new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data });
  document.querySelector("#main").dispatchEvent(event);
}"""


UNSETTLED = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"


def give(page, name: str, content: bytes, how: str) -> None:
    page.evaluate(GIVE, [name, "", base64.b64encode(content).decode(), how])


def test_files_are_chosen_dropped_and_pasted_and_a_removal_is_undone(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    part = page.locator("#attachments")
    chosen = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"hello"}
    part.locator("input[type=file]").set_input_files(chosen)
    expect(part).to_contain_text("note.txt")
    expect(page.locator(UNSETTLED)).to_have_count(0)
    give(page, "me.jpg", samples.photo(), "drop")
    expect(part).to_contain_text("me.jpg")
    expect(page.locator(UNSETTLED)).to_have_count(0)
    give(page, "logo.svg", samples.SVG, "paste")
    expect(part.get_by_role("alert")).to_contain_text("logo.svg")
    assert Attachment.objects.filter(kol=kol).count() == 2
    part.locator(".attachment").filter(has_text="note.txt").hover()
    part.get_by_role("button", name="Remove note.txt").click()
    expect(part).not_to_contain_text("note.txt")
    page.locator(".toast-note").get_by_role("button", name="Undo").click()
    expect(part).to_contain_text("note.txt")


def test_a_picture_is_changed_by_a_click_on_the_face(visitors, desk):
    kol = desk.kol()
    page = visitors.open(desk.operator, f"/kols/{kol.pk}/")
    page.get_by_role("button", name="Change the picture").click()
    picture = {"name": "me.png", "mimeType": "image/png", "buffer": samples.picture("PNG", (300, 200))}
    page.locator("#side input[type=file]").set_input_files(picture)
    expect(page.locator(".av-button img")).to_be_visible()
    assert Kol.objects.get(pk=kol.pk).picture is not None
