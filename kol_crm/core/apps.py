from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "kol_crm.core"
    label = "core"

    def ready(self):
        import kol_crm.core.checks  # noqa: F401  (registers by being imported)
        from kol_crm.core import (
            calendar_feed,
            feeds,
            first_steps,
            generation,
            jobs,
            morning,
            notice_mail,
            notices,
            outbox,
            rights,
            robots,
            tidying,
            webhook_sending,
            webhooks,
            work,
        )
        from kol_crm.core.models import Feed
        from kol_crm.core.settings_pages import INSTALLATION, OWN, WORK, SettingsPage, pages
        from kol_crm.core.views.job import HELD
        from kol_crm.core.views.webhook import NOTICE as SWITCHED_OFF
        from kol_crm.core.views.work import NOTICE

        notices.kinds.register(work.NOTICE, NOTICE)
        outbox.kinds.register(robots.KIND, robots.MESSAGE)
        jobs.planners.register(robots.PLANNER, robots.plan)
        feeds.kinds.register(Feed.Kind.CALENDAR, calendar_feed.CALENDAR)
        outbox.kinds.register(notices.LETTER, notice_mail.MAIL)
        outbox.kinds.register(morning.KIND, morning.MAIL)
        morning.sections.register("notices", morning.NOTICES)
        outbox.kinds.register(webhooks.KIND, webhook_sending.OUTBOX)
        jobs.planners.register(webhooks.PLANNER, webhooks.plan)
        notices.kinds.register(generation.NOTICE, HELD)
        notices.kinds.register(webhook_sending.NOTICE, SWITCHED_OFF)
        jobs.nightly_jobs.register("tidying", tidying.tidy)
        jobs.words.register(jobs.TICK, _("What is due is planned, what is ready is sent"))
        jobs.words.register("tidying", _("Old notices, stored files and sessions go"))
        pages.register("me", SettingsPage(_("Profile"), "user", "settings:me", OWN, rights.anybody))
        pages.register(
            "security",
            SettingsPage(_("Security"), "shield-check", "settings:security", OWN, rights.anybody),
        )
        pages.register(
            "notices",
            SettingsPage(_("Notices"), "bell", "settings:notices", OWN, rights.anybody),
        )
        pages.register(
            "feeds",
            SettingsPage(_("Calendar and contacts"), "rss", "settings:feeds", OWN, rights.anybody),
        )
        pages.register(
            "tokens", SettingsPage(_("API tokens"), "key-round", "settings:tokens", OWN, rights.anybody)
        )
        pages.register(
            "webhooks", SettingsPage(_("Webhooks"), "webhook", "settings:webhooks", OWN, rights.anybody)
        )
        pages.register(
            "away", SettingsPage(_("Away"), "tree-palm", "settings:away", OWN, rights.works_in_a_team)
        )
        pages.register(
            "start",
            SettingsPage(_("First steps"), "list-checks", "settings:start", WORK, rights.edits_policy),
        )
        pages.register(
            "users", SettingsPage(_("Users"), "users", "settings:users", INSTALLATION, rights.edits_users)
        )
        pages.register(
            "teams", SettingsPage(_("Teams"), "network", "settings:teams", INSTALLATION, rights.edits_users)
        )
        pages.register(
            "robots", SettingsPage(_("Group robots"), "bot", "settings:robots", WORK, rights.sets_robots)
        )
        pages.register(
            "audit",
            SettingsPage(_("Audit log"), "scroll-text", "settings:audit", INSTALLATION, rights.edits_users),
        )
        pages.register(
            "jobs", SettingsPage(_("Jobs"), "repeat", "settings:jobs", INSTALLATION, rights.edits_users)
        )
        first_steps.register()
        pages.register(
            "policy",
            SettingsPage(_("Policy"), "sliders-horizontal", "settings:policy", WORK, rights.edits_policy),
        )
