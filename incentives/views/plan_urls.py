"""Addresses of IncentivePlans, their approval and their templates."""

from django.urls import path

from incentives.views import plan, plan_approval, plan_page, plan_template

urlpatterns = [
    path("plans/", plan.plan_list, name="plan-list"),
    path("plans/approvals/", plan_approval.approval_list, name="approval-list"),
    path("plans/templates/", plan_template.template_list, name="plan-template-list"),
    path("plans/templates/new/", plan_template.template_create, name="plan-template-create"),
    path("plans/templates/<uuid:pk>/", plan_template.template_edit, name="plan-template-edit"),
    path("plans/templates/<uuid:pk>/remove/", plan_template.template_remove, name="plan-template-remove"),
    path("plans/<uuid:pk>/", plan_page.plan_detail, name="plan-detail"),
    path("plans/<uuid:pk>/edit/", plan.plan_edit, name="plan-edit"),
    path("plans/<uuid:pk>/<slug:verb>/", plan_page.plan_step, name="plan-step"),
    path("kols/<uuid:pk>/plans/new/", plan.plan_create, name="plan-create"),
    path("kols/<uuid:pk>/plans/verdict/", plan_approval.plan_verdict, name="plan-verdict"),
]
