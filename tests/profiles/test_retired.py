"""What is retired stays where it stands and is given to nobody any more, at any door (DOMAIN 1.3, 1.4)."""

import pytest
from django.core.exceptions import ValidationError

from kol_crm.core.models import Change
from profiles.models import Field, Kol, KolType
from profiles.services import bulk, many
from profiles.services import kol as verbs
from tests.factories import field, kol_type, make_kol
from tests.profiles.importing import run

pytestmark = pytest.mark.django_db


@pytest.fixture
def holder(operator):
    """A file that has both, from before they were retired."""
    kol = make_kol(operator, "A", fields=[(field("tea"), 4)], type=kol_type("creator"))
    Field.objects.filter(slug="tea").update(retired=True)
    KolType.objects.filter(slug="creator").update(retired=True)
    return kol


def refused(act) -> list[str]:
    before = Change.objects.count(), Kol.objects.count()
    with pytest.raises(ValidationError) as refusal:
        act()
    assert (Change.objects.count(), Kol.objects.count()) == before
    return list(refusal.value.message_dict)


def test_the_verbs_refuse_it_and_leave_it_where_it_stands(holder, operator, actor):
    other = make_kol(operator, "B")
    tea = field("tea")
    assert refused(lambda: verbs.create(actor, {"name": "C"}, fields=[(tea, 3)])) == ["fields"]
    assert refused(lambda: verbs.create(actor, {"name": "C", "type": kol_type()})) == ["type"]
    assert refused(lambda: verbs.edit(actor, other, {}, None, fields=[(tea, 3)])) == ["fields"]
    assert refused(lambda: verbs.edit(actor, other, {"type": kol_type()}, None)) == ["type"]
    assert refused(lambda: many.create(actor, [many.NewFile({"name": "C"}, fields=[tea])])) == ["0.fields"]
    assert refused(lambda: many.edit(actor, [many.Edit(other, fields=[tea])])) == ["fields"]
    assert refused(lambda: bulk.check(actor, bulk.Changes(fields_add=[(tea, 3)]))) == ["fields_add"]
    assert refused(lambda: bulk.check(actor, bulk.Changes(facts={"type": kol_type()}))) == ["type"]
    kept = [(tea, 5), (field("running"), 2)]
    verbs.edit(actor, holder, {"type": kol_type(), "city": "杭州"}, None, fields=kept)
    assert [row.field.slug for row in holder.kol_fields.all()] == ["tea", "running"]


@pytest.mark.parametrize(
    ("body", "key"),
    [({"fields": [{"field": "tea", "strength": 3}]}, "fields"), ({"type": "creator"}, "type")],
)
def test_the_api_refuses_it_at_the_field(holder, operator, api, body, key):
    client = api(operator)
    answer = client.post("/api/v1/kols/", {"name": "C", **body}, format="json")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [key])
    assert Kol.objects.count() == 1
    path = f"/api/v1/kols/{holder.pk}/"
    etag = client.get(path)["ETag"]
    answer = client.patch(path, {"city": "杭州", **body}, format="json", headers={"If-Match": etag})
    assert answer.status_code == 200


def test_the_import_refuses_it_at_the_cell_and_takes_the_rest_in(holder, operator, bring):
    imported = run(bring("Name,Category\nA,Tea\nB,Tea;Running\n", owner=operator))
    problems = {row.name: row.problems for row in imported.rows.all()}
    assert problems["A"] == []
    assert problems["B"] == [
        {"column": "Category", "index": 1, "why": ["“%(name)s” is no longer given.", {"name": "Tea"}]}
    ]
    assert [row.field.slug for row in Kol.objects.get(name="B").kol_fields.all()] == ["running"]
    assert [row.field.slug for row in holder.kol_fields.all()] == ["tea"]
