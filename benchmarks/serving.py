"""Software and floor behind the same gunicorn: two sync workers each, on the database of this process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
PATIENCE = 60  # seconds until a server must answer


class Server:
    """One running gunicorn, and a client with the cookies of whoever logged in there."""

    def __init__(self, process: subprocess.Popen, port: int):
        self.process, self.port = process, port
        self.headers: dict[str, str] = {}

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body; a sync worker closes the connection after each answer."""
        return self._ask("GET", url, headers or self.headers)[:2]

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of what JSON that is sent comes to."""
        return self._ask("POST", url, {"Content-Type": "application/json", **headers}, body)[:2]

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: str | bytes | None = None):
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        try:
            connection.request(method, url, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers.get_all("Set-Cookie", [])
        finally:
            connection.close()

    def log_in(self, url: str, form: Mapping[str, str]) -> None:
        """As a browser does: the form with its token first. Raises ``SystemExit`` when nobody is let in."""
        jar: SimpleCookie = SimpleCookie()
        for cookie in self._ask("GET", url, {})[2]:
            jar.load(cookie)
        token = jar["csrftoken"].value if "csrftoken" in jar else ""
        body = urlencode({**form, "csrfmiddlewaretoken": token})
        headers = {"Cookie": _line(jar), "Content-Type": "application/x-www-form-urlencoded"}
        status, _body, cookies = self._ask("POST", url, headers, body)
        for cookie in cookies:
            jar.load(cookie)
        if status not in (204, 302) or "sessionid" not in jar:
            raise SystemExit(f"{url}: nobody is let in ({status}).")
        self.headers = {"Cookie": _line(jar)}

    def processor_seconds(self) -> float:
        """What its workers have used so far."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if not children.exists():
            return 0.0
        # Nanoseconds: the ticks of /proc/…/stat are longer than most answers.
        workers = children.read_text().split()
        return sum(int(Path(f"/proc/{one}/schedstat").read_text().split()[0]) for one in workers) / 10**9


def _line(jar: SimpleCookie) -> str:
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


@contextmanager
def software(port: int) -> Iterator[Server]:
    """The software as production runs it: ``DEBUG=0``, its static files gathered."""
    environment = {
        **os.environ,
        "DEBUG": "0",
        **{name: str(getattr(settings, name)) for name in ("SECRET_KEY", "PII_KEYS", "PII_INDEX_KEY")},
        **{name: str(getattr(settings, name)) for name in ("BROKER_URL", "VAR_DIR", "DATABASE_URL")},
        "EMAIL_URL": f"file://{settings.VAR_DIR / 'mail'}",
        "ALLOWED_HOSTS": HOST,
        "BASE_URL": f"http://{HOST}:{port}",
        "SECURE_SSL_REDIRECT": "0",
    }
    if not (settings.STATIC_ROOT / "staticfiles.json").exists():
        gather = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
        subprocess.run(gather, cwd=ROOT, env=environment, check=True)
    with _gunicorn("kol_crm.wsgi", port, environment, "/healthz") as server:
        yield server


@contextmanager
def floor(port: int) -> Iterator[Server]:
    """The bare project of ``benchmarks/floor``."""
    environment = {**os.environ, "DATABASE_URL": settings.DATABASE_URL}
    with _gunicorn("benchmarks.floor.wsgi", port, environment, "/session/") as server:
        yield server


@contextmanager
def _gunicorn(app: str, port: int, environment: Mapping[str, str], alive: str) -> Iterator[Server]:
    command = [sys.executable, "-m", "gunicorn", "--config", os.devnull, "--preload", "--no-control-socket"]
    command += ["--workers", "2", "--bind", f"{HOST}:{port}", "--log-level", "warning", app]
    with subprocess.Popen(command, cwd=ROOT, env=dict(environment)) as process:
        server = Server(process, port)
        try:
            _await(server, alive)
            yield server
        finally:
            process.send_signal(signal.SIGTERM)


def _await(server: Server, url: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            server.get(url)
        except OSError:
            if time.monotonic() > until or server.process.poll() is not None:
                raise
            time.sleep(0.2)
        else:
            return
