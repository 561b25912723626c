"""What lies in the demo's files beside their facts: faces, attachments, and fields that an admin added."""

import colorsys
import random
from datetime import datetime, timedelta
from io import BytesIO

from django.db import transaction
from PIL import Image, ImageDraw

from kol_crm.core.actor import Actor
from kol_crm.core.models import User
from profiles.models import Attribute, Kol
from profiles.services import attachment, attribute, picture
from profiles.services import kol as files

WITH_FACE, WITH_FILES, WITH_VALUES = 0.25, 0.12, 0.4  # shares of the owned files
SIDE = 240
ATTRIBUTES = (
    {
        "key": "shirt_size",
        "name_en": "Shirt size",
        "name_zh": "衣服尺码",
        "kind": "choice",
        "choices": [{"name_en": size, "name_zh": size} for size in ("XS", "S", "M", "L", "XL")],
    },
    {
        "key": "contract_until",
        "name_en": "Contract until",
        "name_zh": "合同到期",
        "kind": "date",
        "group": "business",
    },
    {
        "key": "desk_fee",
        "name_en": "Monthly fee",
        "name_zh": "月度服务费",
        "kind": "number",
        "group": "business",
    },
    {
        "key": "own_studio",
        "name_en": "Own studio",
        "name_zh": "有工作室",
        "kind": "yes_no",
        "group": "business",
    },
)
NOTE = (
    "Notes of the first talk\n\n- topics: tea, travel\n- likes short calls\n",
    "第一次沟通记录\n\n- 选题：茶、旅行\n- 喜欢简短的电话\n",
)


def lay(seed: int, now: datetime, chief: User) -> None:
    """Lay them into the owned files, each as of the hour after it was made."""
    rng = random.Random(seed)
    added = [attribute.create(Actor(chief, "command", now), dict(values)) for values in ATTRIBUTES]
    for kol in Kol.objects.filter(owner__isnull=False).select_related("owner").order_by("created_at", "pk"):
        actor = Actor(kol.owner, "command", kol.created_at + timedelta(hours=1))
        with transaction.atomic():
            _fill(actor, kol, added, rng, now)


def _fill(actor: Actor, kol: Kol, added: list[Attribute], rng: random.Random, now: datetime) -> None:
    if rng.random() < WITH_FACE:
        picture.put(actor.again(), kol, face(rng), None)
    if rng.random() < WITH_FILES:
        chinese = not kol.name.isascii()
        attachment.add(
            actor.again(), kol, "沟通记录.txt" if chinese else "first talk.txt", NOTE[chinese].encode()
        )
        attachment.add(actor.again(), kol, "现场.png" if chinese else "studio.png", face(rng))
    if rng.random() < WITH_VALUES:
        files.edit(actor.again(), kol, {one.field: _value(one, rng, now) for one in added}, None)


def _value(one: Attribute, rng: random.Random, now: datetime):
    match one.key:
        case "shirt_size":
            return rng.choice(one.choices)["key"]
        case "contract_until":
            return (now + timedelta(days=rng.randint(20, 700))).date()
        case "desk_fee":
            return rng.randint(5, 80) * 100
    return rng.random() < 0.5


def face(rng: random.Random) -> bytes:
    """Head and shoulders in two tones before a third."""
    hue = rng.random()
    tones = [_tone(hue + turn, light) for turn, light in ((0, 0.9), (0.5, 0.55), (0.06, 0.75))]
    image = Image.new("RGB", (SIDE, SIDE), tones[0])
    pen, middle, width = ImageDraw.Draw(image), SIDE // 2 + rng.randint(-8, 8), rng.randint(40, 50)
    pen.ellipse((middle - 90, 160, middle + 90, 330), fill=tones[1])
    pen.ellipse((middle - width, 60, middle + width, 70 + 2 * width), fill=tones[2])
    sink = BytesIO()
    image.save(sink, "PNG")
    return sink.getvalue()


def _tone(hue: float, light: float) -> tuple[int, ...]:
    return tuple(round(255 * part) for part in colorsys.hls_to_rgb(hue % 1, light, 0.45))
