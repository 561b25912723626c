"""What the proof of the feed begins with: teams, owners, two readers of different sight, some files."""

import json
import sys

from django.utils import timezone

from kol_crm.core.actor import Actor
from kol_crm.core.models import ApiToken, Team, User, uuid7
from profiles.services import kol as verbs

FILES = 60


def _team(name: str, parent: Team) -> Team:
    team = Team(id=uuid7(), name=name, parent=parent)
    team.path = f"{parent.path}{team.pk}/"
    team.save(force_insert=True)
    return team


def _user(name: str, role: str, team: Team | None) -> User:
    return User.objects.create(username=name, role=role, team=team, email=f"{name}@crm.example")


def main() -> None:
    """Prints the readers' tokens as JSON."""
    top = Team.objects.get(parent=None)
    division = _team("Division", top)
    teams = [_team("East", division), _team("South", division), _team("West", top)]
    writer = _user("writer", "admin", None)
    owners = [_user(f"owner{n}", "operator", team) for n, team in enumerate(teams)]
    readers = [_user("reader", "operator", teams[0]), _user("above", "manager", division)]
    actor = Actor(writer, "proof", timezone.now())
    for n in range(FILES):
        verbs.create(actor.again(), {"name": f"File {n}", "owner": owners[n % 3]})
    made = {user.username: ApiToken.objects.create(user, scopes=["kols:read"], prefix="") for user in readers}
    sys.stdout.write(json.dumps({name: token for name, (_row, token) in made.items()}) + "\n")
