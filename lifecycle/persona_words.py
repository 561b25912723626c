"""A version of a persona in words: to be read and compared (DOMAIN 5.5)."""

from lifecycle.cooperation_words import Differs, Line, differs
from lifecycle.models import Persona
from lifecycle.services.persona import FACTS


def lines(persona: Persona) -> list[Line]:
    """Fact by fact, as far as it is said; what is a list has a line each."""
    found = []
    for name in FACTS:
        value = getattr(persona, name)
        label = str(Persona._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        text = "\n".join(value) if isinstance(value, list) else value
        if text:
            found.append(Line(name, label[:1].upper() + label[1:], text))
    return found


def compare(before: Persona, after: Persona) -> list[Differs]:
    """What two versions say differently."""
    return differs(lines(before), lines(after))
