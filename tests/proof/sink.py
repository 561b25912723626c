"""The mail server of the proof, a process of its own: ``python -m tests.proof.sink PORT LOG CALM SEED LATE``.

What it has taken stands in LOG, synced to the disk, before it says so: whatever else dies, this is the truth.
Until the file CALM exists it answers badly now and then; each bad answer stands in the log too.
"""

import asyncio
import json
import os
import random
import signal
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller

# Of a hundred mails so many; the rest is taken at once.
REFUSED_FOR_NOW, REFUSED, SILENT, TAKEN_SILENT, LATE, TOO_LATE = 3, 1, 1, 1, 6, 1
LATE_SECONDS, TOO_LATE_SECONDS = 1.0, 8.0  # the second is more than SMTP_TIMEOUT_SECONDS of the workers


class Log:
    """One line of JSON for each thing that happened."""

    def __init__(self, path: Path):
        self.file = path.open("a")

    def write(self, what: str, message_id: str = "") -> None:
        self.file.write(json.dumps({"what": what, "id": message_id}) + "\n")
        self.file.flush()
        os.fsync(self.file.fileno())


class Moody:
    """Mostly takes what it gets."""

    def __init__(self, log: Log, calm: Path, seed: int, late: int):
        self.log, self.calm, self.dice = log, calm, random.Random(seed)
        self.moods = (
            *(("451 at RCPT", REFUSED_FOR_NOW), ("451", REFUSED_FOR_NOW), ("550", REFUSED)),
            *(("silent", SILENT), ("taken, silent", TAKEN_SILENT), ("late", late), ("too late", TOO_LATE)),
        )

    def mood(self, *among: str) -> str:
        if self.calm.exists():
            return ""
        thrown = self.dice.random() * 100
        for name, share in self.moods:
            if thrown < share:
                return name if name in among else ""
            thrown -= share
        return ""

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if self.mood("451 at RCPT"):
            self.log.write("451 at RCPT")
            return "451 4.7.1 later, please"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        message_id = message_from_bytes(envelope.content)["Message-ID"]
        mood = self.mood("451", "550", "silent", "taken, silent", "late", "too late")
        if mood:
            self.log.write(mood, message_id)
        match mood:
            case "451":
                return "451 4.3.0 later, please"
            case "550":
                return "550 5.7.1 not from you"
            case "silent":
                server.transport.close()
                return "250 OK"
        self.log.write("taken", message_id)
        match mood:
            case "taken, silent":
                server.transport.close()
            case "late":
                await asyncio.sleep(LATE_SECONDS)
            case "too late":
                await asyncio.sleep(TOO_LATE_SECONDS)
        return "250 2.0.0 taken"


def main(port: str, log: str, calm: str, seed: str, late: str = str(LATE)) -> None:
    handler = Moody(Log(Path(log)), Path(calm), int(seed), int(late))
    controller = Controller(handler, hostname="127.0.0.1", port=int(port), ready_timeout=30)
    controller.start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main(*sys.argv[1:])
