"""Attachments: what is taken, what is kept of it, who is handed it (RELIABILITY, "Files" and 5)."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from kol_crm.core import policy, stored, vault
from kol_crm.core.models import Change, DataKey, StoredFile
from profiles import changes
from profiles.models import Attachment
from profiles.services import attachment, restoring
from profiles.services import kol as kols
from tests import recordings, samples

pytestmark = pytest.mark.django_db


def sent(content: bytes = b"What we agreed", name: str = "note.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload(client, kol, *files, **headers):
    return client.post(reverse("profiles:attachment-upload", args=[kol.pk]), {"file": files}, headers=headers)


def content_of(row: Attachment) -> bytes:
    return stored.read(row.file)


# What is kept


def test_an_attachment_keeps_who_when_and_the_name_as_given(actor, kol):
    row = attachment.add(actor, kol, "二月的约定.txt", b"hello")
    assert (str(row), row.kind, row.user, row.at) == ("二月的约定.txt", "text", actor.user, actor.at)
    assert (content_of(row), row.file.size, row.file.content_type) == (b"hello", 5, "text/plain")


def test_a_name_is_never_a_path(actor, kol, settings):
    row = attachment.add(actor, kol, "../../../etc/passwd\x00.txt", b"hello")
    assert row.file.name == "passwd.txt"
    path = stored.path_of(row.file)
    assert path.is_relative_to(settings.MEDIA_ROOT)
    assert path.name == row.file.pk.hex


def test_a_name_that_says_something_else_than_the_content_gets_its_ending(actor, kol):
    row = attachment.add(actor, kol, "invoice.exe", samples.PDF)
    assert (row.file.name, row.file.content_type) == ("invoice.exe.pdf", "application/pdf")


def test_a_photo_is_kept_upright_without_what_the_camera_wrote(actor, kol):
    row = attachment.add(actor, kol, "IMG_1.jpg", samples.photo())
    kept = content_of(row)
    assert samples.SECRET.encode() not in kept
    assert dict(Image.open(BytesIO(kept)).getexif()) == {}
    assert (row.width, row.height) == (40, 60)
    small = Image.open(BytesIO(stored.read(row.thumbnail)))
    assert (small.format, small.size) == ("WEBP", (40, 60))


def test_a_document_is_kept_without_its_author(actor, kol):
    row = attachment.add(actor, kol, "plan.docx", samples.document())
    with zipfile.ZipFile(BytesIO(content_of(row))) as kept:
        said = {name: kept.read(name).decode() for name in kept.namelist()}
    assert samples.SECRET not in str(said)
    assert "What we agreed" in said["word/document.xml"]
    assert set(said) >= {"[Content_Types].xml", "docProps/core.xml", "docProps/app.xml"}


def test_a_contract_and_a_recording_are_kept_without_what_they_tell(actor, kol):
    contract = attachment.add(actor, kol, "contract.pdf", samples.contract())
    voice = attachment.add(actor, kol, "voice.m4a", recordings.m4a())
    assert samples.SECRET.encode() not in content_of(contract)
    assert recordings.TOLD not in content_of(voice)
    assert (contract.as_it_came, voice.as_it_came) == (False, False)


def test_what_is_signed_is_kept_as_it_came_and_says_so(actor, kol, client, operator, monkeypatch):
    monkeypatch.setattr(attachment.pdf, "is_signed", lambda _reader: True)
    row = attachment.add(actor, kol, "contract.pdf", samples.PDF)
    assert (row.as_it_came, content_of(row)) == (True, samples.PDF)
    client.force_login(operator)
    page = client.get(reverse("profiles:attachment-list"), {"kol": str(kol.pk)}).content.decode()
    assert "kept as it came" in page


def test_nothing_lies_in_the_clear_and_with_the_key_it_is_gone(actor, kol, settings):
    row = attachment.add(actor, kol, "note.txt", b"call 13800001111 at night")
    lying = b"".join(path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
    assert b"13800001111" not in lying
    assert row.file.subject == kol.pk
    DataKey.objects.filter(subject=kol.pk).delete()
    with pytest.raises(vault.Erased):
        content_of(row)


REFUSED = {
    "a drawing that runs code": ("logo.svg", samples.SVG),
    "a page": ("page.txt", b"<!doctype html><script>alert(1)</script>"),
    "a program": ("photo.jpg", b"MZ\x90\x00" + b"\0" * 200),
    "an exploding picture": ("big.png", samples.exploding_picture()),
    "a broken picture": ("half.jpg", samples.picture()[:200]),
    "half a contract": ("contract.pdf", samples.PDF[:400]),
    "half a recording": ("voice.opus", recordings.opus()[:-5]),
    "a document with macros": ("a.docx", samples.document("word", **{"word/vbaProject.bin": "x"})),
    "nothing": ("empty.txt", b""),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_nothing(actor, kol, case):
    with pytest.raises(ValidationError) as refused:
        attachment.add(actor, kol, *REFUSED[case])
    assert list(refused.value.message_dict) == ["file"]
    kol.refresh_from_db()
    assert (Attachment.objects.count(), StoredFile.objects.count(), kol.version) == (0, 0, 1)
    assert not Change.objects.filter(model="profiles.attachment").exists()


def test_how_large_a_file_may_be_is_policy(actor, kol):
    policy.change(actor.again(), {attachment.LARGEST.key: 1})
    with pytest.raises(ValidationError) as refused:
        attachment.add(actor, kol, "long.txt", b"a" * (1024 * 1024 + 1))
    assert refused.value.message_dict == {"file": ["The file is larger than 1 MB."]}
    attachment.add(actor, kol, "fits.txt", b"a" * 1024 * 1024)


# Its history


def test_added_removed_and_put_back_all_stand_in_the_history(actor, kol):
    row = attachment.add(actor.again(), kol, "note.txt", b"hello")
    attachment.remove(actor.again(at=actor.at + timedelta(minutes=1)), row)
    attachment.restore(actor.again(at=actor.at + timedelta(minutes=2)), row)
    kol.refresh_from_db()
    assert kol.version == 4
    told = changes.lines(Change.objects.filter(root=kol.pk, model="profiles.attachment").order_by("at"))
    added, removed, restored = told
    assert (added.label, added.before, added.after) == ("Attachment", None, "note.txt")
    assert removed.label == restored.label == "Attachment · removed"


def test_the_history_puts_a_removed_one_back(actor, kol):
    row = attachment.add(actor.again(), kol, "note.txt", b"hello")
    attachment.remove(actor.again(), row)
    change = Change.objects.get(row=row.pk, field="removed_at")
    kol.refresh_from_db()
    assert restoring.restorable(change)
    restoring.restore(actor.again(), kol, change, kol.version)
    assert Attachment.objects.standing().get() == row


def test_removing_twice_is_one_removal(actor, kol):
    row = attachment.add(actor.again(), kol, "note.txt", b"hello")
    attachment.remove(actor.again(), row)
    attachment.remove(actor.again(), row)
    assert Change.objects.filter(row=row.pk, field="removed_at").count() == 1


# Doors


def test_what_is_handed_out_is_saved_never_shown_or_run(as_user, operator, actor, kol):
    row = attachment.add(actor, kol, "约定.txt", b"hello")
    answer = as_user(operator).get(reverse("profiles:attachment-download", args=[kol.pk, row.pk]))
    assert b"".join(answer.streaming_content) == b"hello"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_of_several_files_the_good_ones_stay_and_each_refused_one_says_why(as_user, operator, kol):
    files = (sent(), sent(samples.SVG, "logo.svg"), sent(samples.picture(), "face.jpg"))
    answer = upload(as_user(operator), kol, *files, **{"HX-Request": "true"})
    said = answer.content.decode()
    assert answer.status_code == 422
    assert {str(row) for row in Attachment.objects.select_related("file")} == {"note.txt", "face.jpg"}
    assert "logo.svg" in said
    assert "Pictures (JPEG, PNG, WebP), PDF, Office documents, text and audio are taken." in said


def test_removing_offers_undo_and_undo_puts_it_back(as_user, operator, actor, kol):
    row = attachment.add(actor, kol, "note.txt", b"hello")
    browser, undo = as_user(operator), reverse("profiles:attachment-restore", args=[kol.pk, row.pk])
    answer = browser.post(
        reverse("profiles:attachment-remove", args=[kol.pk, row.pk]), headers={"HX-Request": "true"}
    )
    assert undo in answer["HX-Trigger"]
    path = reverse("profiles:attachment-download", args=[kol.pk, row.pk])
    assert browser.get(path).status_code == 404
    browser.post(undo, headers={"HX-Request": "true"})
    assert browser.get(path).status_code == 200


def test_a_colleague_reads_and_does_not_write_a_stranger_finds_nothing(
    as_user, colleague, stranger, actor, kol
):
    row = attachment.add(actor, kol, "note.txt", b"hello")
    read, write = (
        reverse(f"profiles:attachment-{name}", args=[kol.pk, row.pk]) for name in ("download", "remove")
    )
    assert [as_user(user).get(read).status_code for user in (colleague, stranger)] == [200, 404]
    assert [as_user(user).post(write).status_code for user in (colleague, stranger)] == [403, 404]
    assert upload(as_user(colleague), kol, sent()).status_code == 403
    assert upload(as_user(stranger), kol, sent()).status_code == 404
    assert Attachment.objects.standing().count() == 1


def test_an_archived_file_hands_out_nothing(as_user, operator, actor, kol):
    row = attachment.add(actor.again(), kol, "note.txt", b"hello")
    kols.archive(actor.again(), kol, None)
    answer = as_user(operator).get(reverse("profiles:attachment-download", args=[kol.pk, row.pk]))
    assert answer.status_code == 404


def test_the_part_of_a_file_costs_as_many_queries_with_ten_as_with_two(as_user, operator, actor, kol):
    browser, path = as_user(operator), f"{reverse('profiles:attachment-list')}?kol={kol.pk}"
    counts = []
    for more in (2, 8):
        for number in range(more):
            attachment.add(actor.again(), kol, f"{number}.txt", b"hello")
        with CaptureQueriesContext(connection) as asked:
            browser.get(path, headers={"HX-Request": "true"})
        counts.append(len(asked))
    assert counts[0] == counts[1]


# The API


def api_path(kol, *rest) -> str:
    return "/".join(["/api/v1/kols", str(kol.pk), "attachments", *(str(one) for one in rest), ""])


def test_the_api_adds_lists_hands_out_removes_and_puts_back(api, operator, kol):
    client = api(operator)
    made = client.post(api_path(kol), {"file": sent(samples.photo(), "me.jpg")}, format="multipart")
    assert made.status_code == 201, made.content
    assert made["ETag"] == '"2"'
    row = made.json()
    assert (row["name"], row["kind"], row["width"], row["user"]) == ("me.jpg", "picture", 40, "operator")
    assert [one["id"] for one in client.get(api_path(kol)).json()["results"]] == [row["id"]]
    got = client.get(api_path(kol, row["id"]))
    assert Image.open(BytesIO(b"".join(got.streaming_content))).size == (40, 60)
    assert client.delete(api_path(kol, row["id"])).status_code == 204
    assert client.get(api_path(kol)).json()["results"] == []
    assert client.get(api_path(kol, row["id"])).status_code == 404
    assert client.post(api_path(kol, row["id"], "restore")).status_code == 200
    assert len(client.get(api_path(kol)).json()["results"]) == 1


@pytest.mark.parametrize("case", REFUSED)
def test_the_api_refuses_what_the_page_refuses_at_the_same_field(api, operator, kol, case):
    name, content = REFUSED[case]
    answer = api(operator).post(api_path(kol), {"file": sent(content, name)}, format="multipart")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
    assert Attachment.objects.count() == 0


def test_the_api_shows_nothing_of_another_team(api, stranger, actor, kol):
    row = attachment.add(actor, kol, "note.txt", b"hello")
    client = api(stranger)
    for path in (api_path(kol), api_path(kol, row.pk)):
        assert client.get(path).status_code == 404
    assert client.post(api_path(kol), {"file": sent()}, format="multipart").status_code == 404


def test_a_token_that_only_reads_adds_nothing(api, operator, kol):
    answer = api(operator, "kols:read").post(api_path(kol), {"file": sent()}, format="multipart")
    assert (answer.status_code, Attachment.objects.count()) == (403, 0)


def test_more_than_twenty_at_once_are_told_which_to_send_again(as_user, operator, kol):
    files = [sent(name=f"{number}.txt") for number in range(22)]
    answer = upload(as_user(operator), kol, *files, **{"HX-Request": "true"})
    assert (answer.status_code, Attachment.objects.count()) == (422, 20)
    assert [name in answer.content.decode() for name in ("20.txt", "21.txt")] == [True, True]
