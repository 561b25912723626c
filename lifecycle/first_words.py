"""The first words to somebody: the template of each channel in their language, filled (DOMAIN 4.8)."""

from kol_crm.core import installation, policy
from kol_crm.core.models import User
from lifecycle import ladder
from lifecycle.models import LADDER, Outreach


def language_of(kol) -> str:
    """The KOL's own; unknown, as their name is written."""
    return kol.language or ladder.LANGUAGES[1 if kol.pinyin else 0]


def of(outreach: Outreach, writer: User) -> dict[str, dict[str, str]]:
    """By channel ``body``, and of mail ``subject``, to be copied or mailed."""
    rules, kol, programme = policy.current(), outreach.kol, outreach.candidate.programme
    places = {
        "name": kol.alias or kol.name,
        "operator": str(writer),
        "platform": installation.name() or "KOL CRM",
        "programme": programme.name,
        "deeds": programme.deeds,
    }
    language = language_of(kol)
    return {
        channel.value: {
            name: ladder.filled(text, places) for name, text in ladder.words(channel, language, rules).items()
        }
        for channel in LADDER
    }
