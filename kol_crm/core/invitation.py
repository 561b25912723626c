"""The mail that invites: a one-time link to set the password; by Django's mail backend (STACK 7)."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from kol_crm.core import installation
from kol_crm.core.models import User


def link(user: User) -> str:
    """Where the user sets a password; dead once that is done, and after three days."""
    names = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.BASE_URL + reverse("account_reset_password_from_key", kwargs=names)


def send(user: User) -> None:
    """Write it in the user's language and hand it to the mail server."""
    with override(user.language or settings.LANGUAGE_CODE):
        name = installation.name() or "KOL CRM"
        words = {"name": str(user), "place": name, "username": user.username, "link": link(user)}
        text = _(
            "Dear %(name)s,\n\nyou have been invited to %(place)s. Your user name is %(username)s."
            "\n\nSet your password here; the link works once, for three days:\n%(link)s\n"
        )
        send_mail(_("Your access to %(place)s") % words, text % words, settings.MAIL_FROM, [user.email])
