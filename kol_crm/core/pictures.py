"""Pictures from outside: measured by their header, then decoded and written anew, so that nothing else of the
file that came is kept: no place, no camera, no comment, no trailing bytes (RELIABILITY, "Files")."""

import warnings
from io import BytesIO
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
QUALITY = 88
THUMBNAIL_QUALITY = 80
CENTRE = (0.5, 0.4)  # what a square keeps of an upright picture: faces are above the middle


class Encoded(NamedTuple):
    content: bytes
    media_type: str
    width: int
    height: int


def opened(content: bytes, most_megapixels: int) -> Image.Image:
    """The picture, upright. Raises ``ValidationError`` keyed ``file``; one too large is never decoded."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content), formats=tuple(FORMATS))
        if image.width * image.height > most_megapixels * 1_000_000:
            raise _too_large(most_megapixels)
        kind = image.format
        upright = ImageOps.exif_transpose(image)
    except Image.DecompressionBombError:
        raise _too_large(most_megapixels) from None
    except (OSError, SyntaxError, ValueError, EOFError, MemoryError):
        raise ValidationError({"file": _("This picture cannot be read.")}) from None
    bare = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    bare.info.clear()
    bare.format = kind
    return bare


def _too_large(most_megapixels: int) -> ValidationError:
    words = _("The picture has more than %(n)d million pixels.") % {"n": most_megapixels}
    return ValidationError({"file": words}, code="too_many_pixels")


def rewritten(image: Image.Image) -> Encoded:
    """The whole picture in the format that it came in."""
    return _encoded(image, image.format or "PNG", QUALITY)


def thumbnail(image: Image.Image, side: int) -> Encoded:
    """The whole picture, its longer side at most ``side`` pixels."""
    small = image.copy()
    small.thumbnail((side, side))
    return _encoded(small, "WEBP", THUMBNAIL_QUALITY)


def square(image: Image.Image, side: int) -> Encoded:
    """The middle of the picture, ``side`` pixels square."""
    return _encoded(ImageOps.fit(image, (side, side), centering=CENTRE), "WEBP", THUMBNAIL_QUALITY)


def _encoded(image: Image.Image, kind: str, quality: int) -> Encoded:
    sink = BytesIO()
    if kind == "JPEG" and image.mode != "RGB":
        image = image.convert("RGB")
    image.save(sink, kind, quality=quality)
    return Encoded(sink.getvalue(), FORMATS[kind], image.width, image.height)
