"""What the kinds of next due are called in a row, with their icons."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

DUE_KINDS = {
    "touch": (_("Follow-up"), "message-circle"),
    "review": (_("Review"), "clipboard-check"),
    "greeting": (_("Greeting"), "gift"),
    "gift": (_("Gift"), "gift"),
    "plan_item": (_("Plan item"), "hand-heart"),
    "promise": (_("Promise"), "handshake"),
    "request": (_("Request"), "message-circle-question-mark"),
    "need": (_("Need"), "hand-helping"),
    "date": (_("Important date"), "calendar-heart"),
    "event": (_("Life event"), "baby"),
    "rules": (_("Rules"), "scroll-text"),
    "violation": (_("Violation"), "gavel"),
    "conflict": (_("Conflict"), "swords"),
    "resource": (_("Resource"), "megaphone"),
    "exclusivity": (_("Exclusivity"), "handshake"),
    "sighting": (_("Sighting of breach"), "scan-eye"),
    "stop": (_("Stopped KOL"), "octagon-x"),
    "figures": (_("Figures"), "hourglass"),
    "outreach": (_("Outreach"), "send"),
    "candidate": (_("Candidate"), "sprout"),
    "adjustment": (_("Persona on trial"), "flask-conical"),
    "coaching": (_("Coaching"), "graduation-cap"),
    "homework": (_("Homework"), "notebook-pen"),
    "access": (_("Access ending"), "key-round"),
    "look_again": (pgettext_lazy("departed", "Look again"), "rotate-ccw"),
    "strategy": (_("Strategy"), "compass"),
    "platform_role": (_("Platform role"), "shield"),
}
