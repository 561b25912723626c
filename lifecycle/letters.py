"""A mail of an operator to a KOL: from and back to the operator, with a one-click opt-out (RFC 8058)."""

from collections.abc import Callable
from email.utils import format_datetime, formataddr, parseaddr
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from kol_crm.core.extension import Replaceable
from kol_crm.core.mail import Letter, new_message, on_the_wire
from kol_crm.core.models import Send, User
from profiles.models import Kol
from profiles.services import contact

# the address of the one-click opt-out of a file; the app that takes opt-outs registers it
opt_out_link: Replaceable[Callable[[UUID], str]] = Replaceable("opt-out link", lambda _kol: "")


def why_not(kol: Kol) -> str:
    """Why this KOL cannot be mailed; empty where they can."""
    if kol.quiet_cause:
        return gettext_noop("the quiet mark stands")
    if kol.is_archived:
        return gettext_noop("the file is archived")
    if contact.living_mail(kol) is None:
        return gettext_noop("no living mail address")
    return ""


def to_kol(send: Send, kol: Kol, author: User, subject: str, body: str) -> Letter:
    """The letter from current data. Raises ``LookupError`` without a living address."""
    address = contact.living_mail(kol)
    if address is None:
        raise LookupError("No living mail address.")
    sender = parseaddr(settings.MAIL_FROM)[1]
    recipient = on_the_wire(contact.value_of(address))
    message = new_message()
    message["Message-ID"] = send.message_id
    message["Date"] = format_datetime(send.not_before)
    message["From"] = formataddr((str(author), sender))
    message["To"] = recipient
    message["Subject"] = subject
    if author.email:
        message["Reply-To"] = formataddr((str(author), author.email))
    footer = ""
    if link := opt_out_link.provider(kol.pk):
        message["List-Unsubscribe"] = f"<{link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        with override(kol.language or "en"):
            footer = "\n\n--\n" + _("If you would rather not get such mail: %(link)s") % {"link": link}
    signed = f"{body}\n\n{author.signature}".rstrip()
    message.set_content(f"{signed}{footer}\n")
    return Letter(sender, recipient, message, context=address)
