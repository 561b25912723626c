"""The canary crawl: each file carries words that stand nowhere else; whoever must not see it finds none.

Every actor follows every link of every page, searches, lists, breaks forms, asks the API and reads their mail
(RELIABILITY 4; DOMAIN 2.1–2.3).
"""

import base64
from collections import Counter, deque
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from cryptography.exceptions import InvalidTag
from django.urls import Resolver404, resolve, reverse

from incentives.models import Campaign
from kol_crm.core import dispatcher, lists, vault
from kol_crm.core.actor import Actor
from kol_crm.core.models import Disclosure, User
from lifecycle.models import Community, Programme, Review, Slot
from lifecycle.services import morning
from profiles.models import ContactPoint
from profiles.models.querysets import KolQuerySet
from profiles.services import contact as contact_verbs
from tests.factories import NOW
from tests.forms import Page
from tests.permissions import matrix
from tests.permissions.asking import addresses, ids_for, path_of, token_client, undone
from tests.permissions.world import World

pytestmark = pytest.mark.django_db
MARKS = {"eastmark", "secondmark", "undermark", "westmark", "trashmark", "freemark", "importmark"}
SEEN = {
    "anonymous": set(),
    "gone": set(),
    "owner": {"eastmark", "secondmark", "trashmark", "freemark", "importmark"},
    "colleague": {"eastmark", "secondmark", "freemark"},
    "self": {"secondmark", "undermark", "trashmark", "freemark", "importmark"},
    "other": {"westmark"},
    "elsewhere": {"westmark"},
    "manager": MARKS - {"westmark"},
    "admin": MARKS,
}
# Finance reads plans: the KOL's names and what was promised; of the file none of these words.
WORDS = (
    *("introduction", "character", "family", "credentials", "good_at", "how_met", "name_other"),
    *(
        "city",
        "likes",
        "dislikes",
        "tag",
        "label",
        "source",
        "reason",
        "said",
        "why",
        "subject",
        "body",
        "handle",
        "offence",
        "seen",
        "quarrel",
        "users",
        "step",
    ),
)
EACH_SHAPE = 2  # how often the same address is followed with other values of the same parameters
MOST = 160
RUBBISH = {"version": "0", "to_stage": "late", "q": "0003", "name": "", "title": ""}
LEFT_ALONE = ("/accounts/logout", "/static/", "/o/", "/i18n/")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def files_of(world: World) -> dict:
    return {file.mark: file for file in (world.file, world.second, world.below, world.west)}


def worlds(world: World) -> list[World]:
    """The same world with one team's file after the other as what addresses are about."""
    return [replace(world, file=file) for file in (world.file, world.below, world.west)]


def canaries(world: World, actor: str, *, clear: frozenset[str] = frozenset()) -> dict[str, str]:
    """What ``actor`` must find nowhere, and whose it is. ``clear``: marks whose contacts they may see."""
    files = files_of(world)
    seen = SEEN.get(actor, set())
    birds = {mark: f"file {mark}" for mark in MARKS - seen}
    if actor == "self":  # tags are the team's words, whoever bears them
        words = {*WORDS, "name", "alias", "title", "note", "item"} - {"tag"}
        birds = {f"eastmark {word}": f"{word} of the own file" for word in words} | {
            "westmark": "file westmark"
        }
    if actor == "finance":
        birds = {f"{mark} {word}": f"{word} of {mark}" for mark in MARKS for word in WORDS}
        birds |= {
            f"{mark}{word}": f"{word} of {mark}" for mark in MARKS for word in ("handle", ".wx", ".box")
        }
    for mark, file in files.items():
        points = ContactPoint.objects.filter(kol=file.kol)
        birds |= {contact_verbs.protected(point)["sealed"]: f"sealed {mark}" for point in points}
        birds |= {
            bird: f"hash of {mark}" for point in points for bird in (point.digest, point.tail_digest) if bird
        }
        if mark not in clear:
            birds |= dict.fromkeys(file.secrets, f"contact of {mark} in clear")
        if mark not in seen:
            birds |= {
                point.masked: f"masked contact of {mark}" for point in points if "@" not in point.masked
            }
    return birds


def leaks(text: str, birds: dict[str, str], where: str) -> list[str]:
    return [f"{where}: {whose} ({bird})" for bird, whose in birds.items() if bird in text]


def text_of(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = " ".join(f"{name}: {value}" for name, value in answer.items())
    return f"{headers}\n{body.decode('utf-8', 'replace')}"


def seeds(world: World) -> list[str]:
    """Every address that answers a GET, with the world's own ids and with those of each other file."""
    found = ["/"]
    for name, pattern in addresses().items():
        rows = [row for part in matrix.MATRIX.values() for row in part if row.url == name]
        if any(row.method == "GET" and not row.is_api for row in rows) and name != "incentives:opt-out":
            found += [
                path_of(name, rows[0].ids(other) | ids_for(name, pattern, other)) for other in worlds(world)
            ]
    return list(dict.fromkeys(found))


def crawl(client, starts, birds, most: int = MOST) -> tuple[list[str], int]:
    """Follow links from page to page, as pages and as parts for htmx."""
    queue, seen, shapes, wrong, asked = deque(starts), set(starts), Counter(), [], 0
    as_part: set[str] = set()
    while queue and asked < most:
        path = queue.popleft()
        parts = urlsplit(path)
        shape = (parts.path, tuple(sorted(name for name, _value in parse_qsl(parts.query))))
        shapes[shape] += 1
        if shapes[shape] > EACH_SHAPE:
            continue
        try:
            view = resolve(parts.path).view_name
        except Resolver404:
            wrong.append(f"{path}: a link to nowhere")
            continue
        ways = [{}] if view in as_part else [{}, {"HX-Request": "true"}]
        as_part.add(view)
        for headers in ways:
            answer = client.get(path, headers=headers)
            asked += 1
            assert answer.status_code < 500 or path == "/readyz", path
            text = text_of(answer)
            wrong += leaks(text, birds, path)
            for link in [*Page(text).links, answer.get("Location", "")]:
                link = link.split("#")[0]
                if link.startswith("?"):
                    link = parts.path + link
                if link.startswith("/") and link not in seen and not link.startswith(LEFT_ALONE):
                    seen.add(link)
                    queue.append(link)
    return wrong, asked


ACTORS = ("anonymous", "owner", "colleague", "other", "manager", "elsewhere", "finance", "self", "gone")


@pytest.mark.parametrize("actor", ACTORS)
def test_no_page_shows_a_foreign_file_or_a_contact_in_clear(world, askers, actor):
    wrong, asked = crawl(askers.browsers[actor], seeds(world), canaries(world, actor))
    assert asked > (40 if actor in ("anonymous", "gone") else 100)
    assert wrong == [], "\n".join(wrong[:40])


def test_an_opened_gate_is_found(world, askers, monkeypatch):
    """The crawl bites: when everybody sees every file, it finds the foreign one."""
    monkeypatch.setattr(KolQuerySet, "visible_to", lambda self, user, action="view": self.all())
    wrong, _asked = crawl(
        askers.browsers["owner"], [reverse("profiles:kol-list")], canaries(world, "owner"), 6
    )
    assert any("file westmark" in one for one in wrong)


def test_a_contact_in_clear_is_found(world, askers):
    ContactPoint.objects.filter(pk=world.file.phone.pk).update(masked=world.file.secrets[0])
    path = reverse("profiles:kol-detail", args=[world.file.kol.pk])
    wrong, _asked = crawl(askers.browsers["owner"], [path], canaries(world, "owner"), 1)
    assert any("contact of eastmark in clear" in one for one in wrong)


def terms(world: World) -> list[str]:
    """What one may search for. None holds a whole mark, which a page would only repeat."""
    found = ["name", "mark", "handle"]
    for mark, file in (("eastmark", world.file), ("westmark", world.west)):
        phone, wechat, mail, *_of_agency = file.secrets
        found += [mark[1:], f"{mark[:4]}-", phone[-4:], f"{phone[:3]} {phone[3:7]} {phone[7:]}"]
        found += [wechat.upper(), mail.upper()]
    return found


@pytest.mark.parametrize("actor", ACTORS)
def test_no_search_finds_a_foreign_file(world, askers, actor):
    """In lists, by the search of contacts in the body, and through every filter that takes words."""
    browser, birds, wrong = askers.browsers[actor], canaries(world, actor), []
    pages = [reverse(name) for name in ("profiles:kol-list", "lifecycle:board", "incentives:plan-list")]
    pages.append(reverse("lifecycle:review-list"))
    for term in terms(world):
        for path in pages:
            answer = browser.get(path, {"q": term})
            wrong += leaks(text_of(answer), birds, f"{path}?q={term}")
        answer = browser.post(reverse("profiles:kol-find"), {"q": term}, follow=True)
        wrong += leaks(text_of(answer), birds, f"find {term}")
    assert wrong == [], "\n".join(wrong[:40])


def test_search_finds_ones_own_file_by_phone_so_that_finding_nothing_says_something(world, askers):
    phone = world.file.secrets[0]
    answer = askers.browsers["owner"].post(reverse("profiles:kol-find"), {"q": f"+86 {phone}"}, follow=True)
    assert "eastmark name" in text_of(answer)


@pytest.mark.parametrize("actor", [one for one in ACTORS if one not in ("anonymous", "gone")])
def test_no_broken_form_tells_what_is_hidden(world, askers, actor):
    """Every POST of the matrix, with foreign ids, with rubbish and, where somebody answers, empty."""
    revealed = {"owner": {"eastmark", "secondmark"}, "other": {"westmark"}}.get(actor, set())
    birds = canaries(world, actor, clear=frozenset(revealed))
    browser, wrong = askers.browsers[actor], []
    for row in (row for part in matrix.MATRIX.values() for row in part):
        if row.method != "POST" or row.is_api or row.open:
            continue
        for other in (world, replace(world, file=world.west)):
            path = path_of(row.url, row.ids(other) | ids_for(row.url, addresses()[row.url], other))
            for data in (RUBBISH, {}):
                with undone():
                    answer = browser.post(path, data, headers={"HX-Request": "true"})
                    wrong += leaks(text_of(answer), birds, f"POST {path}")
                if answer.status_code == 404:  # nothing is there, whatever is sent
                    break
    assert wrong == [], "\n".join(wrong[:40])


API_LISTS = ("api:kol-list", "api:touch-list", "api:snapshot-list", "api:incentive-plan-list")


def api_paths(world: World) -> list[str]:
    found = [reverse(name) for name in API_LISTS] + [f"{reverse('api:kol-list')}?archived=true"]
    for name, pattern in addresses().items():
        if name.startswith("api:") and name.endswith("-detail"):
            found += [path_of(name, ids_for(name, pattern, other)) for other in worlds(world)]
    for name in API_LISTS:
        found += [f"{reverse(name)}?kol={file.kol.pk}" for file in files_of(world).values()]
    return found + [f"{reverse('api:kol-list')}?q={term.replace('+', '%2B')}" for term in terms(world)]


@pytest.mark.parametrize("scopes", [("kols:read",), ("kols:read", "contacts:read")], ids=" ".join)
@pytest.mark.parametrize("actor", [one for one in ACTORS if one not in ("anonymous", "gone")])
def test_the_api_shows_no_foreign_file_and_contacts_only_to_who_may_see_them(world, actor, scopes):
    """In clear: with the scope, and only of files that the token's user may edit (DOMAIN 2.3)."""
    edits = {"owner": {"eastmark", "secondmark"}, "manager": {"eastmark", "secondmark", "undermark"}}
    edits |= {"other": {"westmark"}, "elsewhere": {"westmark"}, "self": {"secondmark", "undermark"}}
    clear = frozenset(edits.get(actor, set())) if "contacts:read" in scopes else frozenset()
    client, birds, wrong = token_client(world.users[actor], *scopes), canaries(world, actor, clear=clear), []
    before = Disclosure.objects.count()
    for path in api_paths(world):
        answer = client.get(path)
        assert answer.status_code < 500, path
        wrong += leaks(text_of(answer), birds, path)
    assert wrong == [], "\n".join(wrong[:40])
    assert (Disclosure.objects.count() > before) == bool(clear)


def test_each_registered_list_holds_only_what_its_reader_sees(world):
    """Panels, exports and counts start from the same rows."""
    for spec in lists.registered():
        for actor in ("owner", "colleague", "other", "elsewhere", "self", "manager"):
            for row in spec.rows(world.users[actor]):
                if (
                    isinstance(row, Programme | Community | Slot | Campaign) and actor == "self"
                ):  # the team's, no file of theirs
                    continue
                kol = getattr(row, "kol", row)
                mark = str(getattr(kol, "name", "")).split(" ")[0].removesuffix(".csv")
                assert mark in SEEN[actor] | {""}, f"{spec.name} of {actor}: {mark}"


# Mail


@pytest.fixture
def letters(settings, tmp_path):
    settings.EMAIL_URL = f"file://{tmp_path}"

    def read() -> list[tuple[str, str]]:
        """(recipient, subject and text) of each mail that left."""
        found = []
        for path in sorted(tmp_path.glob("*.eml")):
            mail = message_from_bytes(path.read_bytes(), policy=default)
            found.append((str(mail["To"]), f"{mail['Subject']}\n{mail.get_body(('plain',)).get_content()}"))
        return found

    return read


@pytest.fixture
def morning_of_review(world):
    """08:00 of the day on which the reviews of the world are due, with a tick before it."""
    [day] = set(
        Review.objects.filter(done_at=None, kol__name="eastmark name").values_list("due_on", flat=True)
    )
    morning.plan(Actor.job(NOW))
    return NOW.replace(year=day.year, month=day.month, day=day.day, hour=8)


def test_mail_to_staff_names_only_files_they_see(world, letters, morning_of_review):
    morning.plan(Actor.job(morning_of_review))
    dispatcher.dispatch(lambda: morning_of_review)
    found = letters()
    by_address = {user.email: name for name, user in world.users.items()}
    assert any("eastmark name" in text for _recipient, text in found)
    wrong = []
    for recipient, text in found:
        if recipient in by_address:
            wrong += leaks(text, canaries(world, by_address[recipient]), f"mail to {recipient}")
    assert wrong == [], "\n".join(wrong)


def test_a_reader_who_lost_the_file_before_the_mail_left_is_not_written_to(world, letters, morning_of_review):
    """Gathered is not sent: the right is asked again when the text is made."""
    morning.plan(Actor.job(morning_of_review))
    users = world.users
    User.objects.filter(pk=users["owner"].pk).update(team=users["other"].team)
    dispatcher.dispatch(lambda: morning_of_review)
    assert not any(recipient == users["owner"].email for recipient, _text in letters())


def test_logs_and_addresses_hold_no_contact(world, askers, caplog):
    """Errors are logged with ids only."""
    caplog.set_level("DEBUG")
    browser = askers.browsers["owner"]
    for term in terms(world):
        answer = browser.post(reverse("profiles:kol-find"), {"q": term})
        assert not any(secret in answer.get("Location", "") for secret in world.file.secrets)
    browser.get(reverse("profiles:kol-detail", args=[world.west.kol.pk]))
    logged = caplog.text
    assert not any(secret in logged for file in files_of(world).values() for secret in file.secrets)


def test_a_sealed_value_opens_only_in_its_own_place(world):
    """A value moved to another person's row is of no use."""
    key = vault.keys_for([world.west.kol.pk])[world.west.kol.pk]
    sealed = base64.b64decode(contact_verbs.protected(world.west.phone)["sealed"])
    place = (contact_verbs.TABLE, contact_verbs.COLUMN)
    assert vault.unseal(key, *place, world.west.phone.pk, sealed) == world.west.secrets[0]
    with pytest.raises(InvalidTag):
        vault.unseal(key, *place, world.file.phone.pk, sealed)
