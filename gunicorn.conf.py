"""How gunicorn serves KOL CRM; read by itself from the project's root."""

import os
import sys

bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
wsgi_app = "kol_crm.wsgi"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
# The app is loaded before the address opens: who can connect gets an answer, and a broken app ends the start.
preload_app = True
graceful_timeout = 20
control_socket_disable = True
# No page may hold the database longer; read by the settings, which workers and migrations read without it.
os.environ.setdefault("STATEMENT_TIMEOUT_SECONDS", "15")


def when_ready(_server):
    """Say that the address answers, in the words of ``manage.py serve``."""
    sys.stdout.write(os.environ.get("READY_MESSAGE", ""))
    sys.stdout.flush()
