from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kol_crm.core"
    label = "core"

    def ready(self):
        import kol_crm.core.checks  # noqa: F401  (registers by being imported)
