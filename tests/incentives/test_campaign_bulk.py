"""Many files into a campaign in the background: each asked on its own, each refusal told (DOMAIN 6.5)."""

import pytest
import time_machine
from django.urls import reverse

from incentives.models import Participant
from incentives.services import participant as participants
from kol_crm.core import work as works
from kol_crm.core.models import Work
from profiles.models import Stage
from tests.factories import NOW, make_kol
from tests.incentives.contest import TODAY, make_campaign
from tests.lifecycle.factories import at_stage
from tests.lifecycle.refusing import by

pytestmark = pytest.mark.django_db


def test_each_file_is_asked_on_its_own_and_who_is_refused_is_named_with_the_reason(
    as_user, operator, stranger, kol
):
    with time_machine.travel(NOW, tick=False):
        campaign = make_campaign(operator)
        participants.add(by(operator), campaign, kol)
        new, far = make_kol(operator, "李雷"), make_kol(stranger, "远方")
        departed = at_stage(make_kol(operator, "韩梅"), Stage.DEPARTED, since=TODAY)
        client = as_user(operator)
        typed = {"kol": [str(one.pk) for one in (kol, new, far, departed)]}
        panel = client.post(reverse("incentives:into-campaign"), typed)
        assert "Autumn" in panel.content.decode()
        ids = ",".join(typed["kol"])
        client.post(
            reverse("incentives:into-campaign"), {"start": "1", "ids": ids, "campaign": str(campaign.pk)}
        )
        done = works.run_one(Work.objects.get(kind="campaign_add"))
        counts = {name: done.counts[name] for name in ("added", "already", "refused")}
        assert (done.state, counts) == ("done", {"added": 1, "already": 1, "refused": 2})
        assert set(Participant.objects.values_list("kol", flat=True)) == {kol.pk, new.pk}
        page = client.get(reverse("incentives:campaign-added", args=[done.pk])).content.decode()
        assert "They have departed." in page
        assert "远方" not in page
