"""Bodies of ``users/``, ``teams/`` and ``me/``: what is answered and what may be sent."""

from django.conf import settings
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.strict import StrictSerializer
from kol_crm.core.models import Team, User
from kol_crm.core.zones import known_zone


def verb(name: str):
    """``POST users/<name>/<verb>/``."""
    return action(methods=["post"], detail=True, url_path=name, url_name=name)


class UserAnswer(serializers.Serializer):
    username = serializers.CharField(help_text="What files name their owner by.")
    name = serializers.CharField(source="__str__")
    role = serializers.ChoiceField(User.Role.choices)
    team = serializers.CharField(source="team.name", default=None, allow_null=True)
    active = serializers.BooleanField(source="is_active")


class UserInFull(UserAnswer):
    """For admins."""

    email = serializers.EmailField(required=False)
    display_name = serializers.CharField(required=False)
    language = serializers.CharField(required=False)
    zone = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False)


class UserPage(Paged):
    results = UserAnswer(many=True)


class AbsenceAnswer(serializers.Serializer):
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    deputy = serializers.CharField(source="deputy.username")


@extend_schema_serializer(many=False)
class MeAnswer(UserAnswer):
    language = serializers.CharField(help_text="Empty: that of the installation.")
    zone = serializers.CharField(help_text="Empty: that of the installation.")
    scopes = serializers.ListField(child=serializers.CharField(), help_text="What this token may do.")
    absence = AbsenceAnswer(allow_null=True, help_text="The one that holds today.")


class Person(serializers.SlugRelatedField):
    """A user by user name."""

    def __init__(self, **options):
        super().__init__(slug_field="username", queryset=User.objects.all(), **options)


class TeamName(serializers.SlugRelatedField):
    def __init__(self, **options):
        super().__init__(slug_field="name", queryset=Team.objects.all(), **options)


def _zone_or_none(value: str) -> None:
    if value:
        known_zone(value)


class PersonBody(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    display_name = serializers.CharField(max_length=80)
    role = serializers.ChoiceField(User.Role.choices)
    team = TeamName(required=False, allow_null=True, help_text="Its name; only admins stand outside.")
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, allow_blank=True)
    zone = serializers.CharField(
        max_length=50,
        required=False,
        allow_blank=True,
        validators=[_zone_or_none],
    )


class InviteBody(PersonBody):
    username = serializers.RegexField(r"^[\w.@+-]+$", max_length=150, help_text="It stays.")


class UserBody(PersonBody):
    along = serializers.BooleanField(required=False, help_text="Their files go along to the new team.")
    receiver = Person(required=False, help_text="Who takes over what they hold.")


class ReceiverBody(StrictSerializer):
    receiver = Person(required=False, help_text="Needed where they hold something.")


class TeamAnswer(serializers.Serializer):
    name = serializers.CharField()
    part_of = serializers.CharField(source="parent.name", default=None, allow_null=True)


class TeamInFull(TeamAnswer):
    """For admins."""

    id = serializers.UUIDField(required=False)
    version = serializers.IntegerField(required=False)


class TeamBody(StrictSerializer):
    name = serializers.CharField(max_length=80)
    part_of = TeamName(help_text="The name of the team above.")
