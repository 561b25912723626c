"""Search by name in any script, pinyin, initials, alias, handle; by contact only for who may reveal it."""

import pytest

from kol_crm.core.models import User
from profiles import search
from profiles.models import Kol
from profiles.services.kol import refresh_names
from tests.factories import UserFactory, make_account, make_kol

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(operator):
    names = (
        "王建国",
        "李健",
        "单晓棠",
        "吕青禾",
        "Noah Park",
        "Zoë Ødegård",
        "欧阳澈",
        "歐陽靖",
        "张乐",
        "高晓松",
        "老K",
    )
    kols = {name: make_kol(operator, name=name) for name in names}
    kols["丽丽"] = make_kol(
        operator, name="丽丽", alias="小太阳", accounts=[{"platform": "own", "handle": "LilyCooks_88"}]
    )
    return kols


def found(term, user=None):
    return {kol.name for kol in search.matching(Kol.objects.all(), term, user)}


CLASSES = {
    "one Chinese character": {"建": {"王建国"}, "阳": {"欧阳澈", "丽丽"}, "王": {"王建国"}},
    "two Chinese characters": {"建国": {"王建国"}, "国建": set(), "欧阳": {"欧阳澈"}, "老k": {"老K"}},
    "three Chinese characters": {
        "王建国": {"王建国"},
        "单晓棠": {"单晓棠"},
        "王 建国": {"王建国"},
        "王建军": set(),
    },
    "as typed, traditional": {"歐陽": {"歐陽靖"}, "歐陽靖": {"歐陽靖"}},
    "full width": {"ＬＩＪＩＡＮ": {"李健"}, "ｌｊ": {"李健"}, "Ｎｏａｈ": {"Noah Park"}},
    "initials": {
        "lj": {"李健"},
        "wjg": {"王建国"},
        "LJ": {"李健"},
        "np": {"Noah Park"},
        "l j": {"李健"},
        "xq": set(),
    },
    "pinyin, joined": {"lijian": {"李健"}, "wangjianguo": {"王建国"}, "jianguo": {"王建国"}},
    "pinyin, spaced": {"li jian": {"李健"}, "wang jianguo": {"王建国"}, "wang jian guo": {"王建国"}},
    "pinyin, apart by the input method": {"li'jian": {"李健"}, "wang'jian'guo": {"王建国"}},
    "pinyin with tone marks": {"Lǐ Jiàn": {"李健"}, "lǐjiàn": {"李健"}, "wáng jiànguó": {"王建国"}},
    "pinyin with tone numbers": {
        "li3 jian4": {"李健"},
        "li3jian4": {"李健"},
        "Wang2 Jian4guo2": {"王建国"},
        "li3 jian": {"李健"},
    },
    "ü": {
        "lv qinghe": {"吕青禾"},
        "lu qinghe": {"吕青禾"},
        "lü qinghe": {"吕青禾"},
        "lǚ qīnghé": {"吕青禾"},
        "lv3 qing1he2": {"吕青禾"},
        "lu:3 qing1he2": {"吕青禾"},
    },
    "several readings": {
        "shan xiaotang": {"单晓棠"},
        "dan xiaotang": {"单晓棠"},
        "zhang le": {"张乐"},
        "zhangyue": {"张乐"},
        "zy": {"张乐"},
    },
    "compound surname": {"ouyang": {"欧阳澈", "歐陽靖"}, "oyc": {"欧阳澈"}},
    "Latin, common": {"ian": {"李健", "王建国"}, "an": set()},
    "Latin, rare": {
        "noah": {"Noah Park"},
        "ark": {"Noah Park"},
        "no": {"Noah Park"},
        "zoe odeg": {"Zoë Ødegård"},
    },
    "alias": {"小太阳": {"丽丽"}, "太阳": {"丽丽"}, "xty": {"丽丽"}},
    "handle": {
        "@lilycooks_88": {"丽丽"},
        "ilycoo": {"丽丽"},
        "ks_8": {"丽丽"},
        "LILYCOOKS": {"丽丽"},
        "ly": set(),
    },
    "absent": {
        "nobody here": set(),
        "龚沐": set(),
        "鑫": set(),
        "zz": set(),
        "100%": set(),
        "_": set(),
        "\\": set(),
        "k3": set(),
    },
}


@pytest.mark.parametrize("terms", CLASSES.values(), ids=CLASSES)
def test_a_name_is_found_in_every_way_people_write_it(people, terms):
    assert {term: found(term) for term in terms} == terms


@pytest.mark.parametrize("term", ["", "  ", "@"])
def test_an_empty_term_asks_for_nothing(people, term):
    assert len(found(term)) == len(people)


def test_a_term_is_looked_for_among_the_rows_given(people, operator):
    assert not search.matching(Kol.objects.exclude(name="李健"), "lj").exists()


@pytest.fixture
def reachable(operator):
    contacts = [
        {"channel": "phone", "value": "+86 138 1234 8000"},
        {"channel": "wechat", "value": "Lin_Cooks88"},
        {"channel": "mail", "value": "Lin@Example.com"},
    ]
    return make_kol(operator, name="林知夏", contacts=contacts)


@pytest.mark.parametrize(
    "term",
    [
        "13812348000",
        "+86 138-1234-8000",
        "138 1234 8000",
        "8000",
        "lin_cooks88",
        "LIN_COOKS88",
        "微信：lin_cooks88",
        "wx lin_cooks88",
        "lin@example.com",
    ],
)
def test_a_contact_finds_its_file(reachable, operator, term):
    make_kol(operator, name="another")
    assert found(term, operator) == {"林知夏"}


@pytest.mark.parametrize(
    "term", ["1381234", "12348000", "800", "lin_cooks8", "in@example.com", "138****8000"]
)
def test_a_part_of_a_contact_finds_nothing(reachable, operator, term):
    assert found(term, operator) == set()


@pytest.mark.parametrize("who", ["colleague", "stranger", "manager_elsewhere", "finance"])
def test_who_may_not_reveal_a_contact_does_not_find_by_it(reachable, who, request):
    user = request.getfixturevalue(who)
    assert found("13812348000", user) == set()
    assert found("8000", user) == set()


def test_a_manager_finds_by_contact(reachable, manager):
    assert found("8000", manager) == {"林知夏"}


def test_without_a_user_no_contact_is_asked(reachable, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert found("8000") == set()


def test_the_finding_page_keeps_contacts_out_of_the_address(reachable, operator, as_user):
    answer = as_user(operator).post("/kols/find/", {"q": "13812348000"})
    assert answer.status_code == 200
    assert "林知夏" in answer.content.decode()
    assert "1381234" not in answer.content.decode().replace("138****8000", "")


def test_an_unknown_phone_is_not_sent_on_to_an_address(reachable, colleague, as_user):
    answer = as_user(colleague).post("/kols/find/", {"q": "13812348000"})
    assert answer.status_code == 200
    assert "林知夏" not in answer.content.decode()


@pytest.mark.parametrize(
    "term", ["lin_cooks88", "Lin_Cooks88", "lin_cooks99", "微信: lin_cooks99", "wxid_x1"]
)
@pytest.mark.parametrize("who", ["operator", "colleague", "stranger"])
def test_a_wechat_id_is_never_sent_on_to_an_address(reachable, who, term, as_user, request):
    """Known or not, and whoever asks: the answer of the redirect would tell whether somebody has it."""
    answer = as_user(request.getfixturevalue(who)).post("/kols/find/", {"q": term})
    assert answer.status_code == 200
    assert ("林知夏" in answer.content.decode()) == (who == "operator" and "cooks88" in term.lower())


def test_what_looks_like_a_wechat_id_but_is_a_name_goes_on_to_the_list(reachable, operator, as_user):
    answer = as_user(operator).post("/kols/find/", {"q": "linzhixia"})
    assert (answer.status_code, answer["Location"]) == (302, "/kols/?q=linzhixia")


def test_a_name_goes_on_to_the_list(reachable, operator, as_user):
    answer = as_user(operator).post("/kols/find/", {"q": "知夏"})
    assert (answer.status_code, answer["Location"]) == (302, "/kols/?q=%E7%9F%A5%E5%A4%8F")


def test_the_list_itself_never_searches_contacts(reachable, operator, as_user):
    assert "林知夏" not in as_user(operator).get("/kols/", {"q": "13812348000"}).content.decode()


def test_accounts_added_later_are_found(operator):
    kol = make_kol(operator, name="Ann")
    make_account(kol, platform="weibo", handle="annwrites")
    refresh_names(kol)
    assert found("annwr") == {"Ann"}


def test_an_admin_without_a_team_may_search(people):
    admin = UserFactory(role=User.Role.ADMIN, team=None)
    assert found("李健", admin) == {"李健"}
