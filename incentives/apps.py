from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IncentivesConfig(AppConfig):
    name = "incentives"

    def ready(self):
        from incentives import (
            campaign_ground,
            gift_ground,
            keeping_ground,
            ledger_ground,
            plan_due,
            plan_ground,
            strategy_ground,
            timeline,
        )
        from incentives import due as own_due
        from incentives.services import greeting, opt_out, planner, sending
        from kol_crm.core import due, jobs, outbox, rights
        from kol_crm.core.settings_pages import WORK, SettingsPage, pages
        from lifecycle import letters
        from profiles import note_due
        from profiles.commands import Command, commands
        from profiles.services import account_followers, kol, links, merge, next_due, note
        from profiles.timeline import sources

        plan_ground.register()
        ledger_ground.register()
        campaign_ground.register()
        strategy_ground.register()
        gift_ground.register()
        keeping_ground.register()
        sources.register("plan", timeline.PLANS)
        commands.register("greet", Command(_("Greet"), "cake", tab="profiles:kol-incentives"))
        commands.register("plan", Command(_("Plan incentive"), "hand-heart", tab="incentives:plan-create"))
        sources.register("greeting", timeline.GREETINGS)
        kol.born.register(planner.NAME, planner.wake)
        kol.changed.register(planner.NAME, planner.mark)
        kol.woken.register(planner.NAME, planner.wake)
        note.changed.register(planner.NAME, planner.noted)
        account_followers.grown.register(planner.NAME, planner.grown)
        note_due.elsewhere.register("date", own_due.dates_elsewhere)
        links.words.register("incentives.IncentivePlan", _("Incentive plans"))
        links.words.register("incentives.Greeting", _("Greetings"))
        merge.settled.register(planner.NAME, greeting.settle_merged)
        next_due.sources.register(own_due.KIND, planner.due_dates)
        due.sources.register(own_due.KIND, own_due.GREETINGS)
        due.sources.register(plan_due.APPROVE, plan_due.APPROVALS)
        due.sources.register(plan_due.ITEM, plan_due.ITEMS)
        next_due.sources.register(plan_due.ITEM, plan_due.dates)
        letters.opt_out_link.register(opt_out.link)
        pages.register(
            "greeting_words",
            SettingsPage(
                _("Words of greetings"), "cake", "incentives:greeting-words-first", WORK, rights.edits_policy
            ),
        )
        outbox.kinds.register("greeting", sending.GREETING)
        jobs.planners.register(planner.NAME, planner.plan)
        jobs.nightly_jobs.register(planner.NAME, planner.plan_window)
        jobs.words.register(planner.NAME, _("Greetings of the days ahead are planned"))
