"""Taking a data sheet out: its language and a row per best post (DOMAIN 5.5)."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lifecycle.forms.growing import day_input
from lifecycle.rules import best_post
from lifecycle.services import best_posts
from profiles.models import Kol

BLANK_INDEX = "new"  # of the empty row that the script copies
BLANK_ROWS = 1


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class PostForm(forms.Form):
    """One post; what the rows say together is the verb's to check."""

    title = forms.CharField(
        label=pgettext_lazy("post", "Title"), max_length=best_posts.LONGEST_TITLE, required=False
    )
    url = forms.CharField(label=_("Link"), max_length=best_posts.LONGEST_URL, required=False)
    on = forms.DateField(label=_("Published"), required=False, widget=day_input())
    reactions = forms.IntegerField(label=best_post.LABELS["reactions"], required=False, min_value=0)
    comments = forms.IntegerField(label=best_post.LABELS["comments"], required=False, min_value=0)
    shares = forms.IntegerField(label=best_post.LABELS["shares"], required=False, min_value=0)
    as_of = forms.DateField(label=_("Figures as of"), required=False, widget=day_input())

    def __init__(self, *args, index: str, **options):
        super().__init__(*args, prefix=f"best-{index}", use_required_attribute=False, **options)
        self.index = index

    @property
    def says_something(self) -> bool:
        return any(value not in (None, "") for value in self.cleaned_data.values()) or bool(self.errors)


class SheetEditor:
    """The forms of one sheet, bound when ``data`` is given; the rows' indexes stand under ``posts``."""

    def __init__(self, data=None, *, kol: Kol | None = None, language: str = ""):
        self.form = LanguageForm(data, initial={"language": language})
        if data is not None:
            indexes = data.getlist("posts")[: best_posts.MOST + BLANK_ROWS + 1]
            self.posts = [PostForm(data, index=index) for index in indexes]
        else:
            before = best_posts.offered(kol) if kol is not None else []
            rows: list[dict[str, Any]] = [*before, *({} for _row in range(BLANK_ROWS))]
            self.posts = [PostForm(index=str(place), initial=row) for place, row in enumerate(rows)]
        self.blank = PostForm(index=BLANK_INDEX)

    def is_valid(self) -> bool:
        found = [form.is_valid() for form in (self.form, *self.posts)]
        return all(found)

    @property
    def filled(self) -> list[PostForm]:
        """Rows that say something; empty ones are no posts."""
        return [form for form in self.posts if form.says_something]

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        return {
            "language": self.form.cleaned_data["language"],
            "best": [form.cleaned_data for form in self.filled],
        }

    @property
    def errors(self) -> bool:
        return bool(self.form.errors) or any(form.errors for form in self.posts)

    def add_error(self, error: ValidationError) -> None:
        """What the verb refused, back at the field it names: ``language``, ``best.0.url``."""
        rows = self.filled
        for key, messages in error.message_dict.items():
            where, _dot, rest = key.partition(".")
            place, _dot, name = rest.partition(".")
            if where == "best" and place.isdecimal():
                rows[int(place)].add_error(name, messages)
            else:
                self.form.add_error(where if where in self.form.fields else None, messages)
