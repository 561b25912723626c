"""Handing a message over by HTTP in two steps, as ``mail`` hands over a letter (RELIABILITY 1).

``open_post(post)`` resolves, checks and connects, with TLS for the name that was asked for; ``transmit``
sends the request and reads the answer. Redirects are not followed: what they lead to was never agreed on.
"""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpcore
from django.conf import settings

from kol_crm.core import guarded, mail

SAID = 200  # characters kept of an answer
MOST = 1024 * 1024  # bytes read of an answer
GONE = 410


@dataclass(frozen=True)
class Answer:
    """What the other side said. ``text`` is no longer than ``MOST`` bytes."""

    status: int
    text: str


class Declined(mail.Rejected):
    """The other side said no. Every status but 410 may be another one tomorrow."""

    def __init__(self, code: int, text: str, *, permanent: bool = False):
        super().__init__(code, text)
        self._permanent = permanent or code == GONE

    @property
    def permanent(self) -> bool:
        return self._permanent

    @property
    def address_is_dead(self) -> bool:
        return self.code == GONE


def taken_by_status(answer: Answer) -> str:
    """2xx is a yes, in the words of the answer. Raises ``Declined``."""
    if not 200 <= answer.status < 300:
        raise Declined(answer.status, answer.text[:SAID])
    return f"{answer.status} {answer.text}"[:SAID].strip()


@dataclass(frozen=True)
class Post:
    """A POST of ``body`` to ``url`` (http or https). ``read`` says yes or raises ``Declined``.

    ``context`` is whatever the kind that made it wants back when it is settled.
    """

    url: str
    headers: Mapping[str, str]
    body: bytes
    read: Callable[[Answer], str] = taken_by_status
    context: object = None


def open_post(post: Post) -> "PostHandover":
    """Everything before the request. Raises ``mail.Unreachable``; ``Declined`` for what we do not call."""
    return PostHandover(post)


class PostHandover:
    """One connection for one request."""

    def __init__(self, post: Post):
        self.post = post
        url = _address(post.url)
        secure, host = url.scheme == b"https", url.host.decode("ascii")
        if url.scheme not in (b"http", b"https"):
            raise Declined(0, "only http and https are called", permanent=True)
        port = url.port or (443 if secure else 80)
        try:
            stream = _connected(guarded.checked(host, port), port)
            if secure:
                stream = stream.start_tls(_trust(), host, timeout=settings.OUTGOING_TIMEOUT_SECONDS)
        except guarded.Refused as error:
            raise Declined(0, str(error)) from error
        except (OSError, UnicodeError, httpcore.NetworkError, httpcore.TimeoutException) as error:
            raise mail.Unreachable(type(error).__name__) from error  # UnicodeError: no name is so long
        self.stream = _Timed(stream)
        origin = httpcore.Origin(url.scheme, url.host, port)
        self.connection = httpcore.HTTP11Connection(origin, self.stream)

    def transmit(self) -> str:
        """The other side's words. Raises ``Declined``, ``mail.NoAnswer``."""
        headers = {"User-Agent": "KOL-CRM", **self.post.headers}
        self.stream.begin()
        try:
            with self.connection.stream(
                "POST",
                self.post.url,
                headers=[(name.encode(), value.encode()) for name, value in headers.items()],
                content=self.post.body,
            ) as response:
                self.stream.begin()
                text = _beginning(response)
        except (OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise mail.NoAnswer(type(error).__name__) from error
        return self.post.read(Answer(response.status, text))

    def close(self) -> None:
        self.connection.close()


def _address(text: str) -> httpcore.URL:
    try:
        return httpcore.URL(text)
    except (TypeError, ValueError) as error:  # letters, or a port, that no address has
        raise Declined(0, "this is no address", permanent=True) from error


class _Timed(httpcore.NetworkStream):
    """A connection on which nothing lasts longer than the time limit, all its reads and writes together: who
    answers a byte at a time is never late with one.
    """

    def __init__(self, stream: httpcore.NetworkStream):
        self.stream = stream
        self.begin()

    def begin(self) -> None:
        """The time that is left is all of it again."""
        self.end = time.monotonic() + settings.OUTGOING_TIMEOUT_SECONDS

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - its arguments
        return self.stream.read(max_bytes, self._left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - its arguments
        self.stream.write(buffer, self._left(httpcore.WriteTimeout))

    def close(self) -> None:
        self.stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self.stream.get_extra_info(info)

    def _left(self, late: type[Exception]) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise late
        return left


def _connected(addresses: list[str], port: int) -> httpcore.NetworkStream:
    """To the first of these that answers, within the time limit; all of them were checked."""
    network, last = httpcore.SyncBackend(), OSError("no address")
    end = time.monotonic() + settings.OUTGOING_TIMEOUT_SECONDS
    for address in addresses:
        if (left := end - time.monotonic()) <= 0:
            break
        try:
            return network.connect_tcp(address, port, timeout=left)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            last = OSError(str(error))
    raise last


def _beginning(response: httpcore.Response) -> str:
    """What came of the answer within the time limit, no more than ``MOST``: its status is known by then."""
    read = bytearray()
    try:
        for part in response.iter_stream():
            read += part
            if len(read) >= MOST:
                break
    except httpcore.ReadTimeout:
        pass
    return read[:MOST].decode(errors="replace")


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()
