"""What happens on the stage, each in a process: ``python -m tests.process.scene NAME`` prints JSON."""

import json
import sys
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import django

django.setup()

from django.db.models import Count, F  # noqa: E402
from django.utils import timezone  # noqa: E402

from incentives.due import GREETINGS  # noqa: E402
from incentives.models import Greeting  # noqa: E402
from incentives.services import occasion  # noqa: E402
from kol_crm.core import policy  # noqa: E402
from kol_crm.core.actor import Actor  # noqa: E402
from kol_crm.core.models import Send, Team, User  # noqa: E402
from lifecycle import gates  # noqa: E402
from lifecycle.services import stage  # noqa: E402
from profiles.models import ContactPoint  # noqa: E402
from profiles.services import kol as files  # noqa: E402

PAST = timedelta(days=1)
NOT_ASKED = ("plan_agreed", "persona_designed")  # what a file lacks that was only just created


def where_it_is_noon(now) -> ZoneInfo:
    """A zone in which nobody is greeted at night, whenever the tests run."""
    ahead = (12 - now.astimezone(UTC).hour + 12) % 24 - 12
    return ZoneInfo(f"Etc/GMT{-ahead:+d}" if ahead else "UTC")


def greetings_due(count: str) -> None:
    """So many files of one operator whose birthday is today, greeted by itself since 09:00."""
    now = timezone.now()
    zone = where_it_is_noon(now)
    today = now.astimezone(zone).date()
    user = User.objects.create_user("op", "op@crm.example", "pw", team=Team.objects.get(parent=None))
    open_gate = {gates.setting_of("initial", check).key: {"use": gates.OFF} for check in NOT_ASKED}
    rules = {occasion.MODES.key: occasion.all_by_itself("09:00"), **open_gate}
    policy.change(Actor(None, "command", now), rules)
    for number in range(int(count)):
        actor = Actor(user, "command", now)
        facts = {"name": f"K{number}", "birth_month": today.month, "birth_day": today.day, "zone": zone.key}
        mail = {"channel": "mail", "value": f"k{number}@mail.example"}
        kol = files.create(actor, facts, contacts=[mail])
        stage.move(actor.again(), kol, "initial", why="agreed")


def states() -> dict[str, int]:
    return dict(Send.objects.order_by().values_list("state").annotate(Count("id")))


def counts() -> dict[str, int]:
    return {"greetings": Greeting.objects.count(), "sends": Send.objects.count()}


def due_words() -> list[str]:
    """What Today says to the operator."""
    day = timezone.localdate() + timedelta(days=2)
    return [row.why for row in GREETINGS.rows(User.objects.get(username="op"), day, day, 100, ())]


def dead_contacts() -> int:
    return ContactPoint.objects.exclude(dead_since=None).count()


def leases_run_out() -> None:
    Send.objects.exclude(lease_until=None).update(lease_until=F("lease_until") - PAST)


def time_passes() -> None:
    """What waits has waited long enough."""
    Send.objects.filter(state="pending").update(not_before=F("not_before") - timedelta(hours=1))


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    sys.stdout.write(json.dumps(globals()[name](*arguments)))
