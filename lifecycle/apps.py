from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LifecycleConfig(AppConfig):
    name = "lifecycle"

    def ready(self):
        from kol_crm.core import due, jobs, outbox, rights
        from kol_crm.core.services.user import holdings
        from kol_crm.core.settings_pages import WORK, SettingsPage, pages
        from lifecycle import (
            checks,
            conduct_due,
            conduct_story,
            evidence,
            gates,
            growing,
            knowing,
            known_no_gos,
            plan_agreed,
            shared_communities,
            suggestions,
            timeline,
            ways,
        )
        from lifecycle import due as own_due
        from lifecycle import due_introduction as introduction
        from lifecycle.models import Move, RuleFact, Stay
        from lifecycle.services import (
            candidate,
            conflict,
            holding,
            look_again,
            morning,
            outreach,
            outreach_following,
            outreach_mail,
            programme,
            reminder,
            review,
            rule,
            rule_link,
            stage,
            violation,
        )
        from lifecycle.stay_counting import STAY_COUNTS
        from profiles import changes, counting
        from profiles.commands import Command, commands
        from profiles.services import follow, kol, links, next_due, touch
        from profiles.timeline import sources

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
        kol.born.register("stage", stage.begin)
        kol.woken.register("stage", stage.wake)
        kol.changed.register("review", reminder.mark)
        next_due.sources.register("review", review.due_dates)
        next_due.sources.register(own_due.AGAIN_KIND, look_again.due_dates)
        outbox.kinds.register(morning.KIND, morning.MORNING)
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
        outbox.kinds.register(outreach_mail.KIND, outreach_mail.MAIL)
        suggestions.no_go.register("no_go", known_no_gos.of_users)
        holdings.register("programmes", holding.PROGRAMMES)
        holdings.register("communities", holding.COMMUNITIES)
        holdings.register("contacts", holding.CONTACTS)
        ways.communities.register("communities", shared_communities.of)
        commands.register("move", Command(_("Move to another stage"), "arrow-right-left", key="M"))
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
            ("conflict", _("conflict")),
            ("rulelink", _("link to the rules")),
            ("member", _("community")),
            ("singlecontact", _("single contact")),
            ("cooperationplan", _("cooperation plan")),
            ("cooperationpart", _("part of a cooperation plan")),
        ):
            changes.rows.register(f"lifecycle.{model}", words)
        links.words.register("lifecycle.RuleFact", _("Rules told and acknowledged"))
        links.words.register("lifecycle.RuleLink", _("Links to the rules"))
        links.words.register("lifecycle.Violation", _("Violations"))
        links.words.register("lifecycle.Conflict", _("Conflicts"))
        links.words.register("lifecycle.Member", _("Communities"))
        links.words.register("lifecycle.SingleContact", _("Single contacts"))
        growing.join()
