"""Who sees which file, asked once for page, API, search, export and job (DOMAIN 2.1, 2.2; RELIABILITY 4)."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from kol_crm.core import deputies, handed
from kol_crm.core.models import Team, User

VIEW, EDIT, TOUCH, CLAIM, TRASH, RESTORE = "view", "edit", "touch", "claim", "trash", "restore"
ON_TODAY = (
    *("name", "pinyin", "level", "stage", "stage_since", "picture"),
    *("last_touch_at", "touch_due", "review_due"),
)
MERGED = "merged"  # of files that became a part of another: who might edit them


def _looked_after_by(user) -> Q:
    """One's own, those of the absent ones one stands in for (2.4), those of rows in one's hand (8.1)."""
    own = Q(owner=user)
    if user.covers:
        own |= Q(owner__in=deputies.absent_ones(user))
    if user.shares:
        own |= Q(pk__in=handed.files_in_hand(user))
    return own


class KolQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Files on which ``user`` may do ``action``: view, edit, touch, claim, trash (see archived), restore,
        merged (undo a merge).

        Operators view and touch the team's files and edit their own; managers edit the team and the teams
        below; admins everything; finance none. Nobody sees the file that is about themselves. What has lain
        in the trash for too long only admins see (DOMAIN 1.7).
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        scope = self._scope(user, action)
        if scope is None:
            return self.none()
        if action == MERGED:
            return self.filter(scope, merged_into__isnull=False).exclude(staff_user=user)
        archived = action in (TRASH, RESTORE)
        if archived and user.role != User.Role.ADMIN:
            scope &= Q(trash_over=False)
        rows = self.filter(scope, archived_at__isnull=not archived).exclude(staff_user=user)
        return rows.filter(merged_into=None) if archived else rows  # merged files are archived, not trash

    @staticmethod
    def _scope(user, action: str) -> Q | None:
        match user.role:
            case User.Role.ADMIN:
                mine = Q()
            case User.Role.MANAGER if user.team_id:
                mine = Q(team__in=Team.objects.tree_of(user.team))
            case User.Role.OPERATOR if user.team_id:
                mine = (
                    Q(team=user.team_id)
                    if action in (VIEW, TOUCH, CLAIM)
                    else Q(team=user.team_id) & _looked_after_by(user)
                )
            case _:
                return None
        return mine & Q(owner=None) if action == CLAIM else mine

    def known_to(self, user, action: str = VIEW):
        """As ``visible_to`` for view or edit, archived and merged files among them.

        What a reader once saw and would still see, were it not put away since.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        scope = self._scope(user, action)
        return self.none() if scope is None else self.filter(scope).exclude(staff_user=user)

    def active(self):
        """Owned, awake files: what jobs and Today look at (DOMAIN 1.7, 3.14)."""
        return self.filter(archived_at=None, dormant=False, owner__isnull=False)

    def lock(self, *pks: UUID) -> list:
        """One lock after the other, the smaller id first, so that no two wait for each other."""
        rows = self.select_for_update(of=("self",))
        return [row for pk in sorted(set(pks)) for row in rows.filter(pk=pk)]

    def for_today(self):
        """What a row of Today shows and says of a file; the rest of its sixty columns is not read."""
        return self.only(*ON_TODAY)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("owner", "main_field").prefetch_related("kol_fields__field")


class AgencyQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Agencies of the files on which ``user`` may do it; those without any file are the managers'."""
        files: Any = self.model._meta.get_field("kols").related_model
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_admin:
            return self
        seen = Exists(files.objects.visible_to(user, action).filter(agency=OuterRef("pk")))
        if user.is_manager:
            return self.filter(seen | ~Exists(files._base_manager.filter(agency=OuterRef("pk"))))
        return self.filter(seen)
