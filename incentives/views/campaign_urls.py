"""Addresses of campaigns."""

from django.urls import path

from incentives.views import campaign, campaign_bulk, campaign_entry, contest, participant

urlpatterns = [
    path("campaigns/", campaign.campaign_list, name="campaign-list"),
    path("campaigns/new/", campaign.campaign_create, name="campaign-create"),
    path("campaigns/add/", campaign_bulk.into_campaign, name="into-campaign"),
    path("campaigns/added/<uuid:pk>/", campaign_bulk.added, name="campaign-added"),
    path("campaigns/unit-values/", campaign_entry.unit_values, name="unit-values"),
    path("campaigns/<uuid:pk>/", campaign.campaign_detail, name="campaign-detail"),
    path("campaigns/<uuid:pk>/edit/", campaign.campaign_edit, name="campaign-edit"),
    path("campaigns/<uuid:pk>/start/", campaign.campaign_start, name="campaign-start"),
    path("campaigns/<uuid:pk>/end/", campaign.campaign_end, name="campaign-end"),
    path("campaigns/<uuid:pk>/history/", campaign.campaign_history, name="campaign-history"),
    path("campaigns/<uuid:pk>/participants/new/", participant.participant_create, name="participant-create"),
    path(
        "campaigns/<uuid:pk>/participants/import/",
        campaign_entry.participant_import,
        name="participant-import",
    ),
    path("campaigns/<uuid:pk>/results/", campaign_entry.result_grid, name="campaign-results"),
    path("campaigns/<uuid:pk>/results/import/", campaign_entry.result_import, name="result-import"),
    path("campaigns/<uuid:pk>/board/", contest.board, name="contest-board"),
    path("campaigns/<uuid:pk>/codes.csv", contest.codes, name="contest-codes"),
    path(
        "campaigns/<uuid:pk>/invitations/import/", campaign_entry.invitation_import, name="invitation-import"
    ),
    path("invitations/<uuid:pk>/dispute/", contest.dispute_create, name="dispute-create"),
    path("disputes/<uuid:pk>/settle/", contest.dispute_settle, name="dispute-settle"),
    path("participants/", participant.participant_list, name="participant-list"),
    path("participants/<uuid:pk>/", participant.participant_detail, name="participant-detail"),
    path("participants/<uuid:pk>/leave/", participant.participant_leave, name="participant-leave"),
    path(
        "participants/<uuid:pk>/deliverables/new/", participant.deliverable_create, name="deliverable-create"
    ),
    path("deliverables/<uuid:pk>/", participant.deliverable_detail, name="deliverable-detail"),
    path("deliverables/<uuid:pk>/edit/", participant.deliverable_edit, name="deliverable-edit"),
    path("deliverables/<uuid:pk>/finish/", participant.deliverable_finish, name="deliverable-finish"),
    path("deliverables/<uuid:pk>/reopen/", participant.deliverable_reopen, name="deliverable-reopen"),
    path("deliverables/<uuid:pk>/drop/", participant.deliverable_drop, name="deliverable-drop"),
    path("results/<uuid:pk>/take-back/", participant.result_take_back, name="result-take-back"),
]
