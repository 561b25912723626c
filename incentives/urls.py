"""Addresses of incentives."""

from incentives.views import plan_urls

app_name = "incentives"
urlpatterns = [*plan_urls.urlpatterns]
