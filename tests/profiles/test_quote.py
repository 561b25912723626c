"""Prices quoted (DOMAIN 3.2): rows of the file by its form, told and restored like every other fact."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from kol_crm.core.models import Change
from profiles import changes
from profiles.models import Kol, Quote
from profiles.services import kol as files
from profiles.services import restoring
from tests.factories import make_kol
from tests.profiles.pages import sent_by

pytestmark = pytest.mark.django_db

VIDEO = {"what": "video", "amount": Decimal(15000), "currency": "CNY", "on": date(2026, 11, 2)}


@pytest.fixture
def quoted(operator):
    return make_kol(operator, quotes=[VIDEO])


def test_a_price_that_changes_is_told_and_restored(quoted, actor):
    [quote] = quoted.quotes.all()
    saved = files.edit(actor, quoted, {}, 1, quotes=[{**VIDEO, "id": quote.pk, "amount": Decimal(18000)}])
    [line] = changes.lines(Change.objects.filter(field="amount"))
    assert (saved.version, line.label, line.before, line.after) == (
        2,
        "Quote · amount",
        "15000.00",
        "18000.00",
    )
    restoring.restore(actor.again(), quoted, line.change, 2)
    assert (Quote.objects.get().amount, Kol.objects.get().version) == (Decimal(15000), 3)


def test_the_same_amount_written_otherwise_changes_nothing(quoted, actor):
    [quote] = quoted.quotes.all()
    files.edit(actor, quoted, {}, 1, quotes=[{**VIDEO, "id": quote.pk, "amount": Decimal("15000.0")}])
    assert (Kol.objects.get().version, Change.objects.filter(field="amount").count()) == (1, 0)


def test_a_price_taken_off_stays_in_the_history(quoted, actor):
    files.edit(actor, quoted, {}, 1, quotes=[])
    [line] = changes.lines(Change.objects.filter(model="profiles.quote", after__isnull=True))
    assert (line.before, line.after, Quote.objects.count()) == ("¥15,000 / video", None, 0)


def test_a_negative_price_is_refused_at_its_field(kol, actor):
    with pytest.raises(ValidationError) as refusal:
        files.edit(actor, kol, {}, 1, quotes=[{**VIDEO, "amount": Decimal(-1)}])
    assert list(refusal.value.message_dict) == ["quotes.0.amount"]
    assert (Quote.objects.count(), Kol.objects.get().version) == (0, 1)


def test_the_form_takes_prices_and_the_page_shows_them(kol, operator, as_user):
    browser = as_user(operator)
    url = reverse("profiles:kol-edit", args=[kol.pk])
    data = sent_by(browser.get(url), "kol-form")
    data |= {"quotes.new1.what": "video", "quotes.new1.amount": "18000", "quotes.new1.currency": "CNY"}
    answer = browser.post(url, data)
    assert answer.context["editor"].quotes.forms[0].errors.keys() == {"on"}
    assert browser.post(url, {**data, "quotes.new1.on": "2026-11-19"}).status_code == 302
    page = browser.get(reverse("profiles:kol-detail", args=[kol.pk])).content.decode()
    assert "¥18,000 / video" in page
