from operator import attrgetter

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LifecycleConfig(AppConfig):
    name = "lifecycle"

    def ready(self):
        from kol_crm.core import due, jobs, notices, outbox, rights, webhook_facts
        from kol_crm.core.morning import sections as sections_of_morning
        from kol_crm.core.services import team
        from kol_crm.core.services.user import holdings
        from kol_crm.core.settings_pages import WORK, SettingsPage, pages
        from lifecycle import (
            checks,
            conduct_due,
            conduct_story,
            due_coverage,
            due_handover,
            due_managers,
            due_privileges,
            evidence,
            exclusivity_due,
            exclusivity_story,
            exposure,
            gates,
            given_evidence,
            growing,
            handover_pack,
            handover_words,
            knowing,
            known_no_gos,
            penalties,
            plan_agreed,
            privilege_filters,
            privilege_words,
            resource_due,
            resource_exposure,
            resource_story,
            shared_communities,
            suggestions,
            task_words,
            timeline,
            ways,
            webhook_events,
        )
        from lifecycle import due as own_due
        from lifecycle import due_introduction as introduction
        from lifecycle.models import Move, RuleFact, Stay
        from lifecycle.services import (
            booking,
            candidate,
            community,
            conflict,
            exclusivity,
            handover,
            holding,
            look_again,
            merging,
            morning,
            outreach,
            outreach_following,
            outreach_mail,
            platform_role,
            privilege,
            programme,
            reminder,
            review,
            rule,
            rule_link,
            sighting,
            stage,
            stop,
            task,
            task_holding,
            violation,
            weekly,
        )
        from lifecycle.stay_counting import STAY_COUNTS
        from profiles import changes, counting, filterable
        from profiles.commands import Command, commands
        from profiles.services import follow, kol, links, merge, next_due, standing, touch
        from profiles.timeline import sources

        webhook_facts.facts.register("moves", webhook_events.MOVES)
        counting.counters.register(STAY_COUNTS.name, STAY_COUNTS)
        for key, kind in checks.OWN.items():
            gates.register(key, kind)
        stages = SettingsPage(
            _("Stages and gates"), "milestone", "lifecycle:stage-settings-first", WORK, rights.edits_policy
        )
        pages.register("stages", stages)
        follow.acts.register("lifecycle", timeline.acts)
        sources.register("move", timeline.MOVES)
        sources.register("review", timeline.REVIEWS)
        next_due.dated.register("stage", stage.date_first)
        kol.born.register("stage", stage.begin)
        kol.woken.register("stage", stage.wake)
        kol.born.register("review", reminder.mark_new)
        kol.changed.register("review", reminder.mark)
        next_due.sources.register("review", review.due_dates)
        next_due.begins.register("review", attrgetter("review_due"))
        next_due.sources.register(own_due.AGAIN_KIND, look_again.due_dates)
        notices.kinds.register(weekly.KIND, weekly.NOTICE)
        outbox.kinds.register(weekly.KIND, weekly.MAIL)
        jobs.planners.register(weekly.KIND, weekly.plan)
        for name, section in morning.SECTIONS.items():
            sections_of_morning.register(name, section)
        jobs.planners.register(reminder.PLANNER, morning.plan)
        evidence.sources.register("lifecycle", evidence.own)
        gates.register(plan_agreed.KEY, plan_agreed.PLAN_AGREED)
        touch.logged.register("candidate", candidate.follow_touch)
        touch.logged.register("outreach", outreach_following.follow_touch)
        touch.taken_back.register("outreach", outreach_following.follow_taken_back)
        programme.on_decision.register("outreach", outreach_following.follow_decision)
        kol.changed.register("outreach", outreach_following.follow_file)
        next_due.sources.register("outreach", outreach.due_dates)
        jobs.nightly_jobs.register("outreach", outreach_following.nightly)
        jobs.words.register("outreach", _("The next step of every live outreach"))
        jobs.words.register("candidate", _("Steps of candidates follow the facts"))
        jobs.words.register("stop", _("Stops whose term is over end"))
        outbox.kinds.register(outreach_mail.KIND, outreach_mail.MAIL)
        suggestions.no_go.register("no_go", known_no_gos.of_users)
        holdings.register("programmes", holding.PROGRAMMES)
        holdings.register("communities", holding.COMMUNITIES)
        holdings.register("contacts", holding.CONTACTS)
        ways.communities.register("communities", shared_communities.of)
        commands.register("move", Command(_("Move to another stage"), "arrow-right-left", key="M"))
        commands.register("book-slot", Command(_("Book a slot"), "megaphone", tab="profiles:kol-cooperation"))
        due.sources.register(own_due.KIND, own_due.REVIEWS)
        due.sources.register(own_due.OUTREACH_KIND, own_due.OUTREACH)
        due.sources.register(introduction.CANDIDATE, introduction.CANDIDATES)
        due.sources.register(introduction.MINING, introduction.TO_MINE)
        due.sources.register(introduction.PROGRAMME, introduction.ENDING)
        next_due.sources.register(introduction.CANDIDATE, introduction.due_dates)
        jobs.nightly_jobs.register("candidate", candidate.nightly)
        due.sources.register(own_due.AGAIN_KIND, own_due.AGAIN)
        pages.register(
            "rules", SettingsPage(_("Rules"), "scroll-text", "lifecycle:rule-list", WORK, rights.anybody)
        )
        gates.register(knowing.GATE, knowing.ACKNOWLEDGED)
        evidence.sources.register(conduct_story.KIND, conduct_story.evidence)
        sources.register(conduct_story.KIND, conduct_story.STORY)
        outbox.kinds.register(rule_link.KIND, rule_link.MAIL)
        for name, source in conduct_due.SOURCES.items():
            due.sources.register(name, source)
        next_due.sources.register(conduct_due.RULES, rule.due_dates)
        next_due.sources.register(conduct_due.VIOLATION, violation.due_dates)
        next_due.sources.register(conduct_due.CONFLICT, conflict.due_dates)
        due.sources.register(resource_due.KIND, resource_due.BOOKINGS)
        next_due.sources.register(resource_due.KIND, booking.due_dates)
        evidence.sources.register("given", given_evidence.evidence)
        exposure.sources.register("slots", resource_exposure.parts)
        sources.register(resource_story.KIND, resource_story.STORY)
        links.words.register("lifecycle.Booking", _("Resources"))
        evidence.sources.register(exclusivity_story.KIND, exclusivity_story.evidence)
        sources.register(exclusivity_story.KIND, exclusivity_story.STORY)
        for name, source in exclusivity_due.SOURCES.items():
            due.sources.register(name, source)
        next_due.sources.register(exclusivity_due.EXCLUSIVITY, exclusivity.due_dates)
        next_due.sources.register(exclusivity_due.SIGHTING, sighting.due_dates)
        next_due.sources.register(exclusivity_due.STOP, stop.due_dates)
        kol.changed.register("stop", stop.follow_files)
        jobs.nightly_jobs.register("stop", stop.end_terms)
        kinds = SettingsPage(
            _("Privileges"), "badge-check", "lifecycle:privilege-kind-list", WORK, rights.anybody
        )
        pages.register("privileges", kinds)
        standing.level_changed.register("privilege", privilege.follow)
        penalties.withdrawers.register("privileges", privilege.withdraw_all)
        penalties.returners.register("privileges", privilege.give_back_penalised)
        notices.kinds.register(privilege.NOTICE, privilege_words.WITHDRAWN)
        sources.register(privilege_words.KIND, privilege_words.STORY)
        filterable.sources.register("privileges", privilege_filters.facts)
        due.sources.register(due_privileges.ROLE, due_privileges.ROLES)
        next_due.sources.register(due_privileges.ROLE, platform_role.due_dates)
        kol.given.register("handover", handover.start)
        kol.given.register("contacts", community.follow_given)
        kol.moved.register("handover", handover.follow_moved)
        kol.moved.register("contacts", community.follow_moved)
        team.moved.register("holdings", holding.follow_team)
        merge.settled.register("lifecycle", merging.settle)
        notices.kinds.register(handover.NOTICE, handover_words.GIVEN)
        notices.kinds.register(handover.ASKED, handover_words.ASKED)
        sources.register(handover_words.KIND, handover_words.STORY)
        for name, section in handover_pack.OWN.items():
            handover_pack.sections.register(name, section)
        due.sources.register(due_coverage.COVERAGE, due_coverage.SOURCE)
        due.sources.register(task_words.KIND, task_words.DUE)
        next_due.sources.register(task_words.KIND, task.due_dates)
        notices.kinds.register(task.NOTICE, task_words.GIVEN)
        holdings.register("tasks", task_holding.TASKS)
        due.sources.register(due_handover.HANDOVER, due_handover.HANDOVERS)
        due.sources.register(due_handover.PROMISE, due_handover.TAKEN)
        for name, source in due_managers.SOURCES.items():
            due.sources.register(name, source)
        holdings.register("promises", holding.PROMISES)
        links.facts.register(RuleFact._meta.label, RuleFact)
        links.facts.register(Move._meta.label, Move)
        for course in (Stay, Move):
            links.staying.register(course._meta.label, course)
        links.words.register("lifecycle.Stay", _("Stages"))
        links.words.register("lifecycle.Move", _("Moves"))
        links.words.register("lifecycle.Review", _("Reviews"))
        links.words.register("lifecycle.Outreach", _("Outreach"))
        links.words.register("lifecycle.CooperationPlan", _("Cooperation plans"))
        links.words.register("lifecycle.Candidate", _("Candidacies"))
        for model, words in (
            ("violation", _("violation")),
            ("violationfile", _("evidence")),
            ("exclusivity", _("exclusivity")),
            ("exclusivityfile", _("evidence")),
            ("sighting", _("sighting of breach")),
            ("sightingfile", _("evidence")),
            ("stop", _("stop")),
            ("conflict", _("conflict")),
            ("task", _("task")),
            ("rulelink", _("link to the rules")),
            ("member", _("community")),
            ("singlecontact", _("single contact")),
            ("privilege", _("privilege")),
            ("platformrole", _("platform role")),
            ("handedfile", _("handover")),
            ("promiseowner", _("who answers for a promise")),
            ("cooperationplan", _("cooperation plan")),
            ("booking", _("booked slot")),
            ("cooperationpart", _("part of a cooperation plan")),
        ):
            changes.rows.register(f"lifecycle.{model}", words)
        links.words.register("lifecycle.RuleFact", _("Rules told and acknowledged"))
        links.words.register("lifecycle.RuleLink", _("Links to the rules"))
        links.words.register("lifecycle.Violation", _("Violations"))
        links.words.register("lifecycle.Task", _("Tasks"))
        links.words.register("lifecycle.Conflict", _("Conflicts"))
        links.words.register("lifecycle.Exclusivity", _("Exclusivities"))
        links.words.register("lifecycle.Sighting", _("Sightings of breach"))
        links.words.register("lifecycle.Stop", _("Stops"))
        links.words.register("lifecycle.Member", _("Communities"))
        links.words.register("lifecycle.SingleContact", _("Single contacts"))
        links.words.register("lifecycle.Privilege", _("Privileges"))
        links.words.register("lifecycle.PlatformRole", _("Platform roles"))
        links.words.register("lifecycle.HandedFile", _("Handovers"))
        links.words.register("lifecycle.PromiseOwner", _("Who answers for promises"))
        growing.join()
