"""Addresses of gifts."""

from django.urls import path

from incentives.views import gift

urlpatterns = [
    path("gifts/", gift.gift_list, name="gift-list"),
    path("kols/<uuid:pk>/gifts/new/", gift.gift_create, name="gift-create"),
    path("kols/<uuid:pk>/gift-ideas/", gift.gift_ideas_part, name="gift-ideas"),
    path("gifts/<uuid:pk>/", gift.gift_detail, name="gift-detail"),
    path("gifts/<uuid:pk>/edit/", gift.gift_edit, name="gift-edit"),
    path("gifts/<uuid:pk>/choose/", gift.gift_choose, name="gift-choose"),
    path("gifts/<uuid:pk>/send/", gift.gift_send, name="gift-send"),
    path("gifts/<uuid:pk>/receive/", gift.gift_receive, name="gift-receive"),
    path("gifts/<uuid:pk>/drop/", gift.gift_drop, name="gift-drop"),
    path("gifts/<uuid:pk>/take-back/", gift.gift_take_back, name="gift-take-back"),
]
