"""``manage.py create_token USER [--scope …] [--name …]``: prints the token once, as its last line."""

from django.core.management.base import BaseCommand, CommandError

from kol_crm.core.api.auth import DEFAULT_SCOPES, SCOPES
from kol_crm.core.models import ApiToken, User


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
        parser.add_argument("--name", default="")

    def handle(self, *args, user: str, scope: list[str] | None, name: str, **options):
        owner = User.objects.filter(username=user, is_active=True).first()
        if owner is None:
            raise CommandError(f"There is no active user {user}.")
        scopes = sorted(set(scope or DEFAULT_SCOPES))
        row, token = ApiToken.objects.create(owner, name=name, scopes=scopes)
        self.stdout.write(f"{' '.join(scopes)}, until {row.expiry:%Y-%m-%d}")
        self.stdout.write(token)
