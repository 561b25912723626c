from operator import attrgetter

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProfilesConfig(AppConfig):
    name = "profiles"

    def ready(self):
        from kol_crm.core import calendar_feed, due, jobs, notices, rights, webhook_facts, webhooks, work
        from kol_crm.core.feeds import kinds as feed_kinds
        from kol_crm.core.first_steps import steps
        from kol_crm.core.models import Feed
        from kol_crm.core.services.user import holdings
        from kol_crm.core.settings_pages import INSTALLATION, WORK, SettingsPage, pages
        from profiles import (
            attribute_facts,
            commands,
            counting,
            feeds,
            filterable,
            linked_facts,
            note_due,
            note_story,
            timeline,
            twin_notice,
            webhook_events,
        )
        from profiles import due as own_due
        from profiles import notices as own_notices
        from profiles.attribute_columns import columns as attribute_columns
        from profiles.file_counting import FILE_COUNTS
        from profiles.models.attribute import PREFIX
        from profiles.scope_counting import SCOPE_COUNTS
        from profiles.services import (
            bulk_work,
            date,
            duplicate,
            event,
            export_run,
            exports,
            first_steps,
            follow,
            handed_row,
            holding,
            import_run,
            kol,
            lines,
            mention,
            need,
            next_due,
            nightly,
            promise,
            request,
            touch,
            trash,
        )
        from profiles.views.rows import COLUMNS as kol_columns

        webhooks.subjects.register("files", webhook_events.FILES)
        webhook_facts.facts.register("touches", webhook_events.TOUCHES)
        webhook_facts.facts.register("figures", webhook_events.FIGURES)
        for name, page in (
            ("fields", SettingsPage(_("Fields"), "shapes", "profiles:field-list", WORK, rights.edits_policy)),
            ("types", SettingsPage(_("Types"), "contact", "profiles:type-list", WORK, rights.edits_policy)),
            (
                "attributes",
                SettingsPage(
                    _("Attributes"), "list-plus", "profiles:attribute-list", WORK, rights.edits_attributes
                ),
            ),
            (
                "sources",
                SettingsPage(
                    _("Sources"), "download", "profiles:source-list", INSTALLATION, rights.edits_attributes
                ),
            ),
        ):
            pages.register(name, page)
        holdings.register("files", holding.FILES)
        steps.register("fields", first_steps.FIELDS)
        steps.register("levels", first_steps.LEVELS)
        steps.register("import", first_steps.IMPORT)
        notices.kinds.register("twin", twin_notice.TWIN)
        feed_kinds.register(Feed.Kind.CARDS, feeds.CARDS)
        calendar_feed.sources.register("birthdays", feeds.birthdays)
        due.sources.register("touch", own_due.STAY_IN_TOUCH)
        due.sources.register(mention.NOTICE, own_due.MENTIONS)
        due.sources.register("figures", own_due.FIGURES)
        notices.kinds.register(handed_row.NOTICE, own_notices.HANDED)
        notices.kinds.register(mention.NOTICE, own_notices.MENTION)
        notices.kinds.register(follow.NOTICE, own_notices.FOLLOW)
        follow.acts.register("profiles", follow.own_acts)
        jobs.planners.register(follow.PLANNER, follow.tell)
        jobs.planners.register(lines.PLANNER, lines.keep)
        for counter in (FILE_COUNTS, SCOPE_COUNTS):
            counting.counters.register(counter.name, counter)
        next_due.sources.register("touch", next_due.touch_dates)
        next_due.sources.register(next_due.FIGURES, next_due.figure_dates)
        next_due.begins.register("touch", attrgetter("touch_due"))
        next_due.begins.register(next_due.FIGURES, next_due.first_figures)
        for name, verbs in (
            ("promise", promise),
            ("request", request),
            ("need", need),
            ("date", date),
            ("event", event),
        ):
            next_due.sources.register(name, verbs.due_dates)
        next_due.dated.register("touch", touch.date_first)
        kol.born.register("touch", touch.begin)
        kol.woken.register("touch", touch.begin)
        kol.changed.register("touch", touch.redate_many)
        jobs.nightly_jobs.register("figures", nightly.figures)
        jobs.nightly_jobs.register("dates", nightly.dates)
        jobs.nightly_jobs.register("next_due", nightly.due_dates)
        jobs.nightly_jobs.register("trash", trash.close)
        jobs.nightly_jobs.register("exports", exports.expire)
        jobs.nightly_jobs.register("file_counts", nightly.file_counts)
        jobs.nightly_jobs.register("sync", nightly.sync)
        jobs.nightly_jobs.register("handed_rows", handed_row.end_over)
        jobs.nightly_jobs.register("duplicates", duplicate.nightly)
        for name, what in {
            "figures": _("Medians, then level and verdict of every file"),
            "dates": _("Important dates that have passed get their next day"),
            "next_due": _("Next due of every file is reckoned again"),
            "trash": _("Files whose days in the trash are over leave it"),
            "exports": _("Files of old exports go"),
            "file_counts": _("The day’s counters are kept"),
            "sync": _("What REST clients need not be told any more goes"),
            "handed_rows": _(
                "Rows of Today that were handed over and are done are in nobody’s hand any more"
            ),
            "duplicates": _("Every file is compared with all others"),
        }.items():
            jobs.words.register(name, what)
        filterable.sources.register("kol", filterable.own)
        filterable.sources.register("linked", linked_facts.facts)
        filterable.stored.register(PREFIX, attribute_facts.facts)
        kol_columns.sources.register("attributes", attribute_columns)
        for name, command in commands.OWN.items():
            commands.commands.register(name, command)
        timeline.sources.register("touch", timeline.TOUCHES)
        for offer in note_due.OFFERS:
            due.sources.register(offer.kind, offer.source)
        for name, story in note_story.STORIES.items():
            timeline.sources.register(name, story)
        timeline.sources.register("change", timeline.CHANGES)
        for name, kind in {**bulk_work.KINDS, **import_run.KINDS, **export_run.KINDS}.items():
            work.kinds.register(name, kind)
