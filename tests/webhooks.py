"""What the tests of webhooks share: a hook at the receiver, and what it was told."""

import json

from django.utils import timezone

from kol_crm.core import jobs, webhooks
from kol_crm.core.actor import Actor
from kol_crm.core.services import webhook as verbs


def acting(user, door="page"):
    return Actor(user, door, timezone.now())


def hooked(user, receiver, **facts):
    """A webhook of the user at the receiver, and its secret."""
    return verbs.create(acting(user), {"name": "sync", "url": receiver.url, **facts})


def told(receiver):
    """Plans and sends what was noted; the messages that arrived since the last time."""
    jobs.planners.get(webhooks.PLANNER)(Actor.job(timezone.now()))
    jobs.web(Actor.job(timezone.now()))
    came, receiver.came[:] = list(receiver.came), []
    return [json.loads(body) for _path, _headers, body in came]
