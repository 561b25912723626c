"""How the value of a contact is written, masked and judged (DOMAIN 2.3)."""

import re
from typing import NamedTuple

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from kol_crm.core import vault
from kol_crm.core.said import said as _
from kol_crm.core.text import fold
from profiles.models import Channel

CHANNELS = frozenset(Channel.values)
MASK = "*"
MASK_SIGNS = re.compile(r"[*•＊]")
HOME_REGION = "CN"
MOBILE_AT_HOME = re.compile(r"1[3-9]\d{9}", re.ASCII)


def normalise(channel: str, value: str) -> str:
    """One form for all ways of writing the same contact: E.164 for phones, lower case for mail and WeChat."""
    value = fold(value)
    if channel == Channel.PHONE:
        if MOBILE_AT_HOME.fullmatch(value):
            return f"+86{value}"  # what the library says of it as well, at a hundredth of the time
        try:
            number = phonenumbers.parse(value, HOME_REGION)
        except phonenumbers.NumberParseException:
            return re.sub(r"[^0-9+]", "", value)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return value


def mask(channel: str, value: str) -> str:
    """What may be shown of it: 138****8000, si****@163.com."""
    if channel == Channel.PHONE:
        digits = re.sub(r"[^0-9+]", "", value)
        return f"{digits[:3]}{MASK * 4}{digits[-4:]}" if len(digits) >= 11 else f"{MASK * 4}{digits[-2:]}"
    if channel == Channel.MAIL:
        name, _at, host = value.partition("@")
        return f"{name[: 2 if len(name) > 2 else 1]}{MASK * 4}@{host}"
    return f"{value[: 2 if len(value) > 4 else 1]}{MASK * 4}"


def validate(channel: str, value: str) -> str:
    """The value as typed, trimmed. Raises ``ValidationError`` keyed ``value`` or ``channel``."""
    value = value.strip()
    if channel not in CHANNELS:
        raise ValidationError({"channel": _("This is not a channel.")})
    problem: str = ""
    if not value:
        problem = _("This field is required.")
    elif MASK_SIGNS.search(value):
        problem = _("This is a mask, not a value: type the whole value.")
    elif channel == Channel.PHONE and not 5 <= len(re.sub(r"\D", "", value)) <= 15:
        problem = _("A phone number has 5 to 15 digits.")
    elif channel == Channel.MAIL:
        try:
            validate_email(value)
        except ValidationError as error:
            problem = error.messages[0]
    if problem:
        raise ValidationError({"value": problem})
    return value


class Checked(NamedTuple):
    """A value that was validated, with what is derived from it: an import has it before there is a file."""

    value: str
    normal: str
    mask: str
    digest: str


def checked(channel: str, value: str) -> Checked:
    """Raises ``ValidationError`` keyed ``value`` or ``channel``."""
    value = validate(channel, value)
    normal = normalise(channel, value)
    return Checked(value, normal, mask(channel, value), vault.digest(channel, normal))


def tail_digest(channel: str, normal: str) -> str:
    """The keyed hash by which a phone is found by its last four digits."""
    return vault.digest("phone_tail", normal[-4:]) if channel == Channel.PHONE else ""


def digests(channel: str, value: str) -> dict[str, str]:
    """The keyed hashes by which a value is found: whole, and for phones by the last four digits."""
    normal = normalise(channel, value)
    return {"digest": vault.digest(channel, normal), "tail_digest": tail_digest(channel, normal)}
