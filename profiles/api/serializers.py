"""The shapes of bodies. Rules are the verbs'; here stands only what makes a value of the right kind."""

from django.utils.translation import gettext as _
from rest_framework import serializers

from kol_crm.core.api.strict import StrictSerializer
from profiles.models import (
    Calendar,
    Channel,
    Field,
    Gender,
    Kol,
    KolType,
    Platform,
    Touch,
    TouchChannel,
    TouchReason,
)
from profiles.rules import metric
from profiles.rules.link import LONGEST, Unresolved
from profiles.services import link as links
from profiles.services import touched


class ContactBody(StrictSerializer):
    """``value`` equal to the mask of the stored one leaves it as it is (DOMAIN 2.3)."""

    id = serializers.UUIDField(required=False)
    channel = serializers.ChoiceField(Channel.choices)
    value = serializers.CharField(max_length=300)
    label = serializers.CharField(max_length=40, required=False, allow_blank=True)
    preferred = serializers.BooleanField(required=False)
    verified_on = serializers.DateField(required=False, allow_null=True)
    dead_since = serializers.DateField(required=False, allow_null=True)
    shared = serializers.BooleanField(required=False)
    guardian = serializers.BooleanField(required=False)
    masked = serializers.BooleanField(required=False, help_text="As read; says nothing in a body.")


class AccountBody(StrictSerializer):
    """``link``: a profile link, in place of platform and id or handle; it must not contradict them."""

    id = serializers.UUIDField(required=False)
    link = serializers.CharField(max_length=LONGEST, required=False, write_only=True)
    platform = serializers.ChoiceField(Platform.choices, required=False)
    external_id = serializers.CharField(max_length=120, required=False, allow_blank=True)
    handle = serializers.CharField(max_length=120, required=False, allow_blank=True)
    title = serializers.CharField(max_length=160, required=False, allow_blank=True)
    url = serializers.CharField(max_length=300, required=False, allow_blank=True)
    followers = serializers.IntegerField(
        required=False, allow_null=True, help_text="As read; figures go to snapshots."
    )
    followers_on = serializers.DateField(required=False, allow_null=True, help_text="As read.")

    def validate(self, attrs):
        link = attrs.pop("link", None)
        if link is not None:
            attrs |= self._named(link, attrs)
        if not self.partial and "platform" not in attrs and "id" not in attrs:
            raise serializers.ValidationError({"platform": [_("This field is required.")]})
        return attrs

    @staticmethod
    def _named(link: str, given: dict) -> dict:
        try:
            named = links.read(link, any_host=True)
        except Unresolved as error:
            raise serializers.ValidationError({"link": [str(error)]}) from error
        if named is None:
            raise serializers.ValidationError({"link": [_("This link names no profile that is known.")]})
        found = {"platform": named.platform, "external_id": named.external_id, "handle": named.handle}
        wrong = {
            name: [_("The link says something else.")]
            for name, value in found.items()
            if value and given.get(name) and given[name].removeprefix("@") != value
        }
        if wrong:
            raise serializers.ValidationError(wrong)
        return {name: value for name, value in found.items() if value} | {
            "url": given.get("url") or named.url
        }


class StrengthBody(StrictSerializer):
    field = serializers.SlugRelatedField("slug", queryset=Field.objects.all())
    strength = serializers.IntegerField(default=3)


class KolBody(StrictSerializer):
    """The facts of a file that a client may write; a null clears, what is not sent stays (PATCH)."""

    name = serializers.CharField(max_length=120)
    name_other = serializers.CharField(max_length=120, required=False, allow_blank=True)
    alias = serializers.CharField(max_length=120, required=False, allow_blank=True)
    gender = serializers.ChoiceField(Gender.choices, required=False, allow_blank=True)
    birth_calendar = serializers.ChoiceField(Calendar.choices, required=False)
    birth_year = serializers.IntegerField(required=False, allow_null=True)
    birth_month = serializers.IntegerField(required=False, allow_null=True)
    birth_day = serializers.IntegerField(required=False, allow_null=True)
    birth_leap = serializers.BooleanField(required=False)
    city = serializers.CharField(max_length=80, required=False, allow_blank=True)
    zone = serializers.CharField(max_length=50, required=False, allow_blank=True)
    language = serializers.ChoiceField(
        Kol._meta.get_field("language").choices, required=False, allow_blank=True
    )
    introduction = serializers.CharField(required=False, allow_blank=True)
    likes = serializers.ListField(child=serializers.CharField(max_length=80), required=False)
    dislikes = serializers.ListField(child=serializers.CharField(max_length=80), required=False)
    character = serializers.CharField(required=False, allow_blank=True)
    family = serializers.CharField(required=False, allow_blank=True)
    minor = serializers.BooleanField(required=False)
    guardian_consent_on = serializers.DateField(required=False, allow_null=True)
    credentials = serializers.CharField(required=False, allow_blank=True)
    good_at = serializers.CharField(required=False, allow_blank=True)
    how_met = serializers.CharField(required=False, allow_blank=True)
    touch_interval = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=3650)
    type = serializers.SlugRelatedField(
        "slug", queryset=KolType.objects.all(), required=False, allow_null=True
    )
    agency = serializers.CharField(max_length=120, required=False, allow_null=True, allow_blank=True)
    owner = serializers.CharField(max_length=150, required=False, allow_null=True, help_text="A user name.")
    fields_ = StrengthBody(many=True, required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=40), required=False)
    attributes = serializers.DictField(
        required=False,
        help_text="What admins added, by key: text, decimal string, date, a choice's key, true or false.",
    )
    contacts = ContactBody(many=True, required=False)
    accounts = AccountBody(many=True, required=False)

    def get_fields(self):
        """``fields`` is the word of the domain, and of Django REST framework for something else."""
        declared = super().get_fields()
        return {name.rstrip("_"): field for name, field in declared.items()}


class TouchedBody(StrictSerializer):
    """What came up in a touch: ``promise-us``, ``need-data``, ``request``, …"""

    kind = serializers.ChoiceField([choice for choice in touched.CHOICES if choice[0]])
    what = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class TouchBody(StrictSerializer):
    kol = serializers.UUIDField()
    channel = serializers.ChoiceField(TouchChannel.choices)
    began = serializers.ChoiceField(Touch.Began.choices, default=Touch.Began.US)
    text = serializers.CharField(required=False, allow_blank=True, default="")
    reason = serializers.ChoiceField(TouchReason.choices, required=False, allow_blank=True, default="")
    answered = serializers.BooleanField(required=False, allow_null=True, default=None)
    reply_minutes = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=525_600
    )
    at = serializers.DateTimeField(required=False, allow_null=True, default=None)
    next_on = serializers.DateField(
        required=False,
        allow_null=True,
        default=None,
        help_text="The day agreed for the next touch; without it one interval later.",
    )
    voice_reason = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=300,
        help_text="Why, where somebody else of us was in contact a few days ago (409 `second_voice`).",
    )
    also = TouchedBody(required=False, allow_null=True, help_text="Noted in the same step.")


class SnapshotBody(StrictSerializer):
    """Stocks have ``start`` = ``end``; ``start`` may then be left out."""

    account = serializers.UUIDField()
    metric = serializers.ChoiceField(metric.NAMES)
    value = serializers.DecimalField(max_digits=20, decimal_places=4)
    start = serializers.DateField(required=False, allow_null=True, default=None)
    end = serializers.DateField()
    source = serializers.CharField(max_length=40, default="api")
