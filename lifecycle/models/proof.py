"""What proves something on a file: words, links that can be followed, attachments of the file."""

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import Row
from profiles.models import Attachment

MOST_LINKS = 10
_url = URLValidator(schemes=["http", "https"])


def web_links(value) -> None:
    """Addresses that a reader can follow, a few of them."""
    if not isinstance(value, list) or len(value) > MOST_LINKS:
        raise ValidationError(_("At most %(most)d links."), params={"most": MOST_LINKS})
    for one in value:
        try:
            _url(one)
        except ValidationError as error:
            raise ValidationError(
                _("“%(link)s” is no address of a page."), code="link", params={"link": one}
            ) from error


class Proof(Row):
    """An attachment of the file that proves the row it hangs on; a subclass says which."""

    attachment = models.ForeignKey(Attachment, models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self):
        return str(self.attachment_id)
