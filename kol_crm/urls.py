"""All addresses, in small groups."""

from django.urls import include, path

from kol_crm import health
from kol_crm.views import dashboard, today

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", today.page, name="today"),
    path("today/", today.page),
    path("today/queue/", today.queue, name="today-queue"),
    path("today/snooze/", today.put_off, name="today-put-off"),
    path("today/snooze/take-back/", today.take_back, name="today-take-back"),
    path("dashboard/", dashboard.page, name="dashboard"),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include("kol_crm.api_urls")),
    path("", include("profiles.urls")),
    path("", include("lifecycle.urls")),
    path("", include("incentives.urls")),
]
