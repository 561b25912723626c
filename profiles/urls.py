"""Addresses of the KOL file."""

from django.urls import path

from profiles.views import list as kol_list

app_name = "profiles"
urlpatterns: list = [
    path("kols/", kol_list.kol_list, name="kol-list"),
    path("kols/find/", kol_list.kol_find, name="kol-find"),
    path("kols/claim/", kol_list.kol_claim, name="kol-claim"),
    path("kols/facet/<slug:key>/", kol_list.kol_facet, name="kol-facet"),
]
