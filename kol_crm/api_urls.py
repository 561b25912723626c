"""``/api/v1/``: what each app offers to REST clients."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.routers import SimpleRouter

from incentives.api.campaigns import CampaignResource, ResultResource
from incentives.api.gifts import FileGifts, GiftResource
from incentives.api.greetings import GreetingResource
from incentives.api.keeping import FileKeeping, SurvivorResource
from incentives.api.ledger import EntryResource
from incentives.api.participants import (
    DeliverableResource,
    DisputeResource,
    ParticipantResource,
)
from incentives.api.payouts import BatchResource, PayoutResource
from incentives.api.plan_templates import TemplateResource
from incentives.api.plans import PlanResource
from incentives.api.policy import MatrixResource
from incentives.api.rates import RateResource
from incentives.api.strategies import StrategyResource
from incentives.api.unit_values import UnitValueResource
from incentives.api.value import CohortResource, FileValue, MixResource
from kol_crm.core.api.absences import AbsenceResource
from kol_crm.core.api.document import DocumentResource
from kol_crm.core.api.jobs import JobResource
from kol_crm.core.api.own import NoticeResource, WorkResource
from kol_crm.core.api.policy import PolicyResource
from kol_crm.core.api.robots import RobotResource
from kol_crm.core.api.saved_views import ViewResource
from kol_crm.core.api.staff import MeResource, TeamResource, UserResource
from kol_crm.core.api.telling import FeedResource, NoticeSettingsResource
from kol_crm.core.api.webhooks import WebhookResource
from kol_crm.dashboard.api import DashboardResource
from kol_crm.dashboard.keeping_api import KeepingResource
from kol_crm.today_api import TodayResource
from lifecycle.api.access_grants import AccessResource
from lifecycle.api.adjustments import AdjustmentResource, FileAdjustments
from lifecycle.api.bookings import BookingResource
from lifecycle.api.budgets import BudgetResource
from lifecycle.api.candidates import CandidateResource
from lifecycle.api.coaching import CoachingResource
from lifecycle.api.coaching_sessions import CoachingSessionResource
from lifecycle.api.communities import CommunityResource, CoverageResource, SingleContactResource
from lifecycle.api.conflicts import ConflictResource
from lifecycle.api.cooperation import CooperationResource
from lifecycle.api.data_sheets import FileSheets, SheetResource
from lifecycle.api.exclusivities import ExclusivityResource
from lifecycle.api.handovers import HandoverResource
from lifecycle.api.mining import PlatformUserResource
from lifecycle.api.moves import MoveResource, UndoResource
from lifecycle.api.outreach import OutreachResource
from lifecycle.api.pace import PaceResource
from lifecycle.api.personas import PersonaResource
from lifecycle.api.platform_roles import PlatformRoleResource
from lifecycle.api.privileges import PrivilegeKindResource, PrivilegeResource
from lifecycle.api.programmes import ProgrammeResource
from lifecycle.api.resources import SlotResource
from lifecycle.api.reviews import ReviewResource
from lifecycle.api.rules import FileRules, RuleFactResource, RuleResource
from lifecycle.api.sightings import SightingResource
from lifecycle.api.stages import StageResource
from lifecycle.api.stays import StayResource
from lifecycle.api.stops import StopResource
from lifecycle.api.tasks import TaskResource
from lifecycle.api.violations import PrivilegeResource as NoPrivilegeResource
from lifecycle.api.violations import ViolationResource
from lifecycle.api.yields import YieldResource
from profiles.api.agencies import AgencyResource
from profiles.api.attachments import AttachmentResource
from profiles.api.attributes import AttributeResource
from profiles.api.bulk import BulkResource
from profiles.api.catalogue import FieldResource, TypeResource
from profiles.api.changes import ChangeResource
from profiles.api.duplicates import DuplicateResource
from profiles.api.exports import ExportResource
from profiles.api.facts import SnapshotResource, TouchResource
from profiles.api.figures import AccountResource, FileFigures, RefreshResource
from profiles.api.imports import ImportResource
from profiles.api.kols import KolResource
from profiles.api.listed import ListedResource
from profiles.api.marks import MarkResource
from profiles.api.merges import MergeResource
from profiles.api.no_gos import NoGoResource
from profiles.api.notes import (
    DateResource,
    EventResource,
    NeedResource,
    PromiseResource,
    RequestResource,
    TieResource,
)
from profiles.api.push import PushResource
from profiles.api.quick import QuickResource
from profiles.api.sources import KnownAsResource, SourceResource
from profiles.api.story import StoryResource
from profiles.api.streaming import StreamResource
from profiles.api.trash import TrashResource

router = SimpleRouter()
router.register("kols/bulk-edit", BulkResource, "kol-bulk")
router.register("kols/bulk", PushResource, "kol-push")
router.register("kols", ChangeResource, "kol-sync")
router.register("kols", StreamResource, "kol-stream")
router.register("kols", KolResource, "kol")
router.register("trash", TrashResource, "trash")
router.register("kols", ListedResource, "kol-listed")
router.register("kols", MarkResource, "kol-mark")
router.register("kols", QuickResource, "kol-quick")
router.register("kols", StoryResource, "kol-story")
router.register("kols", MoveResource, "kol-move")
router.register("moves", UndoResource, "move")
router.register("jobs", JobResource, "job")
router.register("webhooks", WebhookResource, "webhook")
router.register("robots", RobotResource, "robot")
router.register("reviews", ReviewResource, "review")
router.register("stages", StageResource, "stage")
router.register("duplicates", DuplicateResource, "duplicate")
router.register("merges", MergeResource, "merge")
router.register("kols", AttachmentResource, "kol-file")
router.register("attributes", AttributeResource, "attribute")
router.register("exports", ExportResource, "export")
router.register("imports", ImportResource, "import")
router.register("touches", TouchResource, "touch")
router.register("snapshots", SnapshotResource, "snapshot")
router.register("no-gos", NoGoResource, "no-go")
router.register("yields", YieldResource, "yield")
router.register("stays", StayResource, "stay")
router.register("today", TodayResource, "today")
router.register("dashboard", DashboardResource, "dashboard")
router.register("outreach", OutreachResource, "outreach")
router.register("cooperation-plans", CooperationResource, "cooperation")
router.register("personas", PersonaResource, "persona")
router.register("kols", FileAdjustments, "kol-persona")
router.register("persona-adjustments", AdjustmentResource, "adjustment")
router.register("coaching-plans", CoachingResource, "coaching")
router.register("coaching-sessions", CoachingSessionResource, "coaching-session")
router.register("access-grants", AccessResource, "access")
router.register("kols", FileSheets, "kol-handed")
router.register("data-sheets", SheetResource, "data-sheet")
router.register("rules", RuleResource, "rule")
router.register("kols", FileRules, "kol-rules")
router.register("rule-facts", RuleFactResource, "rule-fact")
router.register("exclusivities", ExclusivityResource, "exclusivity")
router.register("sightings", SightingResource, "sighting")
router.register("stops", StopResource, "stop")
router.register("violations", ViolationResource, "violation")
router.register("no-privilege", NoPrivilegeResource, "no-privilege")
router.register("privilege-kinds", PrivilegeKindResource, "privilege-kind")
router.register("privileges", PrivilegeResource, "privilege")
router.register("platform-roles", PlatformRoleResource, "platform-role")
router.register("handovers", HandoverResource, "handover")
router.register("communities", CommunityResource, "community")
router.register("kols", SingleContactResource, "kol-single")
router.register("coverage", CoverageResource, "coverage")
router.register("slots", SlotResource, "slot")
router.register("bookings", BookingResource, "booking")
router.register("resource-budgets", BudgetResource, "resource-budget")
router.register("tasks", TaskResource, "task")
router.register("conflicts", ConflictResource, "conflict")
router.register("figures-to-refresh", RefreshResource, "stale")
router.register("accounts", AccountResource, "account")
router.register("kols", FileFigures, "kol-figures")
router.register("needs", NeedResource, "need")
router.register("promises", PromiseResource, "promise")
router.register("requests", RequestResource, "request")
router.register("dates", DateResource, "date")
router.register("life-events", EventResource, "life-event")
router.register("ties", TieResource, "tie")
router.register("agencies", AgencyResource, "agency")
router.register("views", ViewResource, "view")
router.register("programmes", ProgrammeResource, "programme")
router.register("candidates", CandidateResource, "candidate")
router.register("platform-users", PlatformUserResource, "platform-user")
router.register("pace", PaceResource, "pace")
router.register("incentive-plans", PlanResource, "incentive-plan")
router.register("campaigns", CampaignResource, "campaign")
router.register("participants", ParticipantResource, "participant")
router.register("deliverables", DeliverableResource, "deliverable")
router.register("campaign-results", ResultResource, "campaign-result")
router.register("contest-disputes", DisputeResource, "contest-dispute")
router.register("unit-values", UnitValueResource, "unit-value")
router.register("greetings", GreetingResource, "greeting")
router.register("strategies", StrategyResource, "strategy")
router.register("kols", FileValue, "kol-value")
router.register("gifts", GiftResource, "gift")
router.register("kols", FileGifts, "kol-gift")
router.register("incentive-mixes", MixResource, "mix")
router.register("cohorts", CohortResource, "cohort")
router.register("kols", FileKeeping, "kol-keeping")
router.register("survivors", SurvivorResource, "survivor")
router.register("keeping", KeepingResource, "keeping")
router.register("ledger", EntryResource, "entry")
router.register("payouts", PayoutResource, "payout")
router.register("payout-batches", BatchResource, "payout-batch")
router.register("exchange-rates", RateResource, "rate")
router.register("incentive-policies", MatrixResource, "incentive-policy")
router.register("incentive-plan-templates", TemplateResource, "incentive-plan-template")
router.register("notices", NoticeResource, "notice")
router.register("work", WorkResource, "work")
router.register("policy", PolicyResource, "policy")
router.register("fields", FieldResource, "field")
router.register("types", TypeResource, "type")
router.register("sources", SourceResource, "source")
router.register("kols", KnownAsResource, "kol-known")
router.register("users", UserResource, "user")
router.register("teams", TeamResource, "team")
router.register("absences", AbsenceResource, "absence")
router.register("me", MeResource, "me")

OPEN = {"authentication_classes": [], "permission_classes": [AllowAny]}
app_name = "api"
urlpatterns = [
    path("schema/", login_not_required(DocumentResource.as_view()), name="schema"),
    path(
        "docs/",
        login_not_required(
            SpectacularSwaggerSplitView.as_view(
                url_name="api:schema", template_name="core/api_docs.html", **OPEN
            )
        ),
        name="docs",
    ),
    path(
        "me/notice-settings/",
        NoticeSettingsResource.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="me-notice-settings",
    ),
    path("me/feeds/", FeedResource.as_view({"get": "list"}), name="me-feeds"),
    path(
        "me/feeds/<slug:kind>/",
        FeedResource.as_view({"put": "update", "delete": "destroy"}),
        name="me-feed",
    ),
    *router.urls,
]
