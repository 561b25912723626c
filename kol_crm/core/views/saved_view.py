"""Saved views on the page: the parts that a list fetches, and one call of a verb for each form."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kol_crm.core import display, saved_views, view_bar
from kol_crm.core.answers import go_on, toast
from kol_crm.core.doors import page_actor
from kol_crm.core.errors import Conflict
from kol_crm.core.lists import ListSpec
from kol_crm.core.models import SavedView


class ViewForm(forms.ModelForm):
    """A name and who sees it; the state comes from the list."""

    class Meta:
        model = SavedView
        fields = ("name", "sharing")
        widgets = {"sharing": forms.Select}

    list = forms.CharField(widget=forms.HiddenInput, required=False)
    state = forms.CharField(widget=forms.HiddenInput, required=False, max_length=8000)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


def _spec(name: str) -> ListSpec:
    try:
        return saved_views.spec_of(name)
    except ValidationError as error:
        raise Http404 from error


def _view(request, pk: UUID, *, deleted: bool = False) -> SavedView:
    views = SavedView.objects.visible_to(request.user).filter(pk=pk)
    view = (views if deleted else views.standing()).first()
    if view is None:
        raise Http404
    return view


def _path(of_list: str) -> str:
    return reverse(_spec(of_list).page)


def _address(view: SavedView) -> str:
    return view_bar.address(_path(view.of_list), view)


@require_safe
def menu(request):
    """What is behind the dots: the open view's verbs, and every view that the reader sees."""
    spec = _spec(request.GET.get("list", ""))
    views = list(view_bar.seen(spec.name, request.user))
    view = next((one for one in views if str(one.pk) == request.GET.get("from")), None)
    context = {
        "view": view,
        "may_change": view is not None and view_bar.may_change(view, request.user),
        "create_url": f"{reverse('views:create')}?{request.GET.urlencode()}",
        "others": [{"view": one, "address": _address(one)} for one in views],
    }
    return render(request, "core/saved_view/_menu.html", context)


@require_safe
def columns(request):
    """The columns to choose from, the chosen ones first in their order."""
    spec = _spec(request.GET.get("list", ""))
    state = QueryDict(request.GET.get("state", ""), mutable=True)
    if origin := request.GET.get("from"):
        state["from"] = origin
    shown = display.read(state, spec.name, spec.offered, spec.groups, request.user)
    keys = [column.key for column in shown.columns]
    offered = spec.offered.offered()
    ordered = [offered[key] for key in keys] + [one for one in offered.values() if one.key not in keys]
    kept = display.without(shown.params, "columns", "layout", *display.PLACE)
    context = {
        "action": reverse(spec.page),
        "keep": [(name, value) for name, values in kept.lists() for value in values],
        "columns": [
            {
                "key": column.key,
                "label": column.label,
                "heading": column.heading,
                "chosen": column.key in keys,
                "fixed": column.key == spec.offered.first,
            }
            for column in ordered
        ],
        "compact": shown.is_compact,
        "default_url": f"{reverse(spec.page)}?{kept.urlencode()}",
    }
    return render(request, "core/saved_view/_columns.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """Keep the state of a list under a name."""
    words = {"title": gettext_lazy("Save as a view"), "save": gettext_lazy("Save")}
    if request.method != "POST":
        spec = _spec(request.GET.get("list", ""))
        form = ViewForm(initial={"list": spec.name, "state": request.GET.get("state", "")})
        return _show(request, form, words, spec.page)
    spec = _spec(request.POST.get("list", ""))
    form = ViewForm(request.POST)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "sharing")}
        state = saved_views.state(spec, QueryDict(form.cleaned_data["state"]))
        try:
            view = saved_views.create(page_actor(request), spec.name, values | state)
        except ValidationError as error:
            _take(form, error)
        else:
            return go_on(request, _address(view), _("View saved."))
    return _show(request, form, words, spec.page, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, pk: UUID):
    """Another name, or other people who see it."""
    view = _view(request, pk)
    saved_views.demand(page_actor(request), view)
    words = {"title": gettext_lazy("Rename and share"), "save": gettext_lazy("Save")}
    page = _spec(view.of_list).page
    if request.method != "POST":
        return _show(request, ViewForm(instance=view, initial={"version": view.version}), words, page)
    form = ViewForm(request.POST)
    if form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("name", "sharing")}
        try:
            saved = saved_views.change(page_actor(request), view, values, form.cleaned_data["version"])
        except ValidationError as error:
            _take(form, error)
        except Conflict as conflict:
            form.data = QueryDict(mutable=True)
            form.data.update(request.POST)
            form.data["version"] = str(conflict.current.version)
            form.add_error(None, _STALE)
            return _show(request, form, words, page, status=409)
        else:
            return go_on(request, _address(saved), _("View saved."))
    return _show(request, form, words, page, status=422)


_STALE = gettext_lazy(
    "Somebody changed this view meanwhile. Nothing was saved; save again if it still holds."
)


@require_POST
def update(request, pk: UUID):
    """Make the view what the list shows now."""
    view = _view(request, pk)
    state = saved_views.state(_spec(view.of_list), QueryDict(request.POST.get("state", "")))
    version = request.POST.get("version", "")
    try:
        asked = int(version) if version.isdecimal() else 0
        saved = saved_views.change(page_actor(request), view, state, asked)
    except Conflict:
        return go_on(request, _back(request, view), _STALE, error=True)
    except ValidationError as error:
        return go_on(request, _back(request, view), " ".join(error.messages), error=True)
    return go_on(request, _address(saved), _("View updated."))


def _back(request, view: SavedView) -> str:
    state = QueryDict(request.POST.get("state", ""), mutable=True)
    state["from"] = str(view.pk)
    return f"{_path(view.of_list)}?{state.urlencode()}"


@require_POST
def delete(request, pk: UUID):
    view = _view(request, pk)
    saved_views.delete(page_actor(request), view)
    undo = reverse("views:restore", args=[view.pk])
    return go_on(request, _path(view.of_list), _("View deleted."), undo_url=undo)


@require_POST
def restore(request, pk: UUID):
    """Undo of deleting."""
    view = saved_views.restore(page_actor(request), _view(request, pk, deleted=True))
    return go_on(request, _address(view), _("The view is back."))


@require_POST
def duplicate(request, pk: UUID):
    copy = saved_views.duplicate(page_actor(request), _view(request, pk))
    return go_on(request, _address(copy), _("View copied."))


@require_POST
def pin(request, pk: UUID):
    """On the reader's own tabs, or off them."""
    view = _view(request, pk)
    if not request.POST.get("pinned"):
        saved_views.unpin(page_actor(request), view)
        return go_on(request, _address(view), _("Off the tabs."))
    try:
        saved_views.pin(page_actor(request), view)
    except ValidationError as error:
        return toast(HttpResponse(status=409), " ".join(error.messages), kind="bad")
    return go_on(request, _address(view), _("On the tabs."))


@require_POST
def shift(request, pk: UUID):
    """One place to the left or to the right."""
    view = _view(request, pk)
    saved_views.shift(page_actor(request), view, -1 if request.POST.get("by") == "-1" else 1)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": _address(view)})
    return redirect(_address(view))


@require_POST
def order(request):
    """The reader's tabs as they were dragged."""
    spec = _spec(request.POST.get("list", ""))
    try:
        wanted = [UUID(token) for token in request.POST.getlist("view")]
    except ValueError:
        return HttpResponse(status=400)
    saved_views.order(page_actor(request), spec.name, wanted)
    return HttpResponse(status=204)


def _take(form, error: ValidationError) -> None:
    errors = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in errors.items():
        form.add_error(name if name in ("name", "sharing") else None, messages)


def _show(request, form, words: dict, page: str, status: int = 200):
    template = "core/saved_view/_form.html" if request.htmx else "core/saved_view/page.html"
    context = {"form": form, "back": reverse(page), **words}
    return render(request, template, context, status=status)
