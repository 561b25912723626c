"""A system that syncs, as a process: ``python -m tests.proof.push_client STATE PORT TOKEN SEED ROUNDS``.

It pushes files, some on the version that it holds, and notes needs, each call under a key; between them it
pulls by seven. All that it knows stands in one file, which is written whole or not: killed at any point and
started again it reads that and goes on. What it sends is drawn from seed and round before it is sent, and
sent again as it was. Ends with 0 after its last round, when there is nothing more to pull.
"""

import json
import os
import random
import sys
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.proof.sync_reader import CHANGES, KOLS, PAGE, Line, taken_over

PEOPLE = 40
SOURCE = "proof"
BULK, NEEDS = f"{KOLS}bulk/", "/api/v1/needs/"
PAGES_BETWEEN = 2


@dataclass
class State:
    """``taken``: by external id the cities that the server said it took, in order."""

    cursor: str = ""
    copies: dict[str, dict] = field(default_factory=dict)
    round: int = 0
    sending: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    taken: dict[str, list[str]] = field(default_factory=dict)
    needs: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)  # answers that there must not be
    stale: int = 0
    replayed: int = 0

    @classmethod
    def read(cls, path: Path) -> "State":
        return cls(**json.loads(path.read_text())) if path.exists() else cls()

    def write(self, path: Path) -> None:
        draft = path.with_suffix(".draft")
        with draft.open("w") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def drawn(state: State, seed: str) -> dict[str, str]:
    """The next call: where, under which key, what."""
    dice = random.Random(f"{seed}:{state.round}")
    key = str(uuid.UUID(int=dice.getrandbits(128)))
    if state.ids and dice.random() < 0.3:
        kol = state.ids[dice.choice(sorted(state.ids))]
        body = {"kol": kol, "kind": "data", "what": f"need {state.round}"}
        return {"url": NEEDS, "key": key, "body": json.dumps(body)}
    people = dice.sample(range(PEOPLE), dice.randint(1, 12))
    items = [_item(state, str(one), f"{state.round}-{one}", dice) for one in people]
    return {"url": BULK, "key": key, "body": json.dumps({"source": SOURCE, "items": items})}


def _item(state: State, external_id: str, city: str, dice: random.Random) -> dict:
    item = {"external_id": external_id, "name": f"Person {external_id}", "city": city, "insist_on_twin": True}
    copy = state.copies.get(state.ids.get(external_id, ""))
    if copy and dice.random() < 0.5:
        item["version"] = copy["version"]
    return item


def answered(state: State, said: dict) -> None:
    """Take over what became of it."""
    body = json.loads(state.sending["body"])
    if state.sending["url"] == NEEDS:
        state.needs.append(body["what"])
        return
    for item, result in zip(body["items"], said["results"], strict=True):
        if result["status"] in ("created", "updated"):
            state.ids[item["external_id"]] = result["id"]
            state.taken.setdefault(item["external_id"], []).append(item["city"])
        elif result["code"] == "stale_version":
            state.stale += 1
        else:
            state.odd.append(f"{item}: {result}")


def main(where: str, port: str, token: str, seed: str, rounds: str) -> None:
    path, line = Path(where), Line(int(port), token)
    state = State.read(path)
    if not state.cursor:
        cursor = line.get(CHANGES, start="true")["next_cursor"]
        state.copies, state.cursor = line.everything(), cursor
        state.write(path)
    while state.round < int(rounds):
        _send(state, path, line, seed)
        for _page in range(PAGES_BETWEEN):
            _pull(state, path, line)
    while _pull(state, path, line):
        pass


def _send(state: State, path: Path, line: Line, seed: str) -> None:
    if not state.sending:
        state.sending = drawn(state, seed)
        state.write(path)
    call = state.sending
    answer, said = line.ask("POST", call["url"], call["body"], **{"Idempotency-Key": call["key"]})
    if answer.status not in (200, 201):
        raise SystemExit(f"{call}: {answer.status} {said}")
    state.replayed += answer.getheader("Idempotency-Replayed") == "true"
    answered(state, said)
    state.sending, state.round = {}, state.round + 1
    state.write(path)


def _pull(state: State, path: Path, line: Line) -> bool:
    """One page; whether there was anything."""
    page = line.get(CHANGES, cursor=state.cursor, limit=str(PAGE))
    taken_over(state.copies, page)
    state.cursor = page["next_cursor"]
    state.write(path)
    return bool(page["results"]) or page["has_more"]


if __name__ == "__main__":
    main(*sys.argv[1:])
