"""What each chat's robot is sent and what its answer means, as the chats document it."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from kol_crm.core.posting import Answer, Declined
from kol_crm.core.robot_words import Message, post

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
WORDS = Message("KOL CRM: 2 new notices", ["Mention: Li Na (2)"], "Open", "https://crm.example/notices/")
MARKDOWN = "> Mention: Li Na 2\n\n[Open](https://crm.example/notices/)"


def body(kind: str, secret: str = "", words: Message = WORDS) -> dict:
    return json.loads(post(kind, "https://chat.example/send?key=k", secret, words, NOW).body)


def test_wecom_is_sent_markdown():
    assert body("wecom") == {
        "msgtype": "markdown",
        "markdown": {"content": f"**KOL CRM: 2 new notices**\n\n{MARKDOWN}"},
    }


def test_dingtalk_is_sent_markdown_with_a_title():
    told = body("dingtalk")
    assert (told["msgtype"], told["markdown"]["title"]) == ("markdown", "KOL CRM: 2 new notices")
    assert told["markdown"]["text"].startswith("### KOL CRM: 2 new notices\n\n- Mention: Li Na 2\n\n[Open](")


def test_feishu_is_sent_a_post_with_a_link():
    told = body("feishu")
    content = told["content"]["post"]["zh_cn"]["content"]
    assert (told["msg_type"], "sign" in told) == ("post", False)
    assert content[0] == [{"tag": "text", "text": "Mention: Li Na 2"}]
    assert content[1] == [{"tag": "a", "text": "Open", "href": "https://crm.example/notices/"}]


def test_dingtalk_is_signed_in_the_address_with_milliseconds():
    made = post("dingtalk", "https://chat.example/send?access_token=t", "SEC1", WORDS, NOW)
    asked = parse_qs(urlsplit(made.url).query)
    stamp = "1795406400000"
    sign = hmac.new(b"SEC1", f"{stamp}\nSEC1".encode(), hashlib.sha256).digest()
    assert asked == {
        "access_token": ["t"],
        "timestamp": [stamp],
        "sign": [base64.b64encode(sign).decode()],
    }
    assert post("dingtalk", "https://chat.example/send", "", WORDS, NOW).url == "https://chat.example/send"


def test_feishu_is_signed_in_the_body_with_seconds_and_the_secret_in_the_key():
    told = body("feishu", "SEC1")
    sign = hmac.new(b"1795406400\nSEC1", b"", hashlib.sha256).digest()
    assert (told["timestamp"], told["sign"]) == ("1795406400", base64.b64encode(sign).decode())


@pytest.mark.parametrize("kind", ["wecom", "dingtalk", "feishu"])
def test_words_of_people_call_nobody_and_make_no_link(kind):
    words = Message("T", ["<@all> [x](http://evil.example) @everyone **b**"], "Open", "https://crm.example/")
    text = json.dumps(body(kind, words=words))
    assert "@" not in text
    assert "](http://evil" not in text
    assert "<" not in text


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_a_long_message_stays_within_what_the_chat_takes(kind):
    words = Message("T", ["提及：李娜、王伟" * 10] * 200, "Open", "https://crm.example/")
    text = body(kind, words=words)["markdown"]
    assert len((text.get("content") or text["text"]).encode()) <= 4096


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("wecom", b'{"errcode":0,"errmsg":"ok"}'),
        ("dingtalk", b'{"errcode":0,"errmsg":"ok"}'),
        ("feishu", b'{"code":0,"msg":"success","data":{}}'),
        ("feishu", b'{"StatusCode":0,"StatusMessage":"success"}'),
    ],
)
def test_a_zero_is_a_yes(kind, answer):
    read = post(kind, "https://chat.example", "", WORDS, NOW).read
    assert read(Answer(200, answer.decode())).startswith("0 ")


@pytest.mark.parametrize(
    ("kind", "status", "answer", "permanent"),
    [
        ("wecom", 200, '{"errcode":93000,"errmsg":"invalid webhook url"}', True),
        ("wecom", 200, '{"errcode":45009,"errmsg":"api freq out of limit"}', False),
        ("dingtalk", 200, '{"errcode":310000,"errmsg":"sign not match"}', True),
        ("dingtalk", 200, '{"errcode":130101,"errmsg":"send too fast"}', False),
        ("feishu", 200, '{"code":19021,"msg":"sign match fail"}', True),
        ("feishu", 200, '{"code":11232,"msg":"frequency limited"}', False),
        ("wecom", 200, "<html>login</html>", False),
        ("wecom", 200, "[]", False),
        ("wecom", 502, "bad gateway", False),
    ],
)
def test_any_other_answer_is_a_no_for_good_or_for_now(kind, status, answer, permanent):
    read = post(kind, "https://chat.example", "", WORDS, NOW).read
    with pytest.raises(Declined) as refusal:
        read(Answer(status, answer))
    assert refusal.value.permanent is permanent
