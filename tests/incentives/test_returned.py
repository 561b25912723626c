"""What came back stays whole: with a merged file, and with very many files asked about (DOMAIN 6.5, 3.12)."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incentives import campaign_due, share_or_buyout
from incentives.campaign_page import CampaignPage
from incentives.models import Participant
from incentives.returned import returned
from incentives.rhythm import taken_part
from incentives.services import deliverable as deliverables
from incentives.services import participant as participants
from incentives.services import result as results
from profiles.models import Kol
from profiles.services import merge, next_due
from tests.factories import make_kol
from tests.incentives.contest import TODAY, make_campaign
from tests.lifecycle.refusing import by

pytestmark = pytest.mark.django_db


def brought(actor, campaign, kol, amount):
    row = participants.add(actor, campaign, kol)
    results.enter(actor, campaign, [{"participant": row, "last_on": TODAY, "paid_amount": Decimal(amount)}])
    return row


def test_a_merge_loses_no_value_where_both_took_part(actor, operator, kol):
    campaign, other = make_campaign(operator), make_kol(operator, "李雷")
    for one, amount in ((kol, 10), (other, 5)):
        brought(actor, campaign, one, amount)
    campaign.monetising = True
    campaign.save()
    merge.merge(by(operator), kol.pk, other.pk, {"name": "survivor"})
    assert Participant.objects.filter(kol=other).exists()
    assert returned([kol.pk], today=TODAY).value_of(kol.pk) == 15
    assert CampaignPage(campaign, operator, TODAY).value == 15
    assert len(taken_part([kol.pk])[kol.pk]) == 2


def test_what_a_merged_file_owes_and_sold_is_of_the_file_that_stays(actor, operator, kol):
    campaign, other = make_campaign(operator), make_kol(operator, "李雷")
    brought(actor, campaign, kol, 10)
    theirs = brought(actor, campaign, other, 5)
    owed = deliverables.add(actor, theirs, {"what": "A video", "due_on": TODAY})
    merge.merge(by(operator), kol.pk, other.pk, {"name": "survivor"})
    [row] = campaign_due.DELIVERABLES.rows(operator, TODAY, TODAY, 9, ())
    assert (row.key, row.subject) == (f"deliverable:{owed.pk}", kol)
    assert next_due.earliest([kol.pk])[kol.pk] == (TODAY, "deliverable")
    assert [one.sales for one in share_or_buyout.history_of(kol.pk, "CNY", operator).told] == [15]
    deliverables.finish(actor, owed)
    assert Kol.objects.get(pk=kol.pk).next_due_kind != "deliverable"


def test_who_is_in_the_trash_is_not_shown(actor, operator, kol):
    campaign = make_campaign(operator)
    brought(actor, campaign, kol, 10)
    Kol.objects.filter(pk=kol.pk).update(archived_at=actor.at + timedelta(1))
    assert CampaignPage(campaign, operator, TODAY).ids == []


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="a statement there has 65,535 parameters at most"
)
def test_however_many_files_are_asked_about_their_ids_are_one_parameter(actor, operator, kol):
    brought(actor, make_campaign(operator), kol, 10)

    def values(count):
        many = [kol.pk, *(uuid4() for _number in range(count))]
        with CaptureQueriesContext(connection) as asked:
            assert returned(many, today=TODAY).value_of(kol.pk) == 10
        return [one["sql"].count("'") for one in asked.captured_queries]

    assert values(0) == values(50)
