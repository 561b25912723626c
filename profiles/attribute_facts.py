"""The attributes that admins add, as facts that nested conditions may ask for (DOMAIN 1.3)."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.conditions import ChoiceFact, Fact, NumberFact, Reader, TextFact
from kol_crm.core.date_facts import DateFact
from profiles import search
from profiles.models import Attribute, AttributeKind, AttributeValue
from profiles.rules import attribute as rules
from profiles.services import attribute as service

GROUP = _("Attributes")
NONE = "none"
UNKNOWN = (NONE, _("not known"))


def facts(_reader: Reader) -> list[Fact]:
    """A fact for each standing attribute, called as everywhere ``attr_<key>`` (one query)."""
    return [_fact(attribute) for attribute in service.standing()]


def _fact(attribute: Attribute) -> Fact:
    name, label = attribute.field, str(attribute)

    def having(condition: Q) -> Q:
        return Q(Exists(AttributeValue.objects.filter(condition, attribute=attribute, kol=OuterRef("pk"))))

    match attribute.kind:
        case AttributeKind.NUMBER:
            return NumberFact(name, label, GROUP, column="number", read=_number, within=having)
        case AttributeKind.DATE:
            return DateFact(name, label, GROUP, column="day", within=having)
        case AttributeKind.CHOICE:
            return _choice(attribute, list(attribute.choice_names().items()), having, "text", str)
        case AttributeKind.YES_NO:
            answers = [("true", _("Yes")), ("false", _("No"))]
            return _choice(attribute, answers, having, "flag", lambda word: word == "true")
    return TextFact(
        name,
        label,
        GROUP,
        ask=lambda text, _reader: having(Q(text__icontains=text)),
        refuse=search.reads_as_contact,
    )


def _choice(attribute: Attribute, options: list, having, column: str, read) -> ChoiceFact:
    def ask(values: list[str], _reader: Reader) -> Q:
        given = [read(value) for value in values if value != NONE]
        wanted = having(Q(**{f"{column}__in": given}))
        return wanted | ~having(Q()) if NONE in values else wanted

    return ChoiceFact(
        attribute.field, str(attribute), GROUP, options=lambda _reader: [*options, UNKNOWN], ask=ask
    )


def _number(text: str) -> Any:
    """As the attribute itself reads it. Raises ``ValidationError``."""
    found = rules.parse(AttributeKind.NUMBER, text)
    if not isinstance(found, Decimal):
        raise ValidationError(_("This is not a number."))
    return found
