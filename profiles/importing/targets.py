"""What a person may say that a column means, in the order in which the wizard offers it."""

from django.utils.translation import gettext_lazy as _

from profiles.rules import metric as m

PERSON = {
    "name": _("name"), "name_family": _("family name"), "name_given": _("given name"),
    "name_other": _("name in other scripts"), "alias": _("alias"), "gender": _("gender"),
    "birthday": _("birthday"), "lunar_birthday": _("lunar birthday"), "city": _("city"),
    "language": _("language"), "zone": _("time zone"), "introduction": _("introduction"),
    "remark": _("remark, into the introduction"), "tastes": _("likes"), "dislikes": _("dislikes"),
    "character": _("character"), "family": _("family"), "how_met": _("how we met"),
}  # fmt: skip
CONTACTS = {"phone": _("phone"), "wechat": _("WeChat"), "mail": _("mail"), "address": _("address"),
            "address_part": _("part of an address")}  # fmt: skip
BUSINESS = {
    "fields": _("fields"), "tags": _("tags"), "title": _("credentials"),
    "job": _("job, into the credentials"),
    "organization": _("organization, into the credentials"), "good_at": _("especially good at"),
    "agency": _("agency"),
}  # fmt: skip
ACCOUNT = {"external_id": _("id there"), "handle": _("handle"), "url": _("link"), "file": _("id of the file")}
WHEN = {"date": _("day"), "period": _("kind of period")}
FIGURES = {
    name: m.LABELS[name]
    for name in (
        *(
            "followers",
            "following",
            "posts_total",
            "likes_avg",
            "comments_avg",
            "views_avg",
            "interactions_avg",
        ),
        *("growth", "posts", "views", "interactions"),
    )
    if name in m.LABELS
}
GROUPS = (
    (_("Person"), PERSON),
    (_("Contacts"), CONTACTS),
    (_("Business"), BUSINESS),
    (_("Account"), ACCOUNT),
    (_("Figures"), FIGURES),
    (_("When"), WHEN),
)
# Parts that columns are recognised as by themselves, beside what is offered.
UNOFFERED = ("birth_year", "birth_month", "birth_day", "name_middle", "name_prefix", "name_suffix", "country",
             "audience_country", "likes", "coins", "comments", "danmaku", "shares", "favourites")  # fmt: skip
TARGETS = {target: label for _group, targets in GROUPS for target, label in targets.items()} | dict.fromkeys(
    UNOFFERED, _("as recognised")
)
