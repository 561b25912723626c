"""All addresses, in small groups."""

from django.urls import include, path

from kol_crm import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("profiles.urls")),
    path("", include("lifecycle.urls")),
    path("", include("incentives.urls")),
]
