"""Who sees which file, asked once for page, API, search, export and job (DOMAIN 2.1, 2.2; RELIABILITY 4)."""

from django.db import models
from django.db.models import Q

from kol_crm.core.models import Team, User

VIEW, EDIT, TOUCH, CLAIM, TRASH, RESTORE = "view", "edit", "touch", "claim", "trash", "restore"


class KolQuerySet(models.QuerySet):
    def visible_to(self, user, action: str = VIEW):
        """Files on which ``user`` may do ``action``: view, edit, touch, claim, trash (see archived), restore.

        Operators view and touch the team's files and edit their own; managers edit the team and the teams
        below; admins everything; finance none. Nobody sees the file that is about themselves.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        scope = self._scope(user, action)
        if scope is None:
            return self.none()
        archived = action in (TRASH, RESTORE)
        return self.filter(scope, archived_at__isnull=not archived).exclude(staff_user=user)

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
                    else Q(owner=user, team=user.team_id)
                )
            case _:
                return None
        return mine & Q(owner=None) if action == CLAIM else mine

    def active(self):
        """Owned, awake files: what jobs and Today look at (DOMAIN 1.7, 3.14)."""
        return self.filter(archived_at=None, dormant=False, owner__isnull=False)

    def for_list(self):
        """What a row of a list needs, in a fixed number of queries."""
        return self.select_related("owner", "main_field").prefetch_related("kol_fields__field")
