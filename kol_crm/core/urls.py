"""Addresses of what every product has: background work, notices."""

from django.urls import path

from kol_crm.core.views import feed, notice, work

app_name = "core"
urlpatterns = [
    path("work/<uuid:pk>/", work.state, name="work"),
    path("work/<uuid:pk>/cancel/", work.cancel, name="work-cancel"),
    path("notices/", notice.notice_list, name="notices"),
    path("notices/newest/", notice.newest, name="notices-newest"),
    path("notices/news/", notice.news, name="notices-news"),
    path("feeds/<str:token>/<str:name>", feed.read, name="feed"),
    path("notices/read/", notice.read, name="notices-read"),
]
