"""A worked two-way sync in curl and in Python (issue 8): what docs/sync.md says is run as it stands there."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from kol_crm.core.actor import Actor
from kol_crm.core.models import ApiToken
from profiles.models import ExternalId, Kol
from profiles.services import kol as verbs
from tests.factories import make_kol
from tests.profiles.pushing import source_of

DOCS = Path(settings.BASE_DIR) / "docs"
CLIENT = DOCS / "examples" / "sync.py"
pytestmark = [
    pytest.mark.usefixtures("_top_team"),
    pytest.mark.django_db(transaction=True, available_apps=list(settings.INSTALLED_APPS)),
]


@pytest.fixture
def site(live_server, operator, tmp_path):
    """The environment of a client, whose folder is empty."""
    source_of(operator, "warehouse")
    _row, token = ApiToken.objects.create(operator, scopes=["kols:read", "kols:write"], prefix="")
    return os.environ | {"KOL_CRM": live_server.url, "TOKEN": token, "SOURCE": "warehouse"}


def edit(user, kol, **facts):
    kol.refresh_from_db()
    return verbs.edit(Actor(user, "page", timezone.now()), kol, facts, kol.version)


class Client:
    """docs/examples/sync.py in a folder of its own."""

    def __init__(self, site, folder):
        self.site, self.folder = site, folder

    def run(self, *outgoing) -> dict:
        """What its copy says afterwards."""
        if outgoing:
            self.path("outgoing.json").write_text(json.dumps(outgoing))
        done = subprocess.run([sys.executable, str(CLIENT)], cwd=self.folder, env=self.site, check=False)
        assert done.returncode == 0
        return self.copy()

    def path(self, name) -> Path:
        return self.folder / name

    def copy(self) -> dict:
        return json.loads(self.path("copy.json").read_text())


@pytest.fixture
def client(site, tmp_path):
    return Client(site, tmp_path)


def cities(copy) -> dict[str, str]:
    return {file["name"]: file["city"] for file in copy["files"].values()}


def test_the_client_is_a_hundred_lines_at_most():
    assert len(CLIENT.read_text().splitlines()) <= 100


def test_it_lists_everything_then_pulls_what_changed_and_what_went(client, operator, stranger):
    stays, goes, leaves = (make_kol(operator, name) for name in ("Stays", "Goes", "Leaves"))
    make_kol(stranger, "Never seen")
    assert set(cities(client.run())) == {"Stays", "Goes", "Leaves"}
    edit(operator, stays, city="Suzhou")
    verbs.archive(Actor(operator, "page", timezone.now()), goes, goes.version)
    Kol.objects.filter(pk=leaves.pk).update(owner=stranger, team=stranger.team)
    assert cities(client.run()) == {"Stays": "Suzhou"}


def test_it_pushes_and_what_a_person_has_to_decide_is_set_aside(client, operator):
    known = make_kol(operator, "Known")
    copy = client.run({"external_id": "1", "name": "New", "city": "Wuhan"})
    assert cities(copy) == {"Known": "", "New": "Wuhan"}
    tied = {"external_id": "2", "id": str(known.pk), "version": known.version}
    copy = client.run(tied | {"city": "Xi'an"}, {"external_id": "3", "name": ""})
    assert cities(copy) == {"Known": "Xi'an", "New": "Wuhan"}
    assert [(one["code"], list(one["errors"])) for one in copy["refused"]] == [("invalid", ["name"])]
    edit(operator, known, alias="Kn")
    copy = client.run(tied | {"city": "Lost"})
    assert cities(copy)["Known"] == "Xi'an"
    assert copy["refused"][-1]["code"] == "stale_version"
    assert ExternalId.objects.count() == 2


def test_killed_after_the_call_and_before_the_answer_it_makes_nothing_twice(client):
    client.run()
    sending = {"key": "a-key", "items": [{"external_id": "1", "name": "Once"}]}
    for _killed in range(2):
        client.path("copy.json").write_text(json.dumps(client.copy() | {"sending": sending}))
        copy = client.run()
    assert list(cities(copy)) == ["Once"]
    assert (Kol.objects.count(), copy["refused"], copy["sending"]) == (1, [], None)


def test_killed_before_what_it_sends_is_off_the_list_it_is_not_sent_again(client, operator):
    known = make_kol(operator, "Known")
    change = {"external_id": "1", "id": str(known.pk), "version": known.version, "city": "Wuhan"}
    sending = {"key": "a-key", "items": [change]}
    client.path("copy.json").write_text(json.dumps(client.run() | {"sending": sending}))
    copy = client.run(change, {"external_id": "2", "name": "New"})  # the list as it was
    assert cities(copy) == {"Known": "Wuhan", "New": ""}
    assert copy["refused"] == []


def test_after_a_410_it_begins_anew_and_drops_what_is_not_there_any_more(client, operator):
    kol = make_kol(operator, "Known")
    before = client.run()
    worn_out = before | {
        "cursor": "worn-out",
        "files": before["files"] | {"gone": {"name": "Gone", "city": ""}},
    }
    client.path("copy.json").write_text(json.dumps(worn_out))
    edit(operator, kol, city="Suzhou")
    after = client.run()
    assert cities(after) == {"Known": "Suzhou"}
    assert after["cursor"] not in ("", "worn-out")


def test_told_that_it_calls_too_often_it_waits_and_goes_on(client, operator, settings):
    settings.API_AT_ONCE, settings.API_PER_MINUTE = 1, 601
    make_kol(operator, "Known")
    assert cities(client.run({"external_id": "1", "name": "New"})) == {"Known": "", "New": ""}


def shown_in_the_docs() -> str:
    """The blocks of the section that are curl's: all up to the one that starts the client."""
    section = DOCS.joinpath("sync.md").read_text().split("## A worked sync\n")[1].split("\n## ")[0]
    lines = section.split("**In Python**")[0].splitlines()
    return "\n".join(line[4:] for line in lines if line.startswith("    "))


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_curl_of_the_docs_does_what_it_says(site, tmp_path, operator):
    make_kol(operator, "Known")
    script = f"set -euo pipefail\n{shown_in_the_docs()}\n"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=site, check=False)
    assert done.returncode == 0

    def said(name):
        return json.loads(tmp_path.joinpath(name).read_text())

    assert [json.loads(line)["name"] for line in tmp_path.joinpath("copy.ndjson").open()] == ["Known"]
    assert said("again.json") == said("first.json")
    assert said("first.json")["results"][0]["status"] == "created"
    assert [one["kol"]["name"] for one in said("page.json")["results"]] == ["王思雨"]
    assert said("updated.json")["results"][0]["status"] == "updated"
    conflict = said("conflict.json")["results"][0]
    assert (conflict["status"], conflict["code"]) == ("conflict", "stale_version")
    assert said("gone.json")["code"] == "full_sync_required"
    assert Kol.objects.get(name="王思雨").city == "上海"


def test_the_docs_name_the_client_and_its_variables():
    text = DOCS.joinpath("sync.md").read_text()
    assert "(examples/sync.py)" in text
    for name in set(re.findall(r'environ\["(\w+)"\]|environ\[\'(\w+)\'\]', CLIENT.read_text())):
        assert next(filter(None, name)) in text
