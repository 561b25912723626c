"""Addresses of keeping: bond and loss risk on the file, cohorts and who is left of them (DOMAIN 7.6–7.8)."""

from django.urls import path

from incentives.views import keeping

urlpatterns = [
    path("kols/<uuid:pk>/keeping/", keeping.file_keeping, name="keeping-file"),
    path("kols/<uuid:pk>/dials/", keeping.dials, name="keeping-dials"),
    path("keeping/survivors/", keeping.survivor_list, name="survivor-list"),
]
