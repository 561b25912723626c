"""What the proof of the push begins with: a source with its user, and a colleague of the same team."""

import json
import sys

from kol_crm.core.models import ApiToken, Team, User
from profiles.models import Source
from tests.proof.push_client import SOURCE


def main() -> None:
    """Prints the tokens as JSON."""
    team = Team.objects.get(parent=None)
    client = User.objects.create(username="client", role="operator", team=team, email="client@crm.example")
    manager = User.objects.create(username="manager", role="manager", team=team, email="m@crm.example")
    Source.objects.create(slug=SOURCE, name="Proof", owner=client)
    tokens = {
        user.username: ApiToken.objects.create(user, scopes=["kols:read", "kols:write"], prefix="")[1]
        for user in (client, manager)
    }
    sys.stdout.write(json.dumps(tokens) + "\n")
