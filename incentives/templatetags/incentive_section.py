"""``{% incentive_tabs %}``: the tabs of the section "Incentives"."""

from django import template

from incentives.section import tabs_of

register = template.Library()


@register.simple_tag(takes_context=True)
def incentive_tabs(context) -> list[dict]:
    """What the reader opens of the section, the tab they are on marked."""
    request = context["request"]
    return tabs_of(request.user, request.path)
