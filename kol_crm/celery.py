"""The Celery app and its static schedule. The database says what is due; a message only says "look now"."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kol_crm.settings")

app = Celery("kol_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["kol_crm.core", "profiles", "lifecycle", "incentives"])
app.conf.beat_schedule = {
    # Plans what has become due and sends what is ready; losing or repeating a tick is harmless.
    "tick": {"task": "core.tick", "schedule": 30.0, "options": {"expires": 25}},
    # Once after midnight of the installation: levels, verdicts, medians, next birthdays, next due.
    "nightly": {"task": "core.nightly", "schedule": crontab(hour=0, minute=20), "options": {"expires": 3600}},
}
