"""Addresses of value: strategy adjustments, return, mix, buyout or share (DOMAIN 6.4–6.8)."""

from django.urls import path

from incentives.views import cohorts, share, strategy, value

urlpatterns = [
    path("strategies/", strategy.strategy_list, name="strategy-list"),
    path("strategies/new/", strategy.strategy_group, name="strategy-group"),
    path("kols/<uuid:pk>/strategies/new/", strategy.strategy_create, name="strategy-create"),
    path("strategies/<uuid:pk>/", strategy.strategy_detail, name="strategy-detail"),
    path("strategies/<uuid:pk>/edit/", strategy.strategy_edit, name="strategy-edit"),
    path("strategies/<uuid:pk>/settle/", strategy.strategy_settle, name="strategy-settle"),
    path("kols/<uuid:pk>/share-or-buyout/", share.share, name="share"),
    path("kols/<uuid:pk>/value/", value.file_value, name="value-file"),
    path("kols/<uuid:pk>/value/figures/", value.file_figures, name="value-figures"),
    path("kols/<uuid:pk>/equal-cases/", value.equal_cases, name="value-equals"),
    path("campaigns/<uuid:pk>/afterwards/", value.campaign_after, name="campaign-after"),
    path("value/cohorts/", cohorts.page, name="value-cohorts"),
    path("value/cohorts/card/", cohorts.card, name="value-cohorts-card"),
    path("value/cohorts/figures/", cohorts.figures, name="value-cohorts-figures"),
    path("value/mix/", value.mix_list, name="value-mix"),
    path("strategies/<uuid:pk>/reopen/", strategy.strategy_reopen, name="strategy-reopen"),
]
