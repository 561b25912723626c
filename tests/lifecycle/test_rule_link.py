"""The one-time link: unguessable, kept as a hash, expires, used once, nobody's data (DOMAIN 5.10)."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from kol_crm.core import history
from kol_crm.core.actor import Actor
from kol_crm.core.errors import Refused
from kol_crm.core.models import Change, Send
from lifecycle import knowing
from lifecycle.models import RuleFact, RuleLink, RuleVersion
from lifecycle.services import rule, rule_link
from profiles.models import Kol, Touch
from profiles.services import kol as kols
from profiles.services import merge, quiet, touch
from profiles.services.one_voice import SecondVoice
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_rule
from tests.lifecycle.refusing import nothing_written, writes_nothing

pytestmark = pytest.mark.django_db
MAIL = {"channel": "mail", "value": "siyu@mail.example"}


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def kol(operator):
    make_rule()
    return make_kol(operator, name="王思雨", contacts=[MAIL], language="zh-hans")


def by(user, at=NOW):
    return Actor(user, "page", at)


def path_of(link) -> str:
    return reverse("lifecycle:rule-read", args=[rule_link.token_of(link.pk)])


def agree(path: str, versions=None):
    shown = RuleVersion.objects.current() if versions is None else versions
    return Client().post(path, {"version": [str(one.pk) for one in shown]})


def test_a_kol_acknowledges_without_an_account_and_the_link_is_used_up(operator, kol):
    link = rule_link.make(by(operator), kol)
    path = path_of(link)
    page = Client().get(path)
    assert (page.status_code, RuleFact.objects.count()) == (200, 0)  # reading writes nothing
    assert agree(path).status_code == 200
    agreed = RuleFact.objects.get(kind="acknowledged")
    assert (agreed.at, agreed.user, agreed.link) == (NOW, None, link)
    assert RuleFact.objects.get(kind="told").at == NOW
    assert knowing.missing(kol) == []
    change = Change.objects.get(row=link.pk, field="used_at")
    assert (change.root, change.change_set.door, change.change_set.user) == (kol.pk, "rule-link", None)
    again = writes_nothing(lambda: agree(path))  # pressed twice: it is noted once
    assert (again.status_code, RuleFact.objects.count()) == (200, 2)


def test_the_page_is_in_the_kols_language_and_shows_nobodys_data(operator, kol):
    page = Client().get(path_of(rule_link.make(by(operator), kol)))
    text = page.content.decode()
    assert 'lang="zh-hans"' in text
    assert "粉丝靠赢得，不靠购买。" in text
    for hidden in ("王思雨", MAIL["value"], operator.display_name, str(kol.pk)):
        assert hidden not in text
    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    english = Client().get(f"{path_of(RuleLink.objects.get())}?language=en").content.decode()
    assert "Followers are won, not bought." in english


def test_the_address_is_kept_nowhere(operator, kol):
    link = rule_link.make(by(operator), kol)
    token = rule_link.token_of(link.pk)
    assert len(token) == 64
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            assert all(token not in str(value) for row in cursor.fetchall() for value in row)
    assert "digest" not in history.snapshot(link)


@pytest.mark.parametrize("token", ["0" * 64, "x", ""])
def test_a_forged_address_leads_nowhere(operator, kol, token):
    rule_link.make(by(operator), kol)
    path = f"/r/{token}/" if token else "/r/"
    assert writes_nothing(lambda: Client().get(path)).status_code == 404
    assert writes_nothing(lambda: agree(path)).status_code == 404


def test_an_expired_or_replaced_link_is_no_longer_good(operator, kol):
    first = rule_link.make(by(operator), kol)
    second = rule_link.make(by(operator), kol)
    assert writes_nothing(lambda: Client().get(path_of(first))).status_code == 410
    assert writes_nothing(lambda: agree(path_of(first))).status_code == 410
    with time_machine.travel(NOW + timedelta(days=15), tick=False):
        assert writes_nothing(lambda: Client().get(path_of(second))).status_code == 410
        writes_nothing(lambda: agree(path_of(second)))
    assert not RuleFact.objects.exists()


def test_what_was_not_shown_is_not_agreed_to(operator, admin, kol):
    link = rule_link.make(by(operator), kol)
    shown = list(RuleVersion.objects.current())
    rule.edit(by(admin), shown[0].rule, {"text_zh": "新的。"})
    answer = writes_nothing(lambda: agree(path_of(link), shown))
    assert (answer.status_code, "新的。" in answer.content.decode()) == (409, True)
    writes_nothing(lambda: Client().post(path_of(link), {"version": ["rubbish"]}))
    assert agree(path_of(link)).status_code == 200
    assert knowing.missing(kol) == []


def test_a_link_is_called_back(operator, kol):
    link = rule_link.make(by(operator), kol)
    rule_link.close(by(operator), kol)
    assert Client().get(path_of(link)).status_code == 410
    nothing_written(lambda: rule_link.close(by(operator), kol), Refused, code="no_link")


def test_there_is_no_link_where_nothing_is_open(operator, kol):
    rule.acknowledge(by(operator), kol, "phone")
    nothing_written(lambda: rule_link.make(by(operator), kol), Refused, code="nothing_to_tell")


def test_after_a_merge_the_link_speaks_for_the_file_that_stands(operator, kol):
    link = rule_link.make(by(operator), kol)
    survivor = make_kol(operator, name="王思雨")
    merged = merge.merge(by(operator), survivor.pk, kol.pk, {"owner": "survivor"})
    assert agree(path_of(link)).status_code == 200
    assert knowing.missing(Kol.objects.get(pk=survivor.pk)) == []
    assert RuleFact.objects.filter(kol=survivor).count() == 2
    assert merged.survivor_id == survivor.pk


def test_of_an_archived_file_no_link_is_good(operator, kol):
    link = rule_link.make(by(operator), kol)
    kols.archive(by(operator), kol, None)
    assert writes_nothing(lambda: Client().get(path_of(link))).status_code == 410
    writes_nothing(lambda: agree(path_of(link)))


def send_out(link) -> Send:
    """What the dispatcher does once the eight seconds are over, without a server."""
    send = Send.objects.get(pk=link.send_id)
    assert rule_link.wanted(send, NOW) == ""
    letter = rule_link.render(send)
    assert rule_link.token_of(link.pk) in letter.message.get_content()
    assert letter.message["List-Unsubscribe"]
    send.state = Send.State.SENT
    send.save(update_fields=["state"])
    rule_link.settled(send, letter, NOW, address_is_dead=False)
    return send


def test_mailed_the_rules_are_told_when_the_mail_has_gone_which_is_a_touch(operator, kol):
    link = rule_link.mail(by(operator), kol)
    assert not RuleFact.objects.exists()
    send_out(link)
    told = RuleFact.objects.get()
    assert (told.kind, told.channel, told.user, told.at) == ("told", "mail", operator, NOW)
    assert Touch.objects.get().began == "us"
    assert agree(path_of(link)).status_code == 200


def test_a_mail_is_not_wanted_once_all_is_acknowledged_or_nobody_writes(operator, kol):
    send = Send.objects.get(pk=rule_link.mail(by(operator), kol).send_id)
    quiet.set_mark(by(operator), kol, "opted_out")
    assert rule_link.wanted(send, NOW) == "the quiet mark stands"
    quiet.clear(by(operator), Kol.objects.get())
    rule.acknowledge(by(operator), kol, "phone")
    assert rule_link.wanted(send, NOW) == "every rule is acknowledged"
    rule_link.close(by(operator), kol)
    assert rule_link.wanted(send, NOW) == "the link is over"
    assert Send.objects.get().state == Send.State.SKIPPED


def test_a_second_voice_needs_a_reason(operator, manager, kol):
    touch.log(by(manager), kol, channel="phone", began="us")
    nothing_written(lambda: rule_link.mail(by(operator), kol), SecondVoice, code="second_voice")
    assert rule_link.mail(by(operator), kol, "agreed with her").voice_reason == "agreed with her"


def test_without_an_address_there_is_no_mail(operator):
    make_rule()
    nobody = make_kol(operator)
    nothing_written(lambda: rule_link.mail(by(operator), nobody), Refused, code="cannot_mail")
