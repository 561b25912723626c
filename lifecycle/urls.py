"""Addresses of lifecycle."""

app_name = "lifecycle"
urlpatterns: list = []
