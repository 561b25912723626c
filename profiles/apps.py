from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "profiles"

    def ready(self):
        from kol_crm.core import due
        from profiles import due as own_due
        from profiles.services import kol, next_due, touch

        due.sources.register("touch", own_due.STAY_IN_TOUCH)
        next_due.sources.register("touch", next_due.touch_dates)
        kol.born.register("touch", touch.begin)
        kol.woken.register("touch", touch.begin)
        kol.changed.register("touch", touch.redate_many)
