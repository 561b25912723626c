"""``manage.py serve``: everything of a small installation in one place, for ``make run``."""

import os
import shlex
import sys

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connections
from honcho import manager as supervision

from kol_crm.health import migrations_state

DEMO_LOGINS = ("operator", "operator2", "manager", "admin")
STOPPED_BY_SIGNAL = {known["rc"] for known in supervision.SIGNALS.values()}
PYTHON = shlex.quote(sys.executable)
CELERY = f"nice -n 5 {PYTHON} -m celery -q -A kol_crm"  # pages come first
PROCESSES = {
    "web": f"{PYTHON} -m gunicorn --log-level warning",
    # Beat apart, for as the worker's child it would outlive a killed worker and hide that it is gone.
    "worker": f"{CELERY} worker -P threads -c 4 -l WARNING",
    "beat": f"{CELERY} beat --pidfile= -l WARNING",
}


class Command(BaseCommand):
    """Bring the database up to date, fill an empty one with demo data, then serve until a signal or a crash.

    The web server, the worker and beat stand and fall together. Exit code 0 after SIGINT or SIGTERM.
    """

    help = "Migrate, fill an empty database with demo data, run web server, worker and beat until Ctrl-C."

    def handle(self, **options):
        if migrations_state() != "ok":  # to migrate all the same would cost each start some seconds
            call_command("migrate", interactive=False, verbosity=0)
        self.stdout.write("Database: up to date")
        if settings.DEBUG and not get_user_model().objects.exists():
            self.stdout.write("Demo data ...")
            call_command("demo")
            self.stdout.write("Demo data: done")
        self.stdout.flush()
        connections.close_all()
        sys.exit(supervise(ready_message()))


def ready_message() -> str:
    """What the reader needs once the address answers; the demo logins only where they can exist."""
    lines = [f"KOL CRM is ready at {settings.BASE_URL}"]
    if settings.DEBUG:
        lines += [f"Demo logins: {', '.join(DEMO_LOGINS)} (password: demo)"]
    return "\n".join([*lines, "Ctrl-C ends everything.", ""])


def supervise(message: str) -> int:
    """Run all processes until one ends or a signal comes, then end the others; the exit code."""
    supervision.KILL_WAIT = 30  # seconds; a worker in the middle of a mail may finish it
    manager = supervision.Manager()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "READY_MESSAGE": message}
    for name, command in PROCESSES.items():
        # exec: the process itself and no shell between, so that the signal reaches it
        manager.add_process(name, f"exec {command}", env=environment, cwd=settings.BASE_DIR)
    manager.loop()
    return 0 if manager.returncode in STOPPED_BY_SIGNAL else manager.returncode or 1
