"""What profiles adds to the first-start list."""

from django.utils.translation import gettext_lazy as _

from kol_crm.core import policy
from kol_crm.core.first_steps import Step
from kol_crm.core.models import Change, ChangeSet
from profiles.services.figure_policy import FIGURES, THRESHOLDS

FIELDS = Step(
    _("Fields"),
    _("Add, rename or retire one: then they are yours."),
    lambda: Change.objects.filter(model="profiles.field").exists(),
    "profiles:field-list",
)
LEVELS = Step(
    _("Levels"),
    _("From how many followers on which level begins."),
    lambda: policy.current().says(THRESHOLDS),
    "settings:policy-section",
    (FIGURES.key,),
)
IMPORT = Step(
    _("First import"),
    _("Bring in the files you have."),
    lambda: ChangeSet.objects.filter(door="import").exists(),
    "profiles:kol-list",
)
