"""What conditions on files may ask about privileges and platform roles (DOMAIN 5.8; docs/lists.md)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kol_crm.core.conditions import ChoiceFact, Fact, Reader
from kol_crm.core.date_facts import DateFact
from kol_crm.core.same_record import Records
from lifecycle.models import PlatformRole, Privilege, PrivilegeKind
from profiles.filterable import linked

GROUP = _("Privileges and roles")
HELD = Records(pgettext_lazy("condition", "privilege held"), linked(Privilege, withdrawn_at=None))
ROLE = Records(pgettext_lazy("condition", "platform role"), linked(PlatformRole, ended_at=None))


def facts(_reader: Reader) -> list[Fact]:
    return [
        ChoiceFact(
            "privilege",
            _("Holds the privilege"),
            GROUP,
            of=HELD,
            options=lambda _r: [(str(kind.pk), kind.name) for kind in PrivilegeKind.objects.all()],
            ask=lambda kinds, _r: Q(kind__in=kinds),
        ),
        ChoiceFact(
            "platform_role",
            _("Platform role"),
            GROUP,
            of=ROLE,
            options=lambda _r: PlatformRole.Role.choices,
            ask=lambda roles, reader: Q(role__in=roles) & PlatformRole.objects.all().on(reader.day),
        ),
        DateFact("platform_role_until", _("Platform role, last day"), GROUP, of=ROLE, column="until"),
    ]
