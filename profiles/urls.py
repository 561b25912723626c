"""Addresses of the KOL file."""

app_name = "profiles"
urlpatterns: list = []
