"""Addresses of stages and reviews."""

from django.urls import path

from lifecycle.views import board, move, review, stepper

app_name = "lifecycle"
urlpatterns = [
    path("board/", board.board, name="board"),
    path("board/<str:stage>/", board.column, name="board-column"),
    path("kols/<uuid:pk>/move/", move.move, name="move"),
    path("kols/<uuid:pk>/stages/", stepper.stepper, name="stepper"),
    path("moves/<uuid:pk>/undo/", move.undo, name="move-undo"),
    path("reviews/", review.review_list, name="review-list"),
    path("reviews/<uuid:pk>/", review.review_detail, name="review-detail"),
    path("reviews/<uuid:pk>/reschedule/", review.reschedule, name="review-reschedule"),
]
