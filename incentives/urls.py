"""Addresses of incentives."""

from incentives.views import campaign_urls, greeting_urls, plan_urls

app_name = "incentives"
urlpatterns = [*plan_urls.urlpatterns, *greeting_urls.urlpatterns, *campaign_urls.urlpatterns]
