"""Addresses of allauth that are used; those it names besides, for signing up and the like, lead elsewhere."""

from allauth.account import views
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView


def _leads(to: str):
    return login_not_required(RedirectView.as_view(pattern_name=to))


KEY = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"
urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(KEY, views.password_reset_from_key, name="account_reset_password_from_key"),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", include("allauth.mfa.urls")),
    path("signup/", _leads("account_login"), name="account_signup"),
    path("email/", _leads("settings:me"), name="account_email"),
    path("confirm-email/", _leads("account_login"), name="account_email_verification_sent"),
    path("password/set/", _leads("account_reset_password"), name="account_set_password"),
    path("login/code/confirm/", _leads("account_login"), name="account_confirm_login_code"),
]
