"""Two systems that sync and a person at the page come to the same (issue 8, proof (c); RELIABILITY 2).

Both systems hold copies and write offline on them, with a version or without; the person has forms open over
the same facts, and moves files out of a system's sight. Whatever the order, each is told what became of what
it sent, and after reading on both copies are what each may see. More of it:
``SYNC_EXAMPLES=300 pytest tests/profiles/test_converging.py``.
"""

import os
from collections import defaultdict
from itertools import count, pairwise

import time_machine
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kol_crm.core import history
from kol_crm.core.models import Change, Team
from profiles.models import Kol
from tests.factories import NOW, TeamFactory, UserFactory
from tests.profiles.pages import sent_by
from tests.profiles.pushing import push, results, source_of
from tests.profiles.syncing import Replica, in_real_transactions

pytestmark = in_real_transactions
EXAMPLES, STEPS, FILES = int(os.environ.get("SYNC_EXAMPLES", "0")), 25, 2
FACTS = ("city", "alias")
SYSTEMS = st.sampled_from(("east", "above"))
FILE, FACT, WORD = st.integers(0, FILES - 1), st.sampled_from(FACTS), st.sampled_from(("甲", "乙", "丙"))
_runs = count()


class System:
    """A REST client with copies; ``slug`` is its source's."""

    def __init__(self, client, slug: str):
        self.client, self.slug = client, slug
        self.replica = Replica(client)

    def push(self, **item) -> dict:
        return results(push(self.client, item, source=self.slug))[0]


class Office(RuleBasedStateMachine):
    """One system is of a team's operator, the other of the manager above two teams; so is the person."""

    api = as_user = None  # given by the test

    @initialize()
    def begins(self):
        run = next(_runs)
        top = Team.objects.get(parent=None)
        division = TeamFactory(name=f"Division {run}", parent=top)
        teams = [TeamFactory(name=f"{name} {run}", parent=division) for name in ("East", "West")]
        self.owners = [UserFactory(username=f"owner{n}-{run}", team=team) for n, team in enumerate(teams)]
        above, person = (
            UserFactory(username=f"{name}-{run}", team=division, role="manager")
            for name in ("above", "person")
        )
        users = {"east": self.owners[0], "above": above}
        self.sources = {name: source_of(user, f"{name}-{run}") for name, user in users.items()}
        self.systems = {
            name: System(type(self).api(user), self.sources[name].slug) for name, user in users.items()
        }
        self.browser, self.forms = type(self).as_user(person), []
        self.files = []
        for n in range(FILES):
            made = self.systems["east"].push(external_id=str(n), name=f"File {run} {n}", insist_on_twin=True)
            tied = self.systems["above"].push(external_id=str(n), id=made["id"], name=f"File {run} {n}")
            assert (made["status"], tied["id"]) == ("created", made["id"])
            self.files.append(made["id"])
        for system in self.systems.values():
            system.replica.begin()
        self.taken = defaultdict(list)  # what was said to be in, by file and fact, in order
        self.by_people, self.not_taken = set(), []

    def stands(self, n: int) -> Kol:
        return Kol.objects.get(pk=self.files[n])

    def expected(self, system: str, kol: Kol, fact: str, word: str, version: int | None) -> tuple[str, str]:
        """What docs/sync.md says of this item."""
        if system == "east" and kol.owner != self.owners[0]:
            return "rejected", "not_found"
        if version not in (None, kol.version):
            return "conflict", "stale_version"
        if getattr(kol, fact) == word:
            return "unchanged", ""
        if version is None and (str(kol.pk), fact) in self.by_people:
            return "conflict", "changed_by_person"
        return "updated", ""

    @rule(system=SYSTEMS, n=FILE, fact=FACT, word=WORD, knows=st.booleans())
    def a_system_writes(self, system, n, fact, word, knows):
        """On the version that it holds, or without one."""
        held = self.systems[system].replica.copies.get(self.files[n])
        version = {"version": held["version"]} if knows and held else {}
        before = self.stands(n)
        expected = self.expected(system, before, fact, word, version.get("version"))
        answer = self.systems[system].push(external_id=str(n), **{fact: word}, **version)
        assert (answer["status"], answer["code"]) == expected
        if expected[0] == "updated":
            self.taken[self.files[n], fact].append(word)
        else:
            assert self.stands(n).version == before.version
        if expected[1] == "changed_by_person":
            self.not_taken.append((self.files[n], fact, word, self.sources[system].name))

    @rule(system=SYSTEMS, limit=st.integers(1, 3))
    def a_system_reads(self, system, limit):
        self.systems[system].replica.pull(limit)

    @rule(n=FILE, fact=FACT)
    def the_person_opens(self, n, fact):
        url = reverse("profiles:kol-fact", args=[self.files[n], fact])
        data = sent_by(self.browser.get(url, {"edit": "1"}), "fact-form")
        self.forms.append((n, fact, url, data))

    @rule(which=st.integers(0, 20), word=WORD)
    def the_person_saves(self, which, word):
        """A form that was opened some time ago: what others left alone is saved, else it is asked."""
        if not self.forms:
            return
        n, fact, url, data = self.forms.pop(which % len(self.forms))
        before, shown = self.stands(n), data[f"initial-{fact}"]
        now = getattr(before, fact)
        asks = word not in (shown, now) and now != shown
        answer = self.browser.post(url, {**data, fact: word})
        assert answer.status_code == (409 if asks else 200)
        if asks:
            assert word in answer.content.decode()
            assert self.stands(n).version == before.version
        elif word not in (shown, now):
            self.taken[self.files[n], fact].append(word)
            self.by_people.add((self.files[n], fact))

    @rule(n=FILE, to=st.integers(0, 1))
    def the_person_gives_the_file_away(self, n, to):
        url = reverse("profiles:kol-fact", args=[self.files[n], "owner"])
        data = sent_by(self.browser.get(url, {"edit": "1"}), "fact-form")
        answer = self.browser.post(url, {**data, "owner": self.owners[to].pk})
        assert (answer.status_code, self.stands(n).owner) == (200, self.owners[to])

    def teardown(self):
        """Whatever happened: equal copies, and nothing that was accepted or refused left no trace."""
        if not hasattr(self, "taken"):
            return
        for system in self.systems.values():
            system.replica.pull(1)
            copies = system.replica.copies
            system.replica.begin()
            assert copies == system.replica.copies
        for pk in self.files:
            self.history_tells(pk)

    def history_tells(self, pk: str) -> None:
        kol = Kol.objects.get(pk=pk)
        rows = list(Change.objects.filter(root=pk).order_by("id").values_list("field", "before", "after"))
        for fact in FACTS:
            steps = [(before, after) for field, before, after in rows if field == fact]
            words = ["", *self.taken[pk, fact]]
            assert steps == list(pairwise(words))
            assert getattr(kol, fact) == words[-1]
        lost = {
            (row["fact"], row["value"], row["source"]) for name, _, row in rows if name == history.NOT_TAKEN
        }
        assert lost == {told[1:] for told in self.not_taken if told[0] == pk}


def test_whatever_the_order_all_end_equal_and_nobody_loses_silently(api, as_user):
    office = type("Office", (Office,), {"api": staticmethod(api), "as_user": staticmethod(as_user)})
    how_often = settings(
        max_examples=EXAMPLES or 12,
        stateful_step_count=STEPS,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with time_machine.travel(NOW, tick=True):
        run_state_machine_as_test(office, settings=how_often)
