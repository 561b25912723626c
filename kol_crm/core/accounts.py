"""Logging in: nobody signs up by themselves; admins make accounts; wrong passwords slow the next try."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from kol_crm.core import history, installation, wrong_logins
from kol_crm.core.actor import Actor

DEMO_PASSWORD = "demo"  # noqa: S105  (public: it opens demo data, and no production installation)
PER_NETWORK = {"login_failed": "10/m/ip"}


class ClosedSignup(DefaultAccountAdapter):
    def is_open_for_signup(self, _request) -> bool:
        return False

    def authenticate(self, request, **credentials):
        """As allauth; a database of demo data that comes into production lets nobody in."""
        if not settings.DEBUG and credentials.get("password") == DEMO_PASSWORD:
            return None
        user = super().authenticate(request, **credentials)
        if user is not None:
            wrong_logins.forget(_login(credentials), self.get_client_ip(request))
        return user

    def pre_authenticate(self, request, **credentials) -> None:
        """Too many tries from one place, or too soon after wrong ones, are not even looked at."""
        self._login_failed_rl_usage = ratelimit.consume(
            request, app="allauth.account", action="login_failed", config=PER_NETWORK
        )
        if not self._login_failed_rl_usage:
            raise self.validation_error("too_many_login_attempts")
        left = wrong_logins.wait(_login(credentials), self.get_client_ip(request), timezone.now())
        if left:
            seconds = int(left.total_seconds()) + 1
            words = ngettext(
                "Too many wrong passwords. Try again in %(n)d second.",
                "Too many wrong passwords. Try again in %(n)d seconds.",
                seconds,
            )
            raise ValidationError(words % {"n": seconds})

    def authentication_failed(self, request, **credentials) -> None:
        wrong_logins.add(_login(credentials), self.get_client_ip(request), timezone.now())

    def set_password(self, user, password: str) -> None:
        """As allauth, with a trace that says that it changed and nothing of what it is."""
        super().set_password(user, password)
        actor = Actor(user, "page", timezone.now())
        history.record(actor, history.identity(user.pk), user, {"password": (None, None)})

    def post_login(self, request, user, **options):
        """As allauth, without a toast that says so; what program it was stands in the list of sessions."""
        request.session["program"] = self.get_http_user_agent(request)[:200]
        return super().post_login(request, user, **options)

    def add_message(self, request, level, message_template=None, message_context=None, *rest, **more) -> None:
        """Allauth's toasts of coming and going are left out; the rest is said by our own pages."""

    def get_password_change_redirect_url(self, request) -> str:
        messages.success(request, _("Your password is set"))
        return reverse("settings:security")

    def send_password_reset_mail(self, user, email: str, context: dict) -> None:
        """The one-time link, in the user's language."""
        with override(user.language or settings.LANGUAGE_CODE):
            place = installation.name() or "KOL CRM"
            words = {"name": str(user), "place": place, "link": context["password_reset_url"]}
            text = _(
                "Dear %(name)s,\n\nsomebody asked for a new password for you at %(place)s. If it was you, set"
                " it here; the link works once, for three days:\n%(link)s\n\nIf not, nothing has changed.\n"
            )
            send_mail(_("A new password for %(place)s") % words, text % words, settings.MAIL_FROM, [email])


def _login(credentials: dict) -> str:
    return credentials.get("username") or credentials.get("email") or ""
