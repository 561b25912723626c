from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "lifecycle"

    def ready(self):
        from kol_crm.core import due
        from lifecycle import due as own_due
        from lifecycle import evidence
        from lifecycle.services import reminder, review, stage
        from profiles.services import kol, next_due

        kol.born.register("stage", stage.begin)
        kol.woken.register("stage", stage.wake)
        kol.changed.register("review", reminder.mark)
        next_due.sources.register("review", review.due_dates)
        evidence.sources.register("lifecycle", evidence.own)
        due.sources.register(own_due.KIND, own_due.REVIEWS)
