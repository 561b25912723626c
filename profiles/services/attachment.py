"""Attachments of a file: taken in by what they are, without what they tell besides (RELIABILITY, "Files")."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kol_crm.core import history, office, pdf, pictures, policy, recordings, sniffing, stored
from kol_crm.core.actor import Actor
from kol_crm.core.shapes import Number
from kol_crm.core.sniffing import Kind, Sniffed
from profiles.models import Attachment, Kol

MEGABYTE = 1024 * 1024
THUMBNAIL = 320
LARGEST = policy.declare(
    "attachment_megabytes",
    25,
    gettext_lazy("Largest attachment"),
    gettext_lazy("MB"),
    section=policy.SAFETY,
    shape=Number(1, 500),
)
MOST_MEGAPIXELS = policy.declare(
    "picture_megapixels",
    40,
    gettext_lazy("Most pixels of a picture"),
    gettext_lazy("million pixels"),
    section=policy.SAFETY,
    shape=Number(1, 500),
)


def add(actor: Actor, kol: Kol, name: str, content: bytes) -> Attachment:
    """Put a file on record. Raises ``ValidationError`` keyed ``file``; nothing is kept then."""
    rules = policy.current()
    demand_size(len(content), rules)
    found = sniffing.sniff(content)
    if found is None:
        raise ValidationError(
            {"file": _("Pictures (JPEG, PNG, WebP), PDF, Office documents, text and audio are taken.")}
        )
    thumbnail: pictures.Encoded | None = None
    size: tuple[int | None, int | None] = (None, None)
    as_it_came = False
    if found.kind == Kind.PICTURE:
        image = pictures.opened(content, rules.get(MOST_MEGAPIXELS))
        whole, thumbnail = pictures.rewritten(image), pictures.thumbnail(image, THUMBNAIL)
        content, size = whole.content, (whole.width, whole.height)
    else:
        content, as_it_came = _bare(found, content)
    with transaction.atomic():
        history.touch_version(kol, None)
        row = Attachment(
            kol=kol,
            file=_kept(actor, kol, name, found, content),
            kind=found.kind,
            width=size[0],
            height=size[1],
            as_it_came=as_it_came,
            user=actor.user,
            at=actor.at,
        )
        if thumbnail is not None:
            row.thumbnail = stored.put(
                actor, f"{row.pk}.webp", thumbnail.media_type, [thumbnail.content], subject=kol.pk
            )
        return history.create(actor, row, root=kol.pk)


def _bare(found: Sniffed, content: bytes) -> tuple[bytes, bool]:
    """The content without what it tells of its author; and whether that had to stay: of a signed PDF, and
    of the Office formats before 2007. Raises ``ValidationError`` keyed ``file``.
    """
    match found.kind:
        case Kind.DOCUMENT if content.startswith(b"PK"):
            return office.without_properties(content), False
        case Kind.DOCUMENT:
            return content, True
        case Kind.PDF:
            bare = pdf.without_properties(content)
            return bare, bare is content
        case Kind.AUDIO:
            try:
                return recordings.without_properties(content), False
            except recordings.Broken as error:
                raise ValidationError({"file": _("This recording cannot be read.")}) from error
    return content, False


def demand_size(size: int, rules: policy.Policy) -> None:
    """Raise ``ValidationError`` keyed ``file`` for what is too large to be taken."""
    most = rules.get(LARGEST)
    if size > most * MEGABYTE:
        raise ValidationError({"file": _("The file is larger than %(n)d MB.") % {"n": most}})


def _kept(actor: Actor, kol: Kol, name: str, found: Sniffed, content: bytes):
    return stored.put(actor, found.fitting(name), found.media_type, [content], subject=kol.pk)


def remove(actor: Actor, attachment: Attachment) -> Attachment:
    """Take it off the file; its content stays sealed, so that this can be undone."""
    return _set(actor, attachment, actor.at)


def restore(actor: Actor, attachment: Attachment) -> Attachment:
    """Put a removed one back."""
    return _set(actor, attachment, None)


def _set(actor: Actor, attachment: Attachment, removed_at) -> Attachment:
    if (attachment.removed_at is None) == (removed_at is None):
        return attachment
    with transaction.atomic():
        history.touch_version(attachment.kol, None)
        return history.save_child(actor, attachment, {"removed_at": removed_at}, root=attachment.kol_id)
