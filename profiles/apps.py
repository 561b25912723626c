from django.apps import AppConfig


class ProfilesConfig(AppConfig):
    name = "profiles"

    def ready(self):
        from kol_crm.core import due, jobs
        from profiles import due as own_due
        from profiles import timeline
        from profiles.services import kol, next_due, nightly, touch

        due.sources.register("touch", own_due.STAY_IN_TOUCH)
        next_due.sources.register("touch", next_due.touch_dates)
        kol.born.register("touch", touch.begin)
        kol.woken.register("touch", touch.begin)
        kol.changed.register("touch", touch.redate_many)
        jobs.nightly_jobs.register("figures", nightly.figures)
        jobs.nightly_jobs.register("next_due", nightly.due_dates)
        timeline.sources.register("touch", timeline.TOUCHES)
        timeline.sources.register("change", timeline.CHANGES)
