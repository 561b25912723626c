"""Addresses of the KOL file."""

from django.urls import path

from profiles.views import archive, contact, fact, figures, file, form, history, mark, touch
from profiles.views import list as kol_list

app_name = "profiles"
urlpatterns = [
    # the list
    path("kols/", kol_list.kol_list, name="kol-list"),
    path("kols/find/", kol_list.kol_find, name="kol-find"),
    path("kols/claim/", kol_list.kol_claim, name="kol-claim"),
    path("kols/facet/<slug:key>/", kol_list.kol_facet, name="kol-facet"),
    # a file, its tabs and parts
    path("kols/<uuid:pk>/", file.kol_detail, name="kol-detail"),
    path("kols/<uuid:pk>/now/", file.kol_now, name="kol-now"),
    path("kols/<uuid:pk>/timeline/", file.kol_timeline, name="kol-timeline"),
    path("kols/<uuid:pk>/performance/", figures.performance, name="kol-performance"),
    path("kols/<uuid:pk>/incentives/", file.kol_incentives, name="kol-incentives"),
    path("kols/<uuid:pk>/history/", history.history, name="kol-history"),
    path("kols/<uuid:pk>/history/<uuid:change>/restore/", history.restore, name="kol-change-restore"),
    # creating and editing
    path("kols/new/", form.kol_create, name="kol-create"),
    path("kols/<uuid:pk>/edit/", form.kol_edit, name="kol-edit"),
    path("kols/<uuid:pk>/facts/<slug:name>/", fact.fact, name="kol-fact"),
    path("kols/<uuid:pk>/quiet/", mark.quiet, name="kol-quiet"),
    path("kols/<uuid:pk>/level/", mark.level, name="kol-level"),
    path("kols/<uuid:pk>/figures/", figures.record, name="kol-figures"),
    path("kols/<uuid:pk>/fans/", figures.fans, name="kol-fans"),
    # whose it is, and the trash
    path("kols/trash/", archive.trash, name="kol-trash"),
    path("kols/<uuid:pk>/archive/", archive.archive, name="kol-archive"),
    path("kols/<uuid:pk>/restore/", archive.restore, name="kol-restore"),
    path("kols/<uuid:pk>/claim/", archive.take, name="kol-take"),
    # touches and contact data
    path("kols/<uuid:pk>/touches/", touch.log, name="touch-log"),
    path("kols/<uuid:pk>/touches/new/", touch.form, name="touch-form"),
    path("kols/<uuid:pk>/touches/<uuid:touch>/take-back/", touch.take_back, name="touch-take-back"),
    path("kols/<uuid:pk>/contacts/<uuid:contact>/reveal/", contact.reveal, name="contact-reveal"),
    path("kols/<uuid:pk>/disclosures/", contact.disclosures, name="kol-disclosures"),
]
