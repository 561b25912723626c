"""``manage.py create_token USER [--scope …] [--name …]``: prints the token once, as its last line."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from kol_crm.core.actor import Actor
from kol_crm.core.api.auth import DEFAULT_SCOPES, SCOPES
from kol_crm.core.models import User
from kol_crm.core.services import token as verbs

DAYS = 365


class Command(BaseCommand):
    help = "Make an API token for a user; it is shown only now."

    def add_arguments(self, parser):
        parser.add_argument("user")
        parser.add_argument(
            "--scope",
            nargs="+",
            action="extend",
            choices=SCOPES,
            help=f"default: {', '.join(DEFAULT_SCOPES)}",
        )
        parser.add_argument("--name", default="create_token")

    def handle(self, *args, user: str, scope: list[str] | None, name: str, **options):
        owner = User.objects.filter(username=user, is_active=True).first()
        if owner is None:
            raise CommandError(f"There is no active user {user}.")
        actor = Actor(owner, "command", timezone.now())
        try:
            row, token = verbs.create(actor, name, scope or DEFAULT_SCOPES, DAYS)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{' '.join(row.scopes)}, until {row.expiry:%Y-%m-%d}")
        self.stdout.write(token)
