"""Today: what is due, grouped by day, done or put off, and never gone for another reason (DOMAIN 8.1)."""

import json
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kol_crm import today
from kol_crm.core import due, policy, snooze
from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, Snooze
from lifecycle import knowing
from profiles.models import Kol
from profiles.services import kol as kol_verbs
from profiles.services import promise
from profiles.services import touch as touches
from tests.factories import NOW, make_kol
from tests.lifecycle.factories import make_kol_at, make_rule

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


def due_touch(owner, name: str, day: int, month: int = 11) -> Kol:
    """A file whose only open date is a touch due on that day."""
    kol = make_kol(owner, name)
    kol_verbs.set_figures(kol.pk, touch_due=date(2026, month, day), review_due=None, last_touch_at=NOW)
    return kol


def names(queue: today.Queue) -> list[tuple[str, list[str]]]:
    return [(group.tone, [row.subject.name for row in group.rows]) for group in queue.groups]


def counts(queue: today.Queue) -> dict[str, int]:
    return {chip.kind: chip.count for chip in queue.chips if chip.count}


@pytest.fixture
def files(operator):
    return {
        name: due_touch(operator, name, day)
        for name, day in (("周", 30), ("李", 20), ("王", 23), ("赵", 22), ("陈", 24))
    }


@pytest.fixture
def at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def test_rows_stand_under_overdue_today_and_next_7_days_soonest_first(operator, files):
    due_touch(operator, "later", 1, 12)
    queue = today.load(operator, DAY)
    assert names(queue) == [("late", ["李", "赵"]), ("today", ["王"]), ("later", ["陈", "周"])]
    assert (queue.total, counts(queue)) == (5, {"touch": 5})


def test_what_the_apps_offer_stands_in_one_order(operator, files):
    kol = make_kol(operator, "复盘")
    kol_verbs.set_figures(kol.pk, touch_due=None, review_due=date(2026, 11, 21))
    queue = today.load(operator, DAY)
    assert names(queue)[0] == ("late", ["李", "复盘", "赵"])
    assert counts(queue) == {"touch": 5, "review": 1}
    assert names(today.load(operator, DAY, "review")) == [("late", ["复盘"])]
    assert today.load(operator, DAY, "review").matching == 1


def test_only_my_own_files_are_due_for_me(colleague, manager, stranger, files):
    for user in (colleague, manager, stranger):
        assert today.load(user, DAY).total == 0


def test_a_row_put_off_leaves_the_list_and_the_counts_until_its_day(actor, operator, files):
    snooze.put_off(actor, f"touch:{files['王'].pk}", date(2026, 11, 26), DAY)
    queue = today.load(operator, DAY)
    assert names(queue) == [("late", ["李", "赵"]), ("later", ["陈", "周"])]
    assert queue.total == 4
    assert names(today.load(operator, date(2026, 11, 26)))[0] == ("late", ["李", "赵", "王", "陈"])


def test_a_row_goes_because_the_fact_was_recorded(actor, operator, files):
    touches.log(actor, files["李"], channel="wechat", began="us", text="Talked")
    assert names(today.load(operator, DAY))[0] == ("late", ["赵"])


def test_nothing_due_names_what_comes_next(operator):
    due_touch(operator, "later", 20, 12)
    due_touch(operator, "next", 5, 12)
    queue = today.load(operator, DAY)
    assert (queue.rows, queue.next.subject.name, queue.next.due) == ([], "next", date(2026, 12, 5))


def test_fifty_rows_are_shown_and_the_rest_is_counted(operator):
    kols = [make_kol(operator, f"KOL {n}") for n in range(3)]
    Kol.objects.bulk_create(
        Kol(name=f"Late {n:02}", owner=operator, team=operator.team, touch_due=DAY - timedelta(days=1))
        for n in range(60)
    )
    assert len(kols) == 3
    queue = today.load(operator, DAY)
    assert (len(queue.rows), queue.groups[0].more, counts(queue)["touch"]) == (50, True, 60)
    assert len(today.load(operator, DAY, shown=150).rows) == 60


def test_two_thousand_rows_cost_as_many_queries_as_sixty(operator):
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            queue = today.load(operator, DAY)
        return len(queries), counts(queue)["touch"]

    def late(how_many):
        return [
            Kol(name="Late", owner=operator, team=operator.team, touch_due=DAY - timedelta(days=n % 30))
            for n in range(how_many)
        ]

    Kol.objects.bulk_create(late(60))
    cost()  # what the process remembers is read
    few = cost()
    Kol.objects.bulk_create(late(1940))
    assert few[1] == 60
    assert cost() == (few[0], today.CAP + 1)


def test_the_page_keeps_its_budget_of_queries_whatever_is_due(operator, as_user, at_noon):
    client = as_user(operator)
    due_touch(operator, "one", 20)
    costs = []
    for n in range(3):
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        costs.append(len(queries))
        for more in range(9):
            due_touch(operator, f"more {n} {more}", 21)
    assert costs[1] == costs[2]
    assert max(costs) <= 8


def test_a_row_is_small_and_its_icons_are_drawn_once(operator, as_user, at_noon):
    """PERFORMANCE: a row was 2 KB of icons and menus."""
    for n in range(40):
        due_touch(operator, f"Isabella Duarte {n:02}", 20)
    client = as_user(operator)
    page, queue = (client.get(url).content.decode() for url in ("/", "/today/queue/"))
    row = page[page.index('<div class="queue-row" ') :]
    assert len(row[: row.index('<div class="queue-row"', 9)].encode()) <= 1300
    assert page.count('<symbol id="ic-alarm-clock"') == queue.count('<symbol id="ic-alarm-clock"') == 1
    assert page.count('href="#ic-message-circle"') == 40
    assert len(page.encode()) <= 40 * 1300 + 30_000


def test_what_people_wrote_is_text_in_a_row(operator, as_user, at_noon):
    due_touch(operator, "<b>&\"'", 20)
    page = as_user(operator).get("/").content.decode()
    assert "<b>&" not in page
    assert page.count("&lt;b&gt;&amp;&quot;&#x27;") >= 2


def test_a_long_reason_is_whole_in_its_title(operator, as_user, actor, at_noon):
    kol = make_kol(operator, "王思雨")
    kol_verbs.set_figures(kol.pk, touch_due=None, review_due=None)
    promise.add(actor, kol, {"by": "us", "what": "十月的首页资源位数据" * 3, "due_on": DAY})
    due_touch(operator, "short", 20)
    page = as_user(operator).get("/").content.decode()
    assert page.count('title="We promised: 十月的首页资源位数据') == 1
    assert 'title="No touch' not in page


def test_rows_keep_the_kind_that_is_asked_for(operator, as_user, files, at_noon):
    page = as_user(operator).get("/?kind=touch").content.decode()
    assert f'href="/?kind=touch&amp;item=touch:{files["李"].pk}"' in page


def test_what_is_due_is_counted_without_reading_a_file(operator, files):
    """The index holds what the count asks for: PostgreSQL could answer from it alone."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite tells its plans otherwise")
    indexes = {"touch": "kol_touch_due", "review": "kol_review_due", "figures": "kol_figures_due"}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index"
            " WHERE indrelid = 'profiles_kol'::regclass AND NOT indisunique"
        )
        for (other,) in cursor.fetchall():  # which of several is taken on a table of five rows is chance
            if other not in indexes.values():
                cursor.execute(f"DROP INDEX {other}")
        for name, index in indexes.items():
            rows = due.sources.get(name).waiting(operator, DAY + timedelta(days=7), ())
            sql, params = rows.order_by().values("pk").query.sql_with_params()
            cursor.execute(f"EXPLAIN {sql}", params)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert f"Index Only Scan using {index}" in plan, plan


def test_the_rail_counts_what_the_page_counts_on_every_page(operator, as_user, files, at_noon):
    for path in ("/", "/plans/"):
        rail = as_user(operator).get(path).context["rail"]
        assert [item["count"]() for item in rail if item["label"] == "Today"] == [5]


def test_the_day_is_the_users(operator, as_user, files, at_noon):
    """DOMAIN 1.8: it is still Sunday the 22nd in Los Angeles."""
    operator.zone = "America/Los_Angeles"
    operator.save(update_fields=["zone"])
    queue = as_user(operator).get("/").context["queue"]
    assert (queue.day, names(queue)[1]) == (date(2026, 11, 22), ("today", ["赵"]))


def test_the_address_chooses_the_row(operator, as_user, files, at_noon):
    client = as_user(operator)

    def chosen(query: str) -> tuple[str, bool]:
        context = client.get(f"/{query}").context
        return context["chosen"].subject.name, context["opened"]

    keys = {name: f"touch:{kol.pk}" for name, kol in files.items()}
    assert chosen("") == ("李", False)
    assert chosen(f"?item={keys['王']}") == ("王", True)
    assert chosen(f"?item=touch:gone&next={keys['陈']}") == ("陈", False)
    assert chosen("?item=touch:gone") == ("李", False)


def test_a_kind_that_does_not_exist_is_not_found(operator, as_user):
    assert as_user(operator).get("/?kind=pigeon").status_code == 404


def test_finance_lands_on_plans_and_strangers_on_the_login(finance, as_user, client):
    assert as_user(finance).get("/").url == "/plans/"
    assert client.get("/").url == "/accounts/login/?next=/"


def test_putting_off_offers_to_be_undone(operator, as_user, files, at_noon):
    client, key = as_user(operator), f"touch:{files['王'].pk}"
    answer = client.post("/today/snooze/", {"key": key, "until": "3"})
    row = Snooze.objects.get()
    assert (answer.status_code, row.user, row.key, row.until) == (204, operator, key, date(2026, 11, 26))
    toast = json.loads(answer["HX-Trigger"])["toast"]
    assert toast["text"] == "Back on Thu\u00a026\u00a0Nov."
    assert parse_qs(urlsplit(toast["undo_url"]).query) == {"key": [key]}
    assert client.post(toast["undo_url"]).status_code == 204
    assert not Snooze.objects.exists()


@pytest.mark.parametrize(
    ("key", "until", "status"),
    [
        ("touch:{pk}", "2026-11-23", 400),
        ("touch:{pk}", "soon", 400),
        ("touch:7", "3", 404),
        ("bogus:{pk}", "3", 404),
        ("", "3", 404),
    ],
)
def test_what_cannot_be_put_off_is_refused_and_nothing_written(
    operator, as_user, files, at_noon, key, until, status
):
    changes = Change.objects.count()
    answer = as_user(operator).post("/today/snooze/", {"key": key.format(pk=files["王"].pk), "until": until})
    assert answer.status_code == status
    assert (Snooze.objects.count(), Change.objects.count()) == (0, changes)


def test_reading_today_writes_nothing(operator, as_user, files, at_noon):
    changes = Change.objects.count()
    assert as_user(operator).get("/").status_code == 200
    assert as_user(operator).post("/").status_code == 405
    assert (Change.objects.count(), Snooze.objects.count()) == (changes, 0)


def test_the_number_of_a_kind_follows_the_policy_it_hangs_on(operator, at_noon):
    make_rule(at=NOW - timedelta(days=30))
    make_kol_at(operator, "initial", since=DAY)
    assert counts(today.load(operator, DAY))["rules"] == 1
    policy.change(Actor(None, "command", NOW), {knowing.ASK_AFTER.key: 60})
    assert counts(today.load(operator, DAY)).get("rules", 0) == 0
