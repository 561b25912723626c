"""The Celery app and its static schedule. The database says what is due; a message only says "look now"."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kol_crm.settings")

app = Celery("kol_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["kol_crm.core", "profiles", "lifecycle", "incentives"])
app.conf.beat_schedule = {
    # Plans what has become due and sends what is ready; losing or repeating a tick is harmless.
    "tick": {"task": "core.tick", "schedule": 30.0, "options": {"expires": 25}},
    # Webhooks and group robots, apart from mail: whoever answers slowly keeps only their own kind waiting.
    "web": {"task": "core.web", "schedule": 15.0, "options": {"expires": 12}},
    # Imports, bulk edits, exports that a lost message left waiting, or that a dead worker left half done.
    "work": {"task": "core.work", "schedule": 20.0, "options": {"expires": 15}},
    # Asks whether the night's jobs have run: ``jobs.night`` knows when it is 00:20 where the installation is.
    "nightly": {"task": "core.nightly", "schedule": 300.0, "options": {"expires": 280}},
}
