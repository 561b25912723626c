"""Addresses of IncentivePlans."""

from django.urls import path

from incentives.views import plan

urlpatterns = [
    path("plans/", plan.plan_list, name="plan-list"),
    path("plans/<uuid:pk>/", plan.plan_detail, name="plan-detail"),
    path("plans/<uuid:pk>/edit/", plan.plan_edit, name="plan-edit"),
    path("plans/<uuid:pk>/<slug:verb>/", plan.plan_step, name="plan-step"),
    path("kols/<uuid:pk>/plans/new/", plan.plan_create, name="plan-create"),
]
