"""What a greeting is called in a template."""

from django import template

from incentives import greeting_words as words
from incentives.models import Greeting
from profiles.models import TouchChannel

register = template.Library()
register.filter("greeting_icon", words.icon)
register.filter("greeting_about", words.about)
register.filter("greeting_delivery", words.delivery)

TONES = {
    Greeting.State.DRAFT: "warn",
    Greeting.State.QUEUED: "accent",
    Greeting.State.SENT: "ok",
    Greeting.State.BY_HAND: "ok",
    Greeting.State.FAILED: "bad",
}


@register.filter
def greeting_tone(state: str) -> str:
    """The dot of a state."""
    return TONES.get(Greeting.State(state), "quiet")


@register.filter
def channel_words(channel: str) -> str:
    """How it was sent."""
    return str(dict(TouchChannel.choices).get(channel, channel))
