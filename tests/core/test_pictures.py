"""Pictures are written anew: nothing else is kept, and no bomb is decoded (RELIABILITY, "Files")."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from kol_crm.core import pictures
from tests import samples

MOST = 40


def read(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_format_and_size(kind):
    kept = pictures.rewritten(pictures.opened(samples.picture(kind), MOST))
    assert (read(kept.content).format, kept.width, kept.height) == (kind, 64, 48)
    assert kept.media_type == pictures.FORMATS[kind]


def test_nothing_that_the_camera_wrote_is_kept():
    content = samples.photo()
    assert samples.SECRET.encode() in content
    image = pictures.opened(content, MOST)
    for kept in (
        pictures.rewritten(image),
        pictures.thumbnail(image, 320),
        pictures.square(image, 80),
    ):
        assert samples.SECRET.encode() not in kept.content
        again = read(kept.content)
        assert dict(again.getexif()) == {}
        assert "comment" not in again.info
        assert "exif" not in again.info


def test_a_photo_that_lies_on_its_side_is_set_upright():
    """Orientation 6: the first row is the right-hand side; the mark comes to the top right of 40 × 60."""
    kept = read(pictures.rewritten(pictures.opened(samples.photo(orientation=6), MOST)).content)
    assert kept.size == (40, 60)
    assert kept.getpixel((37, 3))[0] > 200
    assert kept.getpixel((3, 3))[0] < 100


def test_what_one_sees_through_stays_so():
    sink = BytesIO()
    Image.new("RGBA", (20, 20), (200, 0, 0, 0)).save(sink, "PNG")
    kept = read(pictures.square(pictures.opened(sink.getvalue(), MOST), 80).content)
    assert kept.convert("RGBA").getpixel((40, 40))[3] == 0


@pytest.mark.parametrize("size", [(60_000, 60_000), (8_000, 5_001)])
def test_a_bomb_is_refused_by_its_header(size, monkeypatch):
    def never(*_given):
        raise AssertionError("decoded")

    monkeypatch.setattr(Image.Image, "load", never)
    with pytest.raises(ValidationError) as refused:
        pictures.opened(samples.exploding_picture(*size), MOST)
    assert list(refused.value.message_dict) == ["file"]
    assert refused.value.error_dict["file"][0].message == "The picture has more than 40 million pixels."


@pytest.mark.parametrize(
    "content",
    [b"", b"not a picture", samples.picture()[:200], samples.exploding_picture(100, 100)[:60], samples.PDF],
)
def test_a_picture_that_is_broken_is_refused_at_the_file(content):
    with pytest.raises(ValidationError) as refused:
        pictures.opened(content, MOST)
    assert list(refused.value.message_dict) == ["file"]


def test_a_thumbnail_keeps_the_whole_a_square_the_middle():
    image = pictures.opened(samples.picture(size=(800, 400)), MOST)
    assert pictures.thumbnail(image, 320)[2:] == (320, 160)
    assert pictures.square(image, 80)[2:] == (80, 80)
    assert pictures.thumbnail(pictures.opened(samples.picture(size=(30, 20)), MOST), 320)[2:] == (30, 20)
