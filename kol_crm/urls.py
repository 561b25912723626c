"""All addresses, in small groups."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from kol_crm import health
from kol_crm.views import dashboard, palette, today, today_hands, today_news

handler400 = "kol_crm.core.api.unrouted.bad_request"
handler404 = "kol_crm.core.api.unrouted.not_found"
handler500 = "kol_crm.core.api.unrouted.server_error"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", today.page, name="today"),
    path("today/", today.page),
    path("today/queue/", today.queue, name="today-queue"),
    path("today/news/", today_news.news, name="today-news"),
    path("today/gone/", today_news.gone, name="today-gone"),
    path("today/snooze/", today.put_off, name="today-put-off"),
    path("today/snooze/take-back/", today.take_back, name="today-take-back"),
    path("today/hand-over/", today_hands.hand_over, name="today-hand-over"),
    path("today/hand-over/<uuid:pk>/take-back/", today_hands.take_over, name="today-take-over"),
    path("today/done/", today_hands.done, name="today-done"),
    path("palette/", palette.options, name="palette"),
    path("dashboard/", dashboard.page, name="dashboard"),
    path("dashboard/<slug:key>.csv", dashboard.figures, name="dashboard-figures"),
    path("dashboard/facet/<slug:key>/", dashboard.facet, name="dashboard-facet"),
    path("accounts/", include("kol_crm.core.account_urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("settings/", include("kol_crm.core.settings_urls")),
    path("api/v1/", include("kol_crm.api_urls")),
    path("", include("kol_crm.core.urls")),
    path("views/", include("kol_crm.core.saved_view_urls")),
    path("", include("profiles.urls")),
    path("", include("lifecycle.urls")),
    path("", include("incentives.urls")),
]
