"""What robots of group chats understand, each as its chat documents it, and what their answers mean.

WeCom: developer.work.weixin.qq.com/document/path/91770; DingTalk: open.dingtalk.com (custom robots, signing);
Feishu: open.feishu.cn (custom bots, signature). Pure: the moment is passed in, for two of them sign it.
"""

import base64
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kol_crm.core.models.robot import RobotKind
from kol_crm.core.posting import Answer, Declined, Post, taken_by_status

JSON = {"Content-Type": "application/json; charset=utf-8"}
MOST_BYTES = 4000  # WeCom takes 4096 of markdown, the others more
SIGNED = frozenset({RobotKind.DINGTALK, RobotKind.FEISHU})
# Said of us for now: too many messages within a minute, or the chat itself is busy.
LATER = {
    RobotKind.WECOM: frozenset({-1, 45009, 45033}),
    RobotKind.DINGTALK: frozenset({-1, 130101, 660026}),
    RobotKind.FEISHU: frozenset({9499, 11232, 11233}),
}
UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, RecursionError)  # 1e999, [[[[…
MARKS = re.compile(r"[\\`*_{}\[\]()<>#+!|@~]")


@dataclass(frozen=True)
class Message:
    """A title, plain lines, and where it leads."""

    title: str
    lines: Sequence[str]
    link_words: str
    link: str


def plain(words: str) -> str:
    """Words of people, of which no chat makes a link, a heading or a call for everybody."""
    return " ".join(MARKS.sub(" ", words).split())


def post(kind: str, url: str, secret: str, message: Message, now: datetime) -> Post:
    """The request of one message; with a secret it is signed for this moment."""
    match kind:
        case RobotKind.DINGTALK:
            return Post(_dingtalk_url(url, secret, now), JSON, _dingtalk(message), _reader(kind))
        case RobotKind.FEISHU:
            return Post(url, JSON, _feishu(message, secret, now), _reader(kind))
        case _:
            return Post(url, JSON, _wecom(message), _reader(kind))


def _wecom(message: Message) -> bytes:
    text = _markdown(f"**{plain(message.title)}**", message, "> ")
    return _body({"msgtype": "markdown", "markdown": {"content": text}})


def _dingtalk(message: Message) -> bytes:
    text = _markdown(f"### {plain(message.title)}", message, "- ")
    return _body({"msgtype": "markdown", "markdown": {"title": plain(message.title), "text": text}})


def _feishu(message: Message, secret: str, now: datetime) -> bytes:
    content = [[{"tag": "text", "text": plain(line)}] for line in _fitting(message.lines, MOST_BYTES)]
    content.append([{"tag": "a", "text": message.link_words, "href": message.link}])
    told = {"zh_cn": {"title": plain(message.title), "content": content}}
    body: dict = {"msg_type": "post", "content": {"post": told}}
    if secret:
        stamp = str(int(now.timestamp()))
        # as documented: the stamp and the secret are the key, and what is signed is empty
        body |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}".encode(), b"")}
    return _body(body)


def _dingtalk_url(url: str, secret: str, now: datetime) -> str:
    if not secret:
        return url
    stamp = str(int(now.timestamp() * 1000))
    sign = _signature(secret.encode(), f"{stamp}\n{secret}".encode())
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("timestamp", stamp), ("sign", sign)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _signature(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.digest(key, text, "sha256")).decode()


def _markdown(head: str, message: Message, before: str) -> str:
    foot = f"[{message.link_words}]({message.link})"
    room = MOST_BYTES - len(f"{head}\n\n{foot}".encode())
    lines = [f"{before}{plain(line)}" for line in _fitting(message.lines, room)]
    return "\n\n".join([head, "\n".join(lines), foot]) if lines else f"{head}\n\n{foot}"


def _fitting(lines: Sequence[str], room: int) -> list[str]:
    """As many of the lines as there is room for, in bytes."""
    fitting = []
    for line in lines:
        room -= len(line.encode()) + 8
        if room < 0:
            break
        fitting.append(line)
    return fitting


def _body(told: dict) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode()


def _reader(kind: str):
    def read(answer: Answer) -> str:
        """Robots say no with a 200: the code within counts. Raises ``Declined``."""
        taken_by_status(answer)
        try:
            said = json.loads(answer.text)
            code = int(next(said[name] for name in ("errcode", "code", "StatusCode") if name in said))
        except (*UNREADABLE, StopIteration):
            raise Declined(answer.status, "no answer of a robot: is the address right?") from None
        words = str(said.get("errmsg") or said.get("msg") or said.get("StatusMessage") or "")
        if code != 0:
            raise Declined(code, words[:150], permanent=code not in LATER[RobotKind(kind)])
        return f"{code} {words}"[:200].strip()

    return read
