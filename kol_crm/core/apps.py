from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kol_crm.core"
    label = "core"
