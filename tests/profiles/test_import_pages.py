"""The pages of the wizard (UI, screen 9)."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from kol_crm.core import work as works
from kol_crm.core.models import Disclosure
from profiles.models import Import, Kol

pytestmark = pytest.mark.django_db

TABLE = "姓名,手机,生日,城市\n王思雨,13800138000,1990-05-04,杭州\n李健,12,1990-13-40,北京\n"


@pytest.fixture
def browser(as_user, operator):
    return as_user(operator)


def upload(browser, text=TABLE, **data):
    file = SimpleUploadedFile("list.csv", text.encode())
    return browser.post(reverse("profiles:import-new"), {"file": file, **data})


def page(browser, *, name="import", imported=None, query=""):
    imported = imported or Import.objects.get()
    return browser.get(reverse(f"profiles:{name}", args=[imported.pk]) + query)


def post(browser, name, **data):
    answer = browser.post(reverse(f"profiles:{name}", args=[Import.objects.get().pk]), data)
    works.run_waiting()
    return answer


def columns_of(browser) -> dict:
    form = page(browser, query="?columns=1").context["form"]
    return {name: form[name].value() or "" for name in form.fields if name != "overwrite"}


def checked(browser, text=TABLE, **choices):
    assert upload(browser, text).status_code == 302
    assert post(browser, "import-columns", **{**columns_of(browser), **choices}).status_code == 302


def test_the_whole_way_from_file_to_undo(browser):
    checked(browser)
    preview = page(browser).content.decode()
    assert "138****8000" in preview
    assert "13800138000" not in preview
    assert post(browser, "import-run").status_code == 302
    assert {kol.name for kol in Kol.objects.all()} == {"王思雨", "李健"}
    assert "王思雨" in page(browser).content.decode()
    assert post(browser, "import-undo").status_code == 302
    assert not Kol.objects.filter(archived_at=None).exists()
    assert page(browser).context["imported"].state == "undone"


def test_the_columns_show_masks_and_say_why(browser):
    upload(browser)
    answer = page(browser)
    content = answer.content.decode()
    assert "138****8000" in content
    assert "13800138000" not in content
    assert [column["target"] for column in answer.context["form"].rows()] == [
        "name",
        "phone",
        "birthday",
        "city",
    ]


def test_a_cell_is_mended_and_a_row_left_out_on_the_page(browser):
    checked(browser, key="name")
    answer = page(browser, query="?result=created")
    cells = {
        cell["name"]: cell["value"] for entry in answer.context["rows"] for cell in entry.get("cells", ())
    }
    assert cells == {"cell-3-1": "", "cell-3-2": "1990-13-40"}
    post(
        browser,
        "import-mend",
        shown=["2", "3"],
        drop=["2"],
        **{"cell-3-1": "13800138001", "cell-3-2": "1990-12-01"},
    )
    imported = Import.objects.get()
    assert (imported.state, imported.dropped, imported.counts["created"]) == ("preview", [2], 1)
    post(browser, "import-run")
    assert Kol.objects.get().birth_month == 12


def test_rows_with_problems_come_back_with_a_reason(browser):
    checked(browser, key="name")
    answer = page(browser, name="import-errors")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "姓名,手机,生日,城市,Reason"
    assert lines[1].startswith("李健,12,1990-13-40,北京,“手机”")
    assert Disclosure.objects.get().action == "import_errors"


def test_a_file_that_cannot_be_read_is_refused_at_the_field(browser):
    answer = upload(browser, "\0\0\0")
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not Import.objects.exists()


def test_a_wrong_choice_is_refused_at_the_field_and_what_was_chosen_stays(browser):
    upload(browser)
    answer = post(browser, "import-columns", **{**columns_of(browser), "key": "account"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["key"]
    assert Import.objects.get().state == "columns"


def test_only_whose_file_it_is_goes_on_with_it(browser, as_user, manager, stranger):
    checked(browser)
    assert page(as_user(manager)).status_code == 200
    assert page(as_user(stranger)).status_code == 404
    for name in ("import-run", "import-mend", "import-columns"):
        assert post(as_user(manager), name).status_code == 403
    assert page(as_user(manager), name="import-errors").status_code == 403
    assert not Kol.objects.exists()


def test_progress_asks_again_and_ends_with_a_fresh_page(browser):
    upload(browser)
    browser.post(reverse("profiles:import-columns", args=[Import.objects.get().pk]), columns_of(browser))
    assert b"every 1s" in page(browser, name="import-progress").content
    assert b"progress" in page(browser).content
    works.run_waiting()
    assert page(browser, name="import-progress").headers["HX-Refresh"] == "true"


def test_the_imports_are_a_list(browser):
    checked(browser)
    answer = browser.get(reverse("profiles:import-list"))
    assert [imported.name for imported in answer.context["listing"].rows] == ["list.csv"]


def test_an_empty_contact_cell_shows_no_mask(browser):
    checked(browser, "姓名,手机,城市\n,,杭州\n,12,北京\n")
    answer = page(browser, query="?result=rejected")
    hints = {
        cell["name"]: cell["hint"]
        for entry in answer.context["rows"]
        for cell in entry["cells"]
        if cell["label"] == "手机"
    }
    assert hints == {"cell-2-1": "", "cell-3-1": "****12"}


def test_the_rows_are_headed_by_what_they_are_in_both_languages(browser):
    """Neither "换行", the key that goes to the next row, nor "操作人", who changed something."""
    checked(browser)
    heads = page(browser).content.decode().partition("<thead>")[2].partition("</thead>")[0]
    assert ">Row<" in heads
    assert ">KOL<" in heads
    browser.cookies["django_language"] = "zh-hans"
    heads = page(browser).content.decode().partition("<thead>")[2].partition("</thead>")[0]
    assert ">行号<" in heads
    assert ">KOL<" in heads
