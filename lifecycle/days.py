"""Gates and reviews count in the installation's days, whoever looks at them (DOMAIN 1.8)."""

from kol_crm.core.installation import day as installation_day

__all__ = ["installation_day"]
