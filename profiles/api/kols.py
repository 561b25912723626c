"""``/api/v1/kols/``: the same files under the same rules as on the pages."""

from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import display, lists, policy
from kol_crm.core.api.base import etagged
from kol_crm.core.api.parameters import IF_MATCH
from profiles.api import bodies, formats, representation
from profiles.api.file import FileResource
from profiles.api.formats import CardRenderer, CsvRenderer
from profiles.api.schema import (
    CHOSEN,
    FIELDS,
    INSIST,
    KOL_PARAMETERS,
    GroupsAnswer,
    KolAnswer,
    KolPage,
    TwinsTold,
    WarmthAnswer,
    in_formats,
)
from profiles.api.serializers import KolBody
from profiles.models import Kol
from profiles.models.attribute import PREFIX
from profiles.services import access, attribute, creating, follow
from profiles.services import kol as verbs
from profiles.services import touch as touches
from profiles.views.groups import GROUPS, NOBODY
from profiles.views.groups import heads as heads_of
from profiles.views.list import KOLS
from profiles.views.rows import COLUMNS
from profiles.warmth import warmth_of

GROUPING = OpenApiParameter("group", required=True, enum=list(GROUPS), description="What to group by.")
GROUP_PARAMETERS = [GROUPING, *(one for one in KOL_PARAMETERS if one.name not in ("group", "inside"))]
CLEARED_BY_PUT = (*representation.FACTS[1:], "type", "agency")  # all but the name, which a PUT must send


class KolResource(FileResource):
    """KOL files. ``ETag`` is the version; PUT, PATCH and DELETE need ``If-Match``."""

    def get_renderers(self):
        """Reading a file or the list also gives a table or an address book."""
        more = [CsvRenderer(), CardRenderer()] if self.action in ("list", "retrieve") else []
        return [*super().get_renderers(), *more]

    @extend_schema(parameters=KOL_PARAMETERS, responses=in_formats(KolPage), operation_id="kols_list")
    def list(self, request):
        """The files one may see, filtered and sorted as the list page does.

        As ``text/csv`` or ``text/vcard`` where ``Accept`` says so; ``Link`` then leads to the next page.
        """
        names, asked = self._chosen(), display.without(request.GET, FIELDS)
        if formats.wanted(request) != "json":
            return self._in_format(request, asked)
        spec = replace(
            KOLS,
            by_keys=lambda ids: representation.represent(
                ids, self.actor, in_clear=self.in_clear, names=names
            ),
        )
        return self.listed(spec, list, asked, beside={FIELDS: ",".join(request.GET.getlist(FIELDS))})

    @extend_schema(parameters=GROUP_PARAMETERS, responses=GroupsAnswer)
    @action(detail=False, methods=["get"])
    def groups(self, request):
        """``group=stage``: the groups of the files found, with totals (null where not counted).

        Grouped by stage, owner, level, main_field, verdict, team or type; ``kols/?group=…&inside=<value>``
        lists the files of one.
        """
        listing = lists.list_page(KOLS, request.GET, request.user, timezone.now(), folded=True)
        if not listing.display.group:
            raise ValidationError({"group": _("Say what to group by.")})
        heads = [
            {
                "value": head.value or NOBODY,
                "label": str(head.label),
                "total": None if head.more else head.total,
            }
            for head in heads_of(listing)
        ]
        return Response({"group": listing.display.group, "results": heads})

    def _in_format(self, request, asked):
        listing = self.page_of(replace(KOLS, by_keys=list), asked)
        shown = listing.display.columns if listing.display else ()
        found = formats.answer(request, listing.rows, shown, self.actor, in_clear=self.in_clear)
        if ahead := self.paged(listing, list).data["next"]:
            found["Link"] = f'<{ahead}>; rel="next"'
        return found

    @extend_schema(responses=in_formats(KolAnswer), parameters=[CHOSEN])
    def retrieve(self, request, pk: str):
        """One file."""
        names = self._chosen()
        if formats.wanted(request) != "json":
            kol = access.kol_or_404(request.user, pk)
            shown = COLUMNS.chosen(())
            return formats.answer(request, [kol.pk], shown, self.actor, in_clear=self.in_clear)
        seen = Kol.objects.visible_to(request.user).filter(pk=pk).values_list("pk", flat=True).first()
        row = seen and representation.one(seen, self.actor, in_clear=self.in_clear, names=(*names, "version"))
        if row is None:  # says why it is not there: it may be a part of another
            return self.answer(access.kol_or_404(request.user, pk))
        version = row["version"] if "version" in names else row.pop("version")
        return etagged(row, version)

    @extend_schema(request=KolBody, responses={201: KolAnswer}, parameters=[INSIST])
    def create(self, request):
        """A new file; it belongs to the token's user unless another owner is named.

        409 ``twins`` when somebody like this is on file: ``twins`` are those the token's user sees,
        ``unseen`` says whom to ask about the others.
        """
        if not access.may_create(request.user):
            raise PermissionDenied
        checked = self.checked(KolBody)
        actor = self.actor
        insist = request.headers.get("Insist-On-Twin", "").strip().lower() == "true"
        values, found = bodies.values_of(actor, checked), bodies.lists_of(checked)
        kol = creating.create(actor, values, insist=insist, **found)
        return self.answer(kol, 201, Location=f"{request.path}{kol.pk}/")

    @extend_schema(request=KolBody, responses=TwinsTold)
    @action(detail=False, methods=["post"], url_path="tell-twins")
    def tell_twins(self, request):
        """Tell those whose files one may not see that somebody like theirs is about to come in."""
        if not access.may_create(request.user):
            raise PermissionDenied
        checked, actor = self.checked(KolBody), self.actor
        words = creating.tell(actor, bodies.values_of(actor, checked), **bodies.lists_of(checked))
        return Response({"told": words})

    @extend_schema(request=KolBody, responses=KolAnswer, parameters=[IF_MATCH])
    def update(self, request, pk: str):
        """Replace the facts: those not sent are cleared, the owner and lists not sent stay."""
        return self._save(request, pk, partial=False)

    @extend_schema(request=KolBody(partial=True), responses=KolAnswer, parameters=[IF_MATCH])
    def partial_update(self, request, pk: str):
        """Change the facts that are sent; a list that is sent replaces the list."""
        return self._save(request, pk, partial=True)

    @extend_schema(responses={204: None}, parameters=[IF_MATCH])
    def destroy(self, request, pk: str):
        """Archive: hidden, restorable for 30 days."""
        kol = self.file(pk)
        verbs.archive(self.actor, kol, self.version_asked(kol))
        return Response(status=204)

    @extend_schema(request=None, responses=KolAnswer)
    @action(detail=True, methods=["post"])
    def restore(self, request, pk: str):
        """Out of the trash."""
        kol = access.kol_or_404(request.user, pk, "restore")
        self.demand_write_scope()
        return self.answer(verbs.restore(self.actor, kol))

    @extend_schema(request=None, responses=KolAnswer)
    @action(detail=True, methods=["post"])
    def claim(self, request, pk: str):
        """Become the owner of a file that has none; 409 when somebody was faster."""
        kol = self.file(pk, "touch")
        return self.answer(verbs.claim(self.actor, kol))

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post", "delete"])
    def follow(self, request, pk: str):
        """POST: be told (notices) of what others do on this file; DELETE: no longer."""
        kol = self.file(pk, "view")
        if request.method == "POST":
            follow.follow(self.actor, kol)
        else:
            follow.unfollow(self.actor, kol)
        return Response(status=204)

    @extend_schema(responses=WarmthAnswer)
    @action(detail=True)
    def warmth(self, request, pk: str):
        """Whether the two sides still talk, with its parts (null under three touches)."""
        kol = access.kol_or_404(request.user, pk)
        found = warmth_of(kol, touches.interval(kol, policy.current()))
        return Response({"value": found.value, "parts": [part.as_json() for part in found.parts]})

    def _chosen(self) -> tuple[str, ...]:
        return representation.chosen(self.request.GET.getlist(FIELDS))

    def _save(self, request, pk: str, *, partial: bool):
        kol = self.file(pk)
        version = self.version_asked(kol)
        serializer = KolBody(data=bodies.writable(request.data, kol), partial=partial)
        serializer.is_valid(raise_exception=True)
        actor = self.actor
        values = bodies.values_of(actor, serializer.validated_data)
        if not partial:
            values = {name: bodies.blank(name) for name in CLEARED_BY_PUT} | values
            if "attributes" in serializer.validated_data:
                held = attribute.values_of([kol.pk])[kol.pk]
                values = {f"{PREFIX}{key}": None for key in held} | values
        found = bodies.lists_of(serializer.validated_data)
        if not self.in_clear:
            found = bodies.keep_unseen(found, kol)
        return self.answer(verbs.edit(actor, kol, values, version, **found))
