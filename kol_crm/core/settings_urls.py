"""The Settings area: what core itself hangs into it."""

from django.urls import path

from kol_crm.core.views import audit, job, me, policy, security, settings, start, team, token, user

app_name = "settings"
urlpatterns = [
    path("", settings.home, name="home"),
    path("me/", me.profile, name="me"),
    path("me/security/", security.page, name="security"),
    path("me/security/end/", security.end, name="sessions-end"),
    path("me/tokens/", token.token_list, name="tokens"),
    path("me/tokens/<str:key>/revoke/", token.revoke, name="token-revoke"),
    path("me/away/", user.away, name="away"),
    path("absences/<uuid:pk>/back/", user.back, name="back"),
    path("start/", start.page, name="start"),
    path("start/dismiss/", start.dismiss, name="start-dismiss"),
    path("users/", user.user_list, name="users"),
    path("users/invite/", user.invite, name="user-invite"),
    path("users/<int:pk>/", user.edit, name="user"),
    path("users/<int:pk>/invite/", user.invite_again, name="user-invite-again"),
    path("users/<int:pk>/deactivate/", user.deactivate, name="user-deactivate"),
    path("users/<int:pk>/reactivate/", user.reactivate, name="user-reactivate"),
    path("users/<int:pk>/away/", user.away, name="user-away"),
    path("teams/", team.tree, name="teams"),
    path("teams/<uuid:pk>/", team.edit, name="team"),
    path("teams/<uuid:pk>/add/", team.add, name="team-add"),
    path("audit/", audit.page, name="audit"),
    path("jobs/", job.page, name="jobs"),
    path("jobs/held/<slug:act>/", job.decide, name="job-held"),
    path("jobs/<slug:name>/run/", job.run, name="job-run"),
    path("jobs/mail/<uuid:pk>/again/", job.send_again, name="job-send-again"),
    path("policy/", policy.first, name="policy"),
    path("policy/versions/", policy.versions, name="policy-versions"),
    path("policy/<slug:key>/", policy.section, name="policy-section"),
]
