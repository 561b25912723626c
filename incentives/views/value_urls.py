"""Addresses of value: strategy adjustments, return, mix, buyout or share (DOMAIN 6.4–6.8)."""

from django.urls import path

from incentives.views import strategy

urlpatterns = [
    path("strategies/", strategy.strategy_list, name="strategy-list"),
    path("strategies/new/", strategy.strategy_group, name="strategy-group"),
    path("kols/<uuid:pk>/strategies/new/", strategy.strategy_create, name="strategy-create"),
    path("strategies/<uuid:pk>/", strategy.strategy_detail, name="strategy-detail"),
    path("strategies/<uuid:pk>/edit/", strategy.strategy_edit, name="strategy-edit"),
    path("strategies/<uuid:pk>/settle/", strategy.strategy_settle, name="strategy-settle"),
    path("strategies/<uuid:pk>/reopen/", strategy.strategy_reopen, name="strategy-reopen"),
]
