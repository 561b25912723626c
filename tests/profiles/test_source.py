"""Sources (issue 8): who may register one, what is refused at which field, the trace, the words."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change
from profiles.models import ExternalId, Source
from profiles.services import source as verbs
from tests.factories import NOW, make_kol
from tests.profiles.pushing import source_of

pytestmark = pytest.mark.django_db
PAGE = "/settings/sources/"
API = "/api/v1/sources/"
ANY = {"If-Match": "*"}


@pytest.fixture
def by(admin):
    return Actor(admin, "page", NOW)


@pytest.fixture
def rest(api, admin):
    return api(admin, "kols:read", "policy:write")


def told():
    return {row.field: (row.before, row.after) for row in Change.objects.filter(model="profiles.source")}


def test_an_admin_registers_a_source_on_the_page_and_it_pushes(as_user, admin, operator, api):
    sent = {"slug": "mailer", "name": "Mailing tool", "owner": operator.pk, "owns": ["city", "tags"]}
    assert as_user(admin).post(f"{PAGE}new/", sent).status_code == 302
    row = Source.objects.get()
    assert (row.slug, row.name, row.owner, row.owns) == ("mailer", "Mailing tool", operator, ["city", "tags"])
    item = {"external_id": "1", "name": "New"}
    body = {"source": "mailer", "items": [item]}
    answer = api(operator).post("/api/v1/kols/bulk/", body, headers={"Idempotency-Key": "k"})
    assert answer.json()["results"][0]["status"] == "created"
    page = as_user(admin).get(PAGE).content.decode()
    for words in ("Mailing tool", "mailer", "Operator", "City"):
        assert words in page, words


def test_without_a_source_the_page_says_so(as_user, admin):
    assert "No source yet: nothing is pushed." in as_user(admin).get(PAGE).content.decode()


def test_the_page_speaks_chinese(as_user, admin):
    admin.language = "zh-hans"
    admin.save()
    assert "来源系统" in as_user(admin).get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["operator", "manager"])
def test_only_admins_have_the_pages_and_the_verbs(as_user, request, operator, who):
    row, user = source_of(operator), request.getfixturevalue(who)
    browser = as_user(user)
    for path in (PAGE, f"{PAGE}new/", f"{PAGE}{row.pk}/"):
        assert browser.get(path).status_code == 403, path
    for path in (f"{PAGE}new/", f"{PAGE}{row.pk}/"):
        sent = {"slug": "x", "name": "X", "owner": operator.pk, "version": 1}
        assert browser.post(path, sent).status_code == 403, path
    with pytest.raises(PermissionDenied):
        verbs.add(Actor(user, "page", NOW), {"slug": "x", "name": "X", "owner": operator})
    with pytest.raises(PermissionDenied):
        verbs.edit(Actor(user, "page", NOW), row, {"name": "X"}, None)
    assert Source.objects.get().name == "Mailer"
    assert not Change.objects.exists()


def test_by_api_one_sees_ones_own_and_admins_all_and_write(api, rest, operator, colleague):
    source_of(operator)
    source_of(colleague, "warehouse")

    def slugs(client):
        return {row["slug"] for row in client.get(API).json()}

    assert slugs(api(operator)) == {"mailer"}
    assert slugs(rest) == {"mailer", "warehouse"}
    assert api(operator).get(f"{API}warehouse/").status_code == 404
    mine = api(operator, "kols:read", "policy:write")
    assert mine.patch(f"{API}mailer/", {"name": "X"}, headers=ANY).status_code == 403
    assert mine.post(API, {"slug": "x", "name": "X", "owner": "operator"}).status_code == 403
    assert set(Source.objects.values_list("name", flat=True)) == {"Mailer", "Warehouse"}


def test_an_admins_token_without_the_scope_writes_no_source(api, admin, operator):
    answer = api(admin, "kols:read").post(API, {"slug": "x", "name": "X", "owner": "operator"})
    assert answer.status_code == 403
    assert not Source.objects.exists()


def test_the_api_registers_changes_and_retires_one_with_its_version(rest, operator, colleague):
    made = rest.post(API, {"slug": "mailer", "name": "Mailer", "owner": "operator", "owns": ["city"]})
    assert (made.status_code, made["ETag"], made["Location"]) == (201, '"1"', f"{API}mailer/")
    assert rest.patch(made["Location"], {"name": "Post"}).status_code == 428
    changed = rest.patch(made["Location"], {"owner": "colleague"}, headers={"If-Match": '"1"'})
    assert (changed.json()["owner"], changed["ETag"]) == ("colleague", '"2"')
    stale = rest.patch(made["Location"], {"name": "Late"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["changed"]) == (412, ["owner"])
    retired = rest.patch(made["Location"], {"retired": True}, headers={"If-Match": '"2"'})
    assert retired.json()["retired"] is True
    row = Source.objects.get()
    assert (row.name, row.owner, row.retired) == ("Mailer", colleague, True)


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"slug": "two words"}, "slug"),
        ({"slug": ""}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"name": ""}, "name"),
        ({"owns": ["charm"]}, "owns"),
        ({"owns": ["birthday_story"]}, "owns"),
        ({"owns": ["city"]}, "owns"),  # of another source
    ],
)
def test_what_is_wrong_is_refused_at_its_field_by_both_doors(as_user, admin, rest, operator, change, at):
    source_of(operator, "taken", owns=["city"])
    sent = {"slug": "mailer", "name": "Mailer", "owns": []} | change
    answer = rest.post(API, sent | {"owner": "operator"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [at])
    page = as_user(admin).post(f"{PAGE}new/", sent | {"owner": operator.pk})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [at]
    assert Source.objects.count() == 1
    assert not Change.objects.exists()


def test_a_fact_has_one_owner_until_its_source_is_retired(by, operator):
    first = source_of(operator, owns=["city"])
    with pytest.raises(ValidationError, match="Mailer owns already: city"):
        verbs.add(by, {"slug": "b", "name": "B", "owner": operator, "owns": ["city"]})
    verbs.edit(by.again(), first, {"retired": True}, None)
    verbs.add(by.again(), {"slug": "b", "name": "B", "owner": operator, "owns": ["city"]})
    with pytest.raises(ValidationError, match="B owns already: city"):
        verbs.edit(by.again(), first, {"retired": False}, None)
    first.refresh_from_db()
    assert first.retired


def test_every_change_is_in_the_history_and_on_the_page(as_user, admin, by, operator, colleague):
    row = verbs.add(by, {"slug": "mailer", "name": "Mailer", "owner": operator})
    verbs.edit(by.again(), row, {"name": "Post", "owner": colleague, "owns": ["city"]}, 1)
    changes = told()
    assert changes["name"] == ("Mailer", "Post")
    assert changes["owns"] == ([], ["city"])
    assert {"", "name", "owner", "owns"} == set(changes)
    page = as_user(admin).get(f"{PAGE}{row.pk}/").content.decode()
    assert "History" in page
    assert "Post" in page


def test_the_key_stays_what_it_is(as_user, admin, rest, operator):
    row = source_of(operator)
    answer = rest.patch(f"{API}mailer/", {"slug": "other"}, headers=ANY)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["slug"])
    sent = {"slug": "other", "name": "Mailer", "owner": operator.pk, "version": row.version}
    as_user(admin).post(f"{PAGE}{row.pk}/", sent)
    assert Source.objects.get().slug == "mailer"


def test_a_stale_page_changes_nothing_and_shows_what_stands(as_user, admin, by, operator):
    row = source_of(operator)
    verbs.edit(by, row, {"name": "Post"}, None)
    sent = {"name": "Late", "owner": operator.pk, "version": 1}
    assert as_user(admin).post(f"{PAGE}{row.pk}/", sent).status_code == 409
    assert Source.objects.get().name == "Post"


def test_a_retired_source_pushes_nothing_and_the_files_keep_its_ids(api, by, operator):
    row = source_of(operator)
    ExternalId.objects.create(kol=make_kol(operator), source=row, external_id="1")
    verbs.edit(by, row, {"retired": True}, None)
    body = {"source": "mailer", "items": [{"external_id": "1", "city": "x"}]}
    answer = api(operator).post("/api/v1/kols/bulk/", body, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["source"])
    assert ExternalId.objects.get().kol.city == ""
