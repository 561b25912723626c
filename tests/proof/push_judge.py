"""What the proof of the push finds on the server's side: files, history and notes by what was sent."""

import json
import sys
from collections import defaultdict

from kol_crm.core.models import Change
from profiles.models import ExternalId, Kol, Need


def main() -> None:
    """Prints JSON: how many files, by external id the file and what its city was changed to, all needs."""
    moves: dict[str, list] = defaultdict(list)
    told = Change.objects.filter(field="city").order_by("change_set__at", "id")
    for root, before, after in told.values_list("root", "before", "after"):
        moves[str(root)].append([before, after])
    files = {
        external_id: {"id": str(kol), "moves": moves[str(kol)]}
        for external_id, kol in ExternalId.objects.values_list("external_id", "kol_id")
    }
    needs = sorted(Need.objects.values_list("what", flat=True))
    sys.stdout.write(json.dumps({"count": Kol.objects.count(), "files": files, "needs": needs}) + "\n")
