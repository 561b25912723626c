from django.apps import AppConfig


class IncentivesConfig(AppConfig):
    name = "incentives"

    def ready(self):
        from incentives import due as own_due
        from incentives import timeline
        from incentives.services import planner, sending
        from kol_crm.core import due, jobs, outbox
        from profiles.services import kol, next_due
        from profiles.timeline import sources

        sources.register("plan", timeline.PLANS)
        sources.register("greeting", timeline.GREETINGS)
        kol.changed.register(planner.NAME, planner.mark)
        kol.woken.register(planner.NAME, planner.wake)
        next_due.sources.register(own_due.KIND, planner.due_dates)
        due.sources.register(own_due.KIND, own_due.GREETINGS)
        outbox.kinds.register("greeting", sending.GREETING)
        jobs.planners.register(planner.NAME, planner.plan)
        jobs.nightly_jobs.register(planner.NAME, planner.plan_window)
