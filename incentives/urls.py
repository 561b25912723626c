"""Addresses of incentives."""

from incentives.views import greeting_urls, plan_urls, value_urls

app_name = "incentives"
urlpatterns = [*plan_urls.urlpatterns, *greeting_urls.urlpatterns, *value_urls.urlpatterns]
