"""Addresses of saved views."""

from django.urls import path

from kol_crm.core.views import saved_view as pages

app_name = "views"
urlpatterns = [
    path("menu/", pages.menu, name="menu"),
    path("columns/", pages.columns, name="columns"),
    path("new/", pages.create, name="create"),
    path("order/", pages.order, name="order"),
    path("<uuid:pk>/edit/", pages.edit, name="edit"),
    path("<uuid:pk>/update/", pages.update, name="update"),
    path("<uuid:pk>/delete/", pages.delete, name="delete"),
    path("<uuid:pk>/restore/", pages.restore, name="restore"),
    path("<uuid:pk>/duplicate/", pages.duplicate, name="duplicate"),
    path("<uuid:pk>/pin/", pages.pin, name="pin"),
    path("<uuid:pk>/shift/", pages.shift, name="shift"),
]
