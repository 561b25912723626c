"""The filters of the list of exports."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kol_crm.core.filters import AnyOf, FilterSet, Flag
from kol_crm.core.models import Work
from profiles.models import ExportFormat, ExportState


class ExportFilter(FilterSet):
    state = AnyOf(choices=ExportState, method="filter_state", label=_("State"))
    format = AnyOf(choices=ExportFormat, label=_("Format"))
    in_clear = Flag(field_name="in_clear", label=_("With contact data in clear"))

    def filter_state(self, exports, _name, states):
        wanted = Q()
        for state in states:
            match state:
                case ExportState.EXPIRED:
                    wanted |= Q(work__state=Work.State.DONE, file=None)
                case ExportState.DONE:
                    wanted |= Q(work__state=Work.State.DONE, file__isnull=False)
                case _:
                    wanted |= Q(work__state=state)
        return exports.filter(wanted)
