"""The shapes of bodies and answers of notes. Rules are the verbs'."""

from rest_framework import serializers

from kol_crm.core.api.paged import Paged
from kol_crm.core.api.strict import StrictSerializer
from profiles.models import Calendar, Need, Promise, Tie


class NeedEdit(StrictSerializer):
    kind = serializers.ChoiceField(Need.Kind.choices)
    what = serializers.CharField(max_length=300)
    due_on = serializers.DateField(required=False)
    outcome = serializers.CharField(required=False, allow_blank=True)


class PromiseEdit(StrictSerializer):
    by = serializers.ChoiceField(Promise.By.choices, required=False)
    what = serializers.CharField(max_length=300)
    due_on = serializers.DateField()
    make_good = serializers.CharField(required=False, allow_blank=True)


class RequestEdit(StrictSerializer):
    what = serializers.CharField(max_length=2000)
    taker = serializers.CharField(
        max_length=150, required=False, allow_null=True, help_text="A user name; none: the file's owner."
    )
    due_on = serializers.DateField(required=False)


class WhenEdit(StrictSerializer):
    """A day as far as it is known."""

    calendar = serializers.ChoiceField(Calendar.choices, required=False)
    year = serializers.IntegerField(required=False, allow_null=True)
    month = serializers.IntegerField(required=False, allow_null=True)
    day = serializers.IntegerField(required=False, allow_null=True)
    leap = serializers.BooleanField(required=False)
    greet = serializers.BooleanField(required=False, help_text="Whether a greeting is drafted for the day.")
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)


class DateEdit(WhenEdit):
    what = serializers.CharField(max_length=120, required=False)
    festival = serializers.CharField(
        max_length=20,
        required=False,
        allow_blank=True,
        help_text="A key of the policy ``festivals``; name and day follow from it.",
    )
    yearly = serializers.BooleanField(required=False)


class EventEdit(WhenEdit):
    what = serializers.CharField(max_length=200)
    gift_idea = serializers.CharField(max_length=200, required=False, allow_blank=True)


class TieEdit(StrictSerializer):
    kind = serializers.ChoiceField(Tie.Kind.choices)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    ended_on = serializers.DateField(required=False, allow_null=True)


class OnFile(StrictSerializer):
    kol = serializers.UUIDField()


class NeedBody(NeedEdit, OnFile):
    pass


class PromiseBody(PromiseEdit, OnFile):
    pass


class RequestBody(RequestEdit, OnFile):
    pass


class DateBody(DateEdit, OnFile):
    pass


class EventBody(EventEdit, OnFile):
    pass


class TieBody(TieEdit, OnFile):
    other = serializers.UUIDField(required=False, allow_null=True, help_text="A file that you may see.")


class MeetBody(StrictSerializer):
    outcome = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")


class DeclineBody(StrictSerializer):
    outcome = serializers.CharField(max_length=2000)


class BreakBody(StrictSerializer):
    make_good = serializers.CharField(max_length=2000)


class AnswerBody(StrictSerializer):
    answer = serializers.CharField(max_length=5000)
    satisfied = serializers.BooleanField(required=False, allow_null=True, default=None)


class JudgeBody(StrictSerializer):
    satisfied = serializers.BooleanField(allow_null=True)


class NoteAnswer(serializers.Serializer):
    id = serializers.UUIDField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    author = serializers.CharField(read_only=True, allow_null=True)
    created_at = serializers.DateTimeField(read_only=True)


class NeedAnswer(NeedBody, NoteAnswer):
    state = serializers.ChoiceField(Need.State.choices, read_only=True)
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)


class PromiseAnswer(PromiseBody, NoteAnswer):
    state = serializers.ChoiceField(Promise.State.choices, read_only=True)
    settled_at = serializers.DateTimeField(read_only=True, allow_null=True)


class RequestAnswer(RequestBody, NoteAnswer):
    answer = serializers.CharField(read_only=True)
    answered_at = serializers.DateTimeField(read_only=True, allow_null=True)
    satisfied = serializers.BooleanField(read_only=True, allow_null=True)


class DateAnswer(DateBody, NoteAnswer):
    next_on = serializers.DateField(read_only=True, allow_null=True)
    seen_for = serializers.DateField(read_only=True, allow_null=True)


class EventAnswer(EventBody, NoteAnswer):
    next_on = serializers.DateField(read_only=True, allow_null=True)
    closed_at = serializers.DateTimeField(read_only=True, allow_null=True)


class TieAnswer(TieBody, NoteAnswer):
    other_hidden = serializers.BooleanField(read_only=True, help_text="To a file that you may not see.")


class NeedPage(Paged):
    results = NeedAnswer(many=True)


class PromisePage(Paged):
    results = PromiseAnswer(many=True)


class RequestPage(Paged):
    results = RequestAnswer(many=True)


class DatePage(Paged):
    results = DateAnswer(many=True)


class EventPage(Paged):
    results = EventAnswer(many=True)


class TiePage(Paged):
    results = TieAnswer(many=True)
