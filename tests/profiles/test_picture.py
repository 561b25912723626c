"""The picture of a KOL: one fact of the file, shown wherever the avatar stands (UI, "Avatars")."""

from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from kol_crm.core import stored
from kol_crm.core.errors import Conflict
from kol_crm.core.models import Change
from profiles.models import Kol, Picture
from profiles.services import kol as kols
from profiles.services import picture, restoring
from tests import samples
from tests.factories import NOW, make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def faced(actor, kol) -> Kol:
    return picture.put(actor.again(), kol, samples.picture(size=(300, 200)), None)


def test_a_picture_is_cropped_square_in_two_sizes(actor, kol):
    row = faced(actor, kol).picture
    sizes = [Image.open(BytesIO(stored.read(file))).size for file in (row.small, row.large)]
    assert sizes == [(80, 80), (320, 320)]


def test_a_picture_tells_nothing_of_the_camera(actor, kol):
    row = picture.put(actor, kol, samples.photo(), None).picture
    assert samples.SECRET.encode() not in stored.read(row.small) + stored.read(row.large)


@pytest.mark.parametrize(
    "content", [samples.exploding_picture(), samples.SVG, samples.PDF, b"", samples.picture()[:100]]
)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(actor, kol, content):
    before = faced(actor, kol)
    with pytest.raises(ValidationError) as refused:
        picture.put(actor.again(), kol, content, before.version)
    assert list(refused.value.message_dict) == ["file"]
    after = Kol.objects.get(pk=kol.pk)
    assert (after.picture_id, after.version, Picture.objects.count()) == (before.picture_id, 2, 1)


def test_a_picture_is_saved_on_a_version(actor, kol):
    kols.edit(actor.again(), kol, {"city": "Suzhou"}, 1)
    with pytest.raises(Conflict):
        picture.put(actor.again(), kol, samples.picture(), 1)
    assert Picture.objects.count() == 0


def test_the_history_brings_an_earlier_picture_back(actor, kol):
    first = faced(actor, kol).picture
    second = faced(actor, kol)
    change = Change.objects.get(root=kol.pk, field="picture", before__id=str(first.pk))
    assert restoring.restorable(change)
    restoring.restore(actor.again(), second, change, second.version)
    assert Kol.objects.get(pk=kol.pk).picture == first


def test_the_picture_of_another_file_is_not_put_back(actor, kol, operator):
    other = faced(actor, make_kol(operator))
    with pytest.raises(ValidationError):
        picture.put_back(actor.again(), kol, other.picture_id, None)
    assert Kol.objects.get(pk=kol.pk).picture is None


# On the pages


def test_the_picture_stands_wherever_the_avatar_stands(as_user, operator, actor):
    kol = make_kol(operator, at=NOW - timedelta(days=13))  # so that it is due and stands on Today
    shown, browser = faced(actor, kol), as_user(operator)
    for path in (reverse("profiles:kol-list"), reverse("lifecycle:board"), reverse("today")):
        assert shown.picture_url in browser.get(path).content.decode(), path
    detail = browser.get(reverse("profiles:kol-detail", args=[kol.pk])).content.decode()
    assert shown.portrait_url in detail


def test_pictures_cost_a_list_no_query(as_user, operator, actor):
    files, browser = [make_kol(operator, name=f"K{n}") for n in range(5)], as_user(operator)
    path = reverse("profiles:kol-list")
    browser.get(path)
    with CaptureQueriesContext(connection) as without:
        browser.get(path)
    for kol in files:
        faced(actor, kol)
    with CaptureQueriesContext(connection) as with_pictures:
        assert browser.get(path).content.decode().count("/small/") == 5
    assert len(with_pictures) == len(without)


def test_no_cache_keeps_a_face(as_user, operator, actor, kol):
    answer = as_user(operator).get(faced(actor, kol).picture_url)
    assert "no-store" in answer["Cache-Control"]
    assert "max-age=0" in answer["Cache-Control"]
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/webp", "nosniff")
    assert "no-store" in as_user(operator).get(reverse("profiles:kol-list"))["Cache-Control"]


def test_a_face_is_shown_to_whoever_sees_the_file(
    as_user, operator, colleague, stranger, finance, actor, kol
):
    url = faced(actor, kol).picture_url
    found = [as_user(user).get(url).status_code for user in (operator, colleague, stranger, finance)]
    assert found == [200, 200, 404, 404]
    assert as_user(operator).get(url.replace("small", "huge")).status_code == 404
    kols.archive(actor.again(), kol, None)
    assert [as_user(user).get(url).status_code for user in (operator, colleague)] == [200, 404]


def _send(browser, kol, **data):
    path = reverse("profiles:kol-picture", args=[kol.pk])
    return browser.post(path, {"version": Kol.objects.get(pk=kol.pk).version, **data})


def undo_of(answer) -> str:
    return next(str(message.extra_tags) for message in answer.context["messages"])


def test_a_change_of_the_picture_can_be_undone(as_user, operator, kol):
    browser = as_user(operator)
    file = SimpleUploadedFile("me.png", samples.picture("PNG"))
    answer = browser.get(_send(browser, kol, file=file)["Location"])
    assert Kol.objects.get(pk=kol.pk).picture is not None
    browser.post(undo_of(answer))
    assert Kol.objects.get(pk=kol.pk).picture is None


def test_an_undo_that_comes_after_another_change_takes_nothing_back(as_user, operator, actor, kol):
    browser = as_user(operator)
    first = faced(actor, kol)
    answer = browser.get(_send(browser, kol, remove="1")["Location"])
    undo = undo_of(answer)
    second = faced(actor, kol)
    assert browser.post(undo).status_code == 409
    assert Kol.objects.get(pk=kol.pk).picture_id == second.picture_id != first.picture_id


def test_a_bad_picture_is_refused_at_the_field(as_user, operator, kol):
    answer = _send(as_user(operator), kol, file=SimpleUploadedFile("x.png", samples.SVG))
    assert answer.status_code == 422
    assert "This picture cannot be read." in answer.content.decode()


# The API


def test_the_api_puts_shows_and_takes_off_the_picture(api, operator, kol):
    client, path = api(operator), f"/api/v1/kols/{kol.pk}/picture/"
    assert client.get(path).status_code == 404
    file = {"file": SimpleUploadedFile("me.jpg", samples.photo())}
    assert client.put(path, file, format="multipart").status_code == 428
    file["file"].seek(0)
    done = client.put(path, file, format="multipart", headers={"If-Match": '"1"'})
    assert (done.status_code, done["ETag"]) == (204, '"2"')
    assert Image.open(BytesIO(client.get(path).content)).size == (320, 320)
    shown = client.get(f"/api/v1/kols/{kol.pk}/").json()
    assert shown["picture"] == str(Kol.objects.get(pk=kol.pk).picture_id)
    assert client.delete(path, headers={"If-Match": '"1"'}).status_code == 412
    assert client.delete(path, headers={"If-Match": '"2"'}).status_code == 204
    assert client.get(f"/api/v1/kols/{kol.pk}/").json()["picture"] is None


def test_the_api_refuses_a_bad_picture_at_file(api, operator, kol):
    file = {"file": SimpleUploadedFile("me.jpg", samples.exploding_picture())}
    answer = api(operator).put(
        f"/api/v1/kols/{kol.pk}/picture/", file, format="multipart", headers={"If-Match": "*"}
    )
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["file"])
