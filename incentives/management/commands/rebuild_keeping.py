"""``manage.py rebuild_keeping``: bond and loss risk of every file anew, and what is counted from them."""

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from incentives.services import keeping, keeping_record
from kol_crm.core.actor import Actor


class Command(BaseCommand):
    help = "Work out bond and loss risk of every file anew, the shares departed by band and survival."

    def handle(self, *args, **options):
        actor = Actor.job(timezone.now())
        tally = keeping.refresh_all(actor, lambda seen: self.stderr.write(f"\r{seen}", ending=""))
        self.stderr.write("")
        keeping_record.nightly(actor)
        words = _("%(seen)d files looked at, %(done)d changed, %(failed)d failed.")
        self.stdout.write(words % {"seen": tally.seen, "done": tally.done, "failed": tally.failed})
        for error in tally.errors:
            self.stdout.write(error)
