"""What happens inside the installation: ``python -m tests.proof.scene NAME ARGUMENT`` prints JSON."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import django

django.setup()

from django.utils import timezone  # noqa: E402

from incentives.models import Greeting  # noqa: E402
from incentives.services import greeting as greetings  # noqa: E402
from incentives.services import occasion, planner  # noqa: E402
from kol_crm.core import copying, jobs, policy  # noqa: E402
from kol_crm.core.actor import Actor  # noqa: E402
from kol_crm.core.models import Horizon, Send, Team, User  # noqa: E402
from profiles.models import Kol, Stage  # noqa: E402
from profiles.services import many  # noqa: E402
from tests.process.scene import where_it_is_noon  # noqa: E402

PAST = timedelta(days=1)


def greetings_due(count: str) -> int:
    """So many files whose birthday is today, greeted by the software itself; how many greetings that plans.

    Files in their hundreds are brought into their stage by one statement: how they came there is not what is
    proved. The night's jobs count as done, for what they do is not either.
    """
    now = timezone.now()
    zone = where_it_is_noon(now)
    today = now.astimezone(zone).date()
    user = User.objects.create_user("op", "op@crm.example", "pw", team=Team.objects.get(parent=None))
    policy.change(Actor(None, "command", now), {occasion.MODES.key: occasion.all_by_itself("09:00")})
    facts = {"birth_month": today.month, "birth_day": today.day, "zone": zone.key}
    files = [
        many.NewFile(
            {**facts, "name": f"K{n}"}, contacts=[{"channel": "mail", "value": f"k{n}@mail.example"}]
        )
        for n in range(int(count))
    ]
    actor = Actor(user, "command", now)
    kols = [kol for kol, _account in many.create(actor, files)]
    Kol.objects.filter(pk__in=[kol.pk for kol in kols]).update(stage=Stage.INITIAL)
    copying.analyze(Kol)  # as an import of many does at its end
    Horizon.objects.update_or_create(name=jobs.NIGHT, defaults={"until": now + PAST})
    return planner.plan(Actor.job(now)).done


def reconcile(log: str) -> dict[str, int]:
    """What an operator does with what is left: look each up in the other side's log, then say so or send.

    By the product's own verbs: it arrived, or it goes again. How many of each.
    """
    lines = map(json.loads, Path(log).read_text().splitlines())
    taken = {line["id"] for line in lines if line["what"] == "taken"}
    open_rows = Send.objects.filter(state__in=(Send.State.UNCERTAIN, Send.State.FAILED))
    done = {"arrived": 0, "again": 0}
    for greeting in Greeting.objects.filter(send__in=open_rows).select_related("send", "kol__owner"):
        actor = Actor(greeting.kol.owner, "page", timezone.now())
        if greeting.send.message_id in taken:
            greetings.mark_arrived(actor, greeting)
            done["arrived"] += 1
        else:
            greetings.send_by_mail(actor, greeting)
            done["again"] += 1
    return done


if __name__ == "__main__":
    name, argument = sys.argv[1:]
    sys.stdout.write(json.dumps(globals()[name](argument)))
