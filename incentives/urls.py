"""Addresses of incentives."""

from incentives.views import greeting_urls, ledger_urls, plan_urls

app_name = "incentives"
urlpatterns = [*plan_urls.urlpatterns, *greeting_urls.urlpatterns, *ledger_urls.urlpatterns]
