"""``import_kols``: rows of a table become files, facts and figures (DOMAIN 3.3, 3.4, 3.14)."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command

from kol_crm.core.actor import Actor
from kol_crm.core.models import Change, ChangeSet
from lifecycle.models import Stay
from profiles.models import Account, Holding, Kol, KolField, LevelRecord, Snapshot
from profiles.services import contact as contact_verbs
from profiles.services import importing
from tests.factories import NOW, field, make_kol

pytestmark = pytest.mark.django_db

RANKING = """榜单类型,创作领域,时间,涨粉数,mid,up主,up主标签,投稿视频数
日榜,音乐,2026-11-05,1.18w,697,徐云流浪,旅行UP主,1
周榜,音乐,2026-11-02,2万,697,徐云流浪,旅行UP主,3
日榜,鬼畜,2026-11-05,-0.2w,698,帅农鸟哥,null,2
"""
JUNE = """handle,name,Category,Subscribers,Country
siyu,王思雨,Music,12.5K,China
jian,李健,Travel,2M,China
"""
SEPTEMBER = JUNE.replace("12.5K", "13K").replace("2M", "1.9M")
WRITTEN = (Kol, Account, Holding, Snapshot, KolField, Stay, Change, ChangeSet, LevelRecord)


@pytest.fixture
def bring(tmp_path):
    """``bring(text, "--owner", "operator", platform="bilibili", name="june.csv")`` → lines of stdout."""

    def run(text: str, *options: str, platform="bilibili", name="table.csv", encoding="utf-8") -> list[str]:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        out = StringIO()
        call_command(
            "import_kols", str(path), "--platform", platform, *options, stdout=out, stderr=StringIO()
        )
        return out.getvalue().splitlines()

    return run


def everything() -> str:
    """All that an import can write, to compare before and after."""
    return "\n".join(serializers.serialize("json", model.objects.order_by("pk")) for model in WRITTEN)


def test_a_ranking_makes_a_file_per_creator_and_a_figure_per_period(bring):
    assert bring(RANKING)[-1] == "created 2, updated 1, unchanged 0, rejected 0"
    account = Account.objects.get(external_id="697")
    kol = account.kol
    assert (kol.name, kol.credentials, account.title, account.platform) == (
        "徐云流浪",
        "旅行UP主",
        "徐云流浪",
        "bilibili",
    )
    assert list(
        account.snapshots.filter(metric="growth").order_by("start").values_list("value", "start", "end")
    ) == [
        (Decimal(20000), date(2026, 11, 2), date(2026, 11, 8)),
        (Decimal(11800), date(2026, 11, 5), date(2026, 11, 5)),
    ]
    loser = Snapshot.objects.get(account__external_id="698", metric="growth")
    assert (loser.value, loser.source) == (Decimal(-2000), importing.SOURCE)


def test_a_new_file_is_found_has_its_field_its_first_stay_and_its_history(bring):
    bring(RANKING)
    kol = Kol.objects.get(accounts__external_id="697")
    assert (kol.pinyin, kol.main_field, kol.version) == ("Xúyúnliúlàng", field("music"), 1)
    assert {"xyll", "xuyunliulang"} <= set(kol.search.split("\n"))
    assert (Stay.objects.get(kol=kol).stage, kol.stage_since) == (
        "introduction",
        Stay.objects.get(kol=kol).since,
    )
    assert Holding.objects.get(account__kol=kol).kol == kol
    changes = Change.objects.filter(root=kol.pk)
    assert {(change.model, change.field) for change in changes} == {
        ("profiles.kol", ""),
        ("profiles.account", ""),
        ("profiles.kol", "fields"),
    }
    assert ChangeSet.objects.count() == 1
    change_set = ChangeSet.objects.get()
    assert (change_set.door, change_set.user, change_set.reason) == ("import", None, "table.csv")


def test_the_same_table_twice_changes_nothing_in_whatever_encoding(bring):
    bring(RANKING)
    before = everything()
    assert (
        bring(RANKING, encoding="gb18030", name="again.csv")[-1]
        == "created 0, updated 0, unchanged 3, rejected 0"
    )
    assert everything() == before


def test_a_dry_run_prints_the_same_lines_and_writes_nothing(bring):
    bring(JUNE, platform="youtube")
    before = everything()
    table = SEPTEMBER + "new,新人,Music,5K,China\n,,,7,\nsiyu,王小雨,Travel,N/A',\n"
    dry = bring(table, "--dry-run", "--date", "2026-09-01", platform="youtube")
    assert everything() == before
    assert bring(table, "--date", "2026-09-01", platform="youtube") == dry
    assert dry[-1] == "created 1, updated 2, unchanged 1, rejected 1"
    assert everything() != before


def test_months_become_a_series_of_one_account(bring):
    bring(JUNE, platform="youtube", name="youtube_2026-06.csv")
    assert (
        bring(SEPTEMBER, platform="youtube", name="youtube_2026-09.csv")[-1]
        == "created 0, updated 2, unchanged 0, rejected 0"
    )
    account = Account.objects.get(handle="siyu")
    assert list(account.snapshots.order_by("end").values_list("end", "value")) == [
        (date(2026, 6, 1), Decimal(12500)),
        (date(2026, 9, 1), Decimal(13000)),
    ]
    assert (Kol.objects.count(), account.followers, account.followers_on) == (2, 13000, date(2026, 9, 1))


def test_levels_and_followers_follow_the_figures(bring):
    bring(JUNE, platform="youtube")
    assert {kol.name: (kol.level, kol.most_followers) for kol in Kol.objects.all()} == {
        "王思雨": ("micro", 12500),
        "李健": ("mega", 2000000),
    }


def test_another_figure_for_the_same_day_takes_the_earlier_back(bring):
    bring(JUNE, "--date", "2026-11-01", platform="youtube")
    lines = bring(SEPTEMBER, "--date", "2026-11-01", platform="youtube")
    assert lines[-1] == "created 0, updated 2, unchanged 0, rejected 0"
    later = Snapshot.objects.get(account__handle="siyu", standing=True)
    assert (later.value, later.takes_back.value, later.takes_back.standing) == (
        Decimal(13000),
        Decimal(12500),
        False,
    )


def test_of_two_rows_for_the_same_day_the_last_stands_and_the_clash_is_listed(bring):
    table = JUNE + "siyu,王思雨,Music,99K,China\nsiyu,王思雨,Music,99K,China\n"
    lines = bring(table, platform="youtube")
    assert lines[-1] == "created 2, updated 1, unchanged 1, rejected 0"
    assert "Clash, Followers: 1" in lines
    assert "  row 2: 12500; kept: 99000" in lines
    assert Snapshot.objects.get(account__handle="siyu").value == 99000
    assert bring(table, platform="youtube")[-1] == "created 0, updated 0, unchanged 4, rejected 0"


def test_a_filled_fact_stays_and_the_clash_is_listed(bring):
    bring(RANKING)
    table = RANKING.replace("徐云流浪", "徐云环球")
    lines = bring(table)
    assert lines[-1] == "created 0, updated 0, unchanged 3, rejected 0"
    assert lines[lines.index("Clash, name: 2") + 1] == "  row 2: 徐云环球; kept: 徐云流浪"
    assert Kol.objects.get(accounts__external_id="697").name == "徐云流浪"


def test_overwrite_lets_the_table_win_once_with_history_and_search(bring):
    bring(RANKING)
    table = RANKING.replace("徐云流浪", "徐云环球")
    assert bring(table, "--overwrite")[-1] == "created 0, updated 1, unchanged 2, rejected 0"
    kol = Kol.objects.get(accounts__external_id="697")
    assert (kol.name, kol.accounts.get().title, kol.version, "xyhq" in kol.search) == (
        "徐云环球",
        "徐云环球",
        2,
        True,
    )
    renamed = Change.objects.get(root=kol.pk, model="profiles.kol", field="name")
    assert (renamed.before, renamed.after) == ("徐云流浪", "徐云环球")
    assert bring(table, "--overwrite")[-1] == "created 0, updated 0, unchanged 3, rejected 0"


def test_overwriting_with_two_names_in_one_table_settles_on_the_last(bring):
    table = RANKING.replace("2万,697,徐云流浪", "2万,697,徐云环球")
    bring(table, "--overwrite")
    assert Kol.objects.get(accounts__external_id="697").name == "徐云环球"
    assert bring(table, "--overwrite")[-1] == "created 0, updated 0, unchanged 3, rejected 0"


def test_an_empty_fact_is_filled(bring):
    bring("mid,up主\n5,甲\n")
    assert bring("mid,up主,城市,性别\n5,甲,杭州,女\n")[-1] == "created 0, updated 1, unchanged 0, rejected 0"
    kol = Kol.objects.get()
    assert (kol.city, kol.gender, kol.version) == ("杭州", "female", 2)


def test_a_name_that_is_missing_is_the_id_until_a_table_tells_it(bring):
    assert bring("mid,up主\n697,\n698,乙\n")[-1] == "created 2, updated 0, unchanged 0, rejected 0"
    assert Kol.objects.filter(name="697").exists()
    assert bring("mid,up主\n697,甲\n")[-1] == "created 0, updated 1, unchanged 0, rejected 0"
    assert Account.objects.get(external_id="697").kol.name == "甲"


def test_what_cannot_be_read_is_listed_and_left_unknown(bring):
    lines = bring("handle,name,Subscribers\na1,甲 乙,N/A'\nb1,乙 丙,12\n", platform="youtube")
    assert lines[-1] == "created 2, updated 0, unchanged 0, rejected 0"
    assert "  row 2: N/A'" in lines
    assert not Snapshot.objects.filter(account__handle="a1").exists()


def test_rows_without_an_account_are_rejected_with_their_numbers(bring):
    lines = bring("handle,name,Subscribers\n,,12\na1,甲 乙,5\n", platform="youtube")
    assert lines[-1] == "created 1, updated 0, unchanged 0, rejected 1"
    assert "Rejected, no account found: neither id nor handle nor name: 1" in lines


def test_too_long_names_are_cut_and_links_that_lead_nowhere_left_out(bring):
    lines = bring(f"mid,up主,主页\n5,{'甲' * 130},https://space.example/5\n6,乙,https://\n")
    assert lines[-1] == "created 2, updated 0, unchanged 0, rejected 0"
    assert {len(kol.name) for kol in Kol.objects.all()} == {120, 1}
    assert {account.url for account in Account.objects.all()} == {"https://space.example/5", ""}
    assert any("cut" in line for line in lines)
    assert any("not a link" in line for line in lines)


def test_fields_that_are_not_in_the_catalogue_are_said(bring):
    lines = bring(RANKING)
    assert "Left out, not in the list of fields: 鬼畜 (1)" in lines


def test_an_id_takes_its_handle_with_it_and_two_ids_never_share_one(bring):
    bring("handle,name,Subscribers\nsiyu,思雨 王,5\n", platform="youtube")
    table = "channel id,handle,name,Subscribers\nUC1,siyu,思雨 王,5\nUC2,siyu,另一 人,6\n"
    lines = bring(table, platform="youtube")
    assert lines[-1] == "created 1, updated 1, unchanged 0, rejected 0"
    assert list(Account.objects.order_by("external_id").values_list("external_id", "handle")) == [
        ("UC1", "siyu"),
        ("UC2", ""),
    ]
    assert "Clash, handle: 1" in lines
    assert bring(table, platform="youtube")[-1] == "created 0, updated 0, unchanged 2, rejected 0"


def test_accents_tell_channels_apart(bring):
    bring("handle,name,Subscribers\nrefúgio,A B,5\nrefugio,C D,6\n", platform="youtube")
    assert Kol.objects.count() == 2


def test_a_file_that_is_no_table_is_refused_with_exit_1(bring, tmp_path):
    for text in ("", "\n\n"):
        with pytest.raises(CommandError):
            bring(text)
    with pytest.raises(CommandError):
        call_command("import_kols", str(tmp_path / "none.csv"), "--platform", "bilibili")
    assert CommandError("x").returncode == 1
    assert not Kol.objects.exists()


def test_who_may_not_create_files_imports_none(bring, finance, operator, stranger):
    with pytest.raises(CommandError, match="may not create"):
        bring(RANKING, "--as", "finance")
    with pytest.raises(CommandError, match="cannot give"):
        bring(RANKING, "--as", "operator", "--owner", "stranger")
    with pytest.raises(CommandError, match="no active user"):
        bring(RANKING, "--owner", "nobody")
    assert not Kol.objects.exists()


def test_contacts_of_a_file_stay_as_they_are(bring, operator):
    kol = make_kol(operator, accounts=[{"platform": "bilibili", "external_id": "697"}])
    actor = Actor(operator, "page", NOW)
    contact_verbs.insert(actor, contact_verbs.build(kol, {"channel": "phone", "value": "13812345678"}))
    lines = bring(RANKING, "--overwrite")
    assert lines[-1] == "created 1, updated 2, unchanged 0, rejected 0"
    assert kol.contacts.count() == 1
