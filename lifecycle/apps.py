from django.apps import AppConfig


class LifecycleConfig(AppConfig):
    name = "lifecycle"

    def ready(self):
        from kol_crm.core import due, jobs, outbox
        from lifecycle import due as own_due
        from lifecycle import evidence, timeline
        from lifecycle.services import morning, reminder, review, stage
        from profiles.services import kol, next_due
        from profiles.timeline import sources

        sources.register("move", timeline.MOVES)
        sources.register("review", timeline.REVIEWS)
        kol.born.register("stage", stage.begin)
        kol.woken.register("stage", stage.wake)
        kol.changed.register("review", reminder.mark)
        next_due.sources.register("review", review.due_dates)
        outbox.kinds.register(morning.KIND, morning.MORNING)
        jobs.planners.register(reminder.PLANNER, morning.plan)
        evidence.sources.register("lifecycle", evidence.own)
        due.sources.register(own_due.KIND, own_due.REVIEWS)
