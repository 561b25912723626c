"""``/api/v1/``: what each app offers to REST clients."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter

from incentives.api.plans import PlanResource
from lifecycle.api.moves import MoveResource
from profiles.api.facts import SnapshotResource, TouchResource
from profiles.api.kols import KolResource

router = SimpleRouter()
router.register("kols", KolResource, "kol")
router.register("kols", MoveResource, "kol-move")
router.register("touches", TouchResource, "touch")
router.register("snapshots", SnapshotResource, "snapshot")
router.register("incentive-plans", PlanResource, "incentive-plan")

OPEN = {"authentication_classes": [], "permission_classes": [AllowAny]}
app_name = "api"
urlpatterns = [
    path("schema/", login_not_required(SpectacularAPIView.as_view(**OPEN)), name="schema"),
    path(
        "docs/",
        login_not_required(
            SpectacularSwaggerSplitView.as_view(
                url_name="api:schema", template_name="core/api_docs.html", **OPEN
            )
        ),
        name="docs",
    ),
    *router.urls,
]
