"""``/api/v1/figures-to-refresh/``, ``accounts/<id>/``, and of a file ``levels/`` and ``fans/``."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from kol_crm.core import policy
from kol_crm.core.api.base import Resource, etagged
from kol_crm.core.api.parameters import IF_MATCH, parameters_of
from kol_crm.core.score import plain
from profiles import comparing, holders, level_chart, level_story
from profiles.api import figure_bodies as bodies
from profiles.api.facts import row_named
from profiles.comparing import Asked
from profiles.figure_lists import LISTS, STALE, TO_REFRESH, UNENTERED, counts, first_figure, state_of
from profiles.models import FanReport, Kol
from profiles.performance import fans_of
from profiles.services import access, fans, figure_policy, holder, level, standing


class RefreshResource(Resource):
    """Figures older than their limit, and accounts not entered yet; a new one goes to ``snapshots/``."""

    @extend_schema(
        parameters=parameters_of(TO_REFRESH.filterset, TO_REFRESH.sorts), responses=bodies.RefreshPage
    )
    def list(self, request):
        """Oldest first; ``within`` adds those that will be stale in so many days.

        With ``state=unentered`` the accounts whose followers nobody entered yet, by ``sort=account``, as
        figures without id, value and days; of the filters ``kol``, ``account``, ``owner``, ``team`` and
        ``platform``. ``counts`` tells of both, under these.
        """
        state = state_of(request.GET)
        answer = self.listed(LISTS[state], _stale_rows if state == STALE else _unentered_rows)
        found = counts(request.GET, request.user)
        answer.data["counts"] = {name: count.value + count.more for name, count in found.items()}
        return answer


class AccountResource(Resource):
    """The holders of an account that a file in sight holds, or held."""

    @extend_schema(responses=bodies.HoldersAnswer)
    @action(detail=True, methods=["get"])
    def holders(self, request, pk: str):
        """Oldest first; ``kol`` is null where you do not see the file."""
        return self._answer(comparing.account_or_404(request.user, pk))

    @extend_schema(parameters=[bodies.SeriesQuery], responses=bodies.SeriesAnswer)
    @action(detail=True, methods=["get"])
    def series(self, request, pk: str):
        """A metric over a period; unknown values are null, never zero.

        With ``other`` of two accounts; ``indexed``: the first known value of each is 100.
        """
        account = comparing.account_or_404(request.user, pk)
        query = bodies.SeriesQuery(data=request.GET)
        query.is_valid(raise_exception=True)
        today = timezone.localdate()
        values = query.validated_data
        if values.get("other"):
            row_named("other", lambda: comparing.account_or_404(request.user, values["other"]))
        asked = Asked.of({**values, "account": account.pk}, today)
        found = comparing.compare(request.user, asked, today)
        return Response(
            {
                "metric": asked.metric,
                "since": asked.since,
                "until": asked.until,
                "indexed": asked.indexed,
                "finding": found.finding,
                "series": [_line(line) for line in found.lines],
            }
        )

    @extend_schema(request=bodies.PassOnBody, responses=bodies.HoldersAnswer)
    @action(detail=True, methods=["post"], url_path="pass-on")
    def pass_on(self, request, pk: str):
        """To the file ``to``, which you may edit, or to nobody (null), from the day ``on``."""
        account = comparing.account_or_404(request.user, pk)
        self.demand_write_scope()
        last = account.holdings.order_by("-since", "-pk").values_list("kol", flat=True)[0]
        access.kol_or_404(request.user, last, "edit")  # whoever holds it, or held it last
        body = dict(self.checked(bodies.PassOnBody))
        to = body["to"]
        receiver = to and row_named("to", lambda: access.kol_or_404(request.user, to, "edit"))
        return self._answer(holder.pass_on(self.actor, account, receiver, body["on"]))

    def _answer(self, account) -> Response:
        found = holders.as_json(account, self.request.user)
        return Response({"account": account.pk, "holders": found})


class FileFigures(Resource):
    """Of one file: its level through time, and what is known of its fans."""

    def file(self, pk: str) -> Kol:
        """404 unless visible, then 403 without scope or right."""
        kol = access.kol_or_404(self.request.user, pk)
        self.demand_write_scope()
        return access.kol_or_404(self.request.user, kol.pk, "edit")

    @extend_schema(
        request=bodies.LevelBody, responses=bodies.LevelsAnswer, parameters=[IF_MATCH], methods=["POST"]
    )
    @extend_schema(responses=bodies.LevelsAnswer, methods=["GET"])
    @action(detail=True, methods=["get", "post"])
    def levels(self, request, pk: str):
        """GET the history. POST sets the level by hand, an empty ``level`` takes that back; with a reason."""
        if request.method == "GET":
            return self._levels(access.kol_or_404(request.user, pk))
        kol = self.file(pk)
        version = self.version_asked(kol)
        body = self.checked(bodies.LevelBody)
        return self._levels(level.override(self.actor, kol, body["level"], body["reason"], version))

    @staticmethod
    def _levels(kol: Kol) -> Response:
        found = {
            "level": kol.level,
            "override": kol.level_override,
            "finding": level_chart.finding(level_story.story(kol)),
            "history": level_story.as_json(kol),
        }
        return etagged(found, kol.version)

    @extend_schema(request=bodies.FanBody, responses={201: bodies.FansAnswer}, methods=["POST"])
    @extend_schema(responses=bodies.FansAnswer, methods=["GET"])
    @action(detail=True, methods=["get", "post"])
    def fans(self, request, pk: str):
        """GET the reports, the newest first, and how many would follow. POST adds one."""
        if request.method == "GET":
            return self._fans(access.kol_or_404(request.user, pk))
        kol = self.file(pk)
        body = {name: value for name, value in self.checked(bodies.FanBody).items() if value is not None}
        fans.report(self.actor, kol, body)
        return self._fans(kol, 201)

    @staticmethod
    def _fans(kol: Kol, status: int = 200) -> Response:
        day = timezone.localdate()
        reports = list(FanReport.objects.filter(kol=kol).select_related("estimator")[:50])
        found = fans_of(kol, reports, standing.explain(kol, day), day)
        columns = ("id", "on", "portability", "reason", "loyalty", "audience", "fake_share", "fake_source")
        return Response(
            {
                "would_follow": found.would_follow.as_json() if found else None,
                "results": [
                    {name: getattr(report, name) for name in columns}
                    | {"estimator": report.estimator.username if report.estimator else None}
                    for report in reports
                ],
            },
            status=status,
        )


def _stale_rows(figures) -> list[dict[str, Any]]:
    limits = figure_policy.limits(policy.current())
    return [
        {
            "id": row.pk,
            "state": STALE if row.end else UNENTERED,
            "kol": row.account.kol_id,
            "account": row.account_id,
            "platform": row.account.platform,
            "metric": row.metric,
            "value": None if row.value is None else f"{row.value:.4f}",
            "start": row.start,
            "end": row.end,
            "source": row.source,
            "limit_days": limits[row.metric],
        }
        for row in figures
    ]


def _unentered_rows(accounts) -> list[dict[str, Any]]:
    return _stale_rows(map(first_figure, accounts))


def _line(line: comparing.Line) -> dict[str, Any]:
    return {
        "account": line.account.pk,
        "name": line.name,
        "total": plain(line.raw.total),
        "change": plain(line.raw.change),
        "stale_since": line.raw.stale_since,
        "base": plain(line.drawn.base),
        "points": [
            {"start": point.start, "end": point.on, "value": plain(point.value)}
            for point in line.drawn.points
        ],
    }
