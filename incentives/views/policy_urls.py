"""Addresses of the policy matrix."""

from django.urls import path

from incentives.views import policy

urlpatterns = [
    path("incentives/policy/", policy.policy_page, name="policy"),
    path("incentives/policy/draw/", policy.policy_draw, name="policy-draw"),
    path("incentives/policy/v<int:number>.csv", policy.policy_file, name="policy-file"),
    path("incentives/policy/save/", policy.policy_save, name="policy-save"),
]
