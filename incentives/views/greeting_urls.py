"""Addresses of greetings and of the opt-out link that stands in them."""

from django.urls import path

from incentives.views import greeting, greeting_list, greeting_words, opt_out

urlpatterns = [
    path("greetings/", greeting_list.greeting_list, name="greeting-list"),
    path("greetings/words/", greeting_words.first, name="greeting-words-first"),
    path("greetings/words/<str:kind>/<str:language>/", greeting_words.edit, name="greeting-words"),
    path(
        "greetings/words/<str:kind>/<str:language>/preview/",
        greeting_words.preview,
        name="greeting-words-preview",
    ),
    path("kols/<uuid:pk>/greetings/new/", greeting_list.greeting_create, name="greeting-create"),
    path("greetings/<uuid:pk>/", greeting.detail, name="greeting-detail"),
    path("greetings/<uuid:pk>/draft/", greeting.save, name="greeting-save"),
    path("greetings/<uuid:pk>/send/", greeting.send, name="greeting-send"),
    path("greetings/<uuid:pk>/call-back/", greeting.call_back, name="greeting-call-back"),
    path("greetings/<uuid:pk>/by-hand/", greeting.by_hand, name="greeting-by-hand"),
    path("greetings/<uuid:pk>/arrived/", greeting.arrived, name="greeting-arrived"),
    path("greetings/<uuid:pk>/skip/", greeting.skip, name="greeting-skip"),
    path("o/<str:token>/", opt_out.opt_out, name="opt-out"),
]
