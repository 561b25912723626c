"""Addresses of the ledger, its payouts and the rates."""

from django.urls import path

from incentives.views import ledger, payout, rate

urlpatterns = [
    path("ledger/", ledger.entry_list, name="entry-list"),
    path("ledger/file/<slug:kind>/", ledger.ledger_file, name="ledger-file"),
    path("ledger/payouts/", payout.payout_list, name="payout-list"),
    path("ledger/payouts/hand-out/", payout.hand_out, name="payout-hand-out"),
    path("ledger/payouts/confirm/", payout.confirm, name="payout-confirm"),
    path("ledger/batches/<int:number>/", payout.batch_detail, name="batch-detail"),
    path("ledger/batches/<int:number>/<slug:kind>/", payout.batch_file, name="batch-file"),
    path("ledger/rates/", rate.rate_list, name="rate-list"),
    path("ledger/rates/new/", rate.rate_create, name="rate-create"),
    path("ledger/items/<uuid:pk>/give/", ledger.item_give, name="item-give"),
    path("ledger/<uuid:pk>/", ledger.entry_detail, name="entry-detail"),
    path("ledger/<uuid:pk>/reverse/", ledger.entry_reverse, name="entry-reverse"),
    path("ledger/<uuid:pk>/pay/", payout.entry_pay, name="entry-pay"),
    path("ledger/<uuid:pk>/fail/", payout.entry_fail, name="entry-fail"),
    path("ledger/<uuid:pk>/retry/", payout.entry_retry, name="entry-retry"),
    path("kols/<uuid:pk>/ledger/new/", ledger.entry_create, name="entry-create"),
]
