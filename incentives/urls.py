"""Addresses of incentives."""

from incentives.views import (
    campaign_urls,
    gift_urls,
    greeting_urls,
    keeping_urls,
    ledger_urls,
    plan_urls,
    policy_urls,
    value_urls,
)

app_name = "incentives"
urlpatterns = [
    *plan_urls.urlpatterns,
    *greeting_urls.urlpatterns,
    *policy_urls.urlpatterns,
    *campaign_urls.urlpatterns,
    *ledger_urls.urlpatterns,
    *value_urls.urlpatterns,
    *gift_urls.urlpatterns,
    *keeping_urls.urlpatterns,
]
