"""Checks of single fields, so that a refusal stands at the field."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kol_crm.core.zones import known_zone

__all__ = ["known_zone", "words"]


def words(value) -> None:
    """A list of short texts: likes, dislikes."""
    if not isinstance(value, list) or not all(
        isinstance(word, str) and 0 < len(word) <= 80 for word in value
    ):
        raise ValidationError(_("Give a list of words."))
