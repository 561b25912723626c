"""Passing an account on: to a file that one may edit, or to nobody (DOMAIN 3.3)."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kol_crm.core.models import User
from profiles import search
from profiles.models import Kol
from profiles.models.querysets import EDIT

NOBODY, FILE = "nobody", "file"


class PassOnForm(forms.Form):
    """``kol`` is a name, an alias or a handle that finds one file, or the file's address."""

    to = forms.ChoiceField(
        label=_("From that day it is held by"),
        choices=[(FILE, _("another KOL")), (NOBODY, _("nobody on file"))],
        initial=FILE,
        widget=forms.RadioSelect,
    )
    kol = forms.CharField(
        label=_("Which KOL"),
        required=False,
        max_length=200,
        help_text=_("Name, handle or profile link, or the address of the file; one that you may edit."),
    )
    on = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data=None, *, user: User, today: date, but: Kol | None = None):
        super().__init__(data, initial={"on": today})
        self.user, self.but = user, but

    def clean(self):
        cleaned = super().clean()
        cleaned["receiver"] = None
        if cleaned.get("to") == FILE:
            try:
                cleaned["receiver"] = self._file(cleaned.get("kol", "").strip())
            except ValidationError as error:
                self.add_error("kol", error)
        return cleaned

    def _file(self, text: str) -> Kol:
        if not text:
            raise ValidationError(_("Say which KOL."))
        files = Kol.objects.visible_to(self.user, EDIT)
        if self.but is not None:
            files = files.exclude(pk=self.but.pk)
        by_id = [part for part in text.rstrip("/").split("/") if len(part) == 36]
        try:
            found = list(files.filter(pk=by_id[-1])) if by_id else []
        except ValidationError:
            found = []
        found = found or list(files.filter(name=text)[:2]) or list(search.matching(files, text)[:2])
        if not found:
            raise ValidationError(_("No file that you may edit is called so."))
        if len(found) > 1:
            raise ValidationError(_("Several files are called so: give the address of the one you mean."))
        return found[0]
