"""How a greeting is told: its label, sign, what it is about, and why it is due (DOMAIN 7.1, 7.3)."""

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from incentives.models import Greeting
from incentives.services import milestone
from incentives.services.coming import years_words
from kol_crm.core.lunar import to_lunar
from kol_crm.core.models import Send
from kol_crm.core.occurrence import age_on
from profiles.models import Calendar
from profiles.services import festival
from profiles.services.birthday import partial_day
from profiles.services.yearly import rules

Occasion = Greeting.Occasion
LABELS = {
    Occasion.BIRTHDAY: gettext_lazy("Birthday greeting"),
    Occasion.DATE: gettext_lazy("Greeting on an important date"),
    Occasion.FESTIVAL: gettext_lazy("Festival greeting"),
    Occasion.ANNIVERSARY: gettext_lazy("Anniversary greeting"),
    Occasion.MILESTONE: gettext_lazy("Congratulation on followers"),
    Occasion.EVENT: gettext_lazy("Greeting on a life event"),
    Occasion.OWN: gettext_lazy("Greeting"),
}
ICONS = {
    Occasion.BIRTHDAY: "cake",
    Occasion.DATE: "calendar-heart",
    Occasion.FESTIVAL: "lamp",
    Occasion.ANNIVERSARY: "handshake",
    Occasion.MILESTONE: "trophy",
    Occasion.EVENT: "baby",
    Occasion.OWN: "mail",
}


def label(greeting: Greeting) -> str:
    """What kind of row it is."""
    return str(LABELS[Occasion(greeting.occasion)])


def icon(greeting: Greeting) -> str:
    return ICONS[Occasion(greeting.occasion)]


def about(greeting: Greeting) -> str:
    """What it is about, in the reader's language where it is no person's words: Lantern Festival, 3 years."""
    language = get_language() or "en"
    match greeting.occasion:
        case Occasion.BIRTHDAY:
            if greeting.kol.birth_calendar == Calendar.LUNAR:
                return _("Lunar birthday %(day)s") % {"day": to_lunar(greeting.on)}
            return _("Birthday")
        case Occasion.FESTIVAL:
            return festival.name_of(greeting.about, language)
        case Occasion.MILESTONE:
            return _("%(number)s followers") % {"number": milestone.words(int(greeting.about), language)}
        case Occasion.ANNIVERSARY:
            number = "".join(filter(str.isdigit, greeting.what))
            years = years_words(int(number), language) if number else ""
            return _("%(years)s since initial") % {"years": years}
    return greeting.what or str(greeting.get_occasion_display())


def why(greeting: Greeting) -> str:
    """Lunar birthday 十月十五; turns 32; goes by itself at its hour."""
    if greeting.state == Greeting.State.FAILED:
        return outcome(greeting)
    parts = [about(greeting)]
    if greeting.occasion == Occasion.BIRTHDAY:
        age = age_on(partial_day(greeting.kol), greeting.on, rules())
        if age:
            parts.append(_("turns %(age)d") % {"age": age})
    if goes_by_itself(greeting):
        parts.append(_("by itself unless edited"))
    elif greeting.edited:
        parts.append(_("edited by you"))
    else:
        parts.append(_("draft is ready"))
    return " · ".join(parts)


def outcome(greeting: Greeting) -> str:
    """Why a greeting that should have gone waits for its operator."""
    if is_uncertain(greeting):
        return greeting.outcome_words[:1].upper() + greeting.outcome_words[1:]
    return _("Mail did not go: %(outcome)s") % {"outcome": greeting.outcome_words}


def is_uncertain(greeting: Greeting) -> bool:
    """Whether nobody knows if a mail of it arrived."""
    return greeting.send is not None and greeting.send.state == Send.State.UNCERTAIN


def goes_by_itself(greeting: Greeting) -> bool:
    """Whether a mail of it waits in the outbox."""
    return greeting.send is not None and greeting.send.state == Send.State.PENDING and not greeting.edited


def delivery(greeting: Greeting) -> str:
    """What became of its mail, in words; empty where none went or waits."""
    send = greeting.send
    if send is None:
        return ""
    match send.state:
        case Send.State.PENDING if send.attempts:
            words = _("not yet delivered, tried again by itself (%(times)d so far)") % {
                "times": send.attempts
            }
            return f"{words}: {send.outcome}" if send.outcome else words
        case Send.State.PENDING:
            return _("waits to be sent")
        case Send.State.CLAIMED | Send.State.SENDING:
            return _("is being sent")
        case Send.State.SENT:
            return _("taken by the mail server")
        case Send.State.UNCERTAIN:
            return _("uncertain: no reply from the mail server")
        case Send.State.FAILED:
            return _("bounced or gave up: %(outcome)s") % {"outcome": greeting.outcome_words}
    return ""
