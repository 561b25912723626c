"""Terms of each class that people search by, drawn from the names, handles and phones on file."""

import random

from profiles.models import Kol
from profiles.rules.surname import HAN_NAME

EACH = 20
ABSENT = ("qqzzxxw", "vbnmvbnm", "xqjkzw", "zzyyqq", "wvutsrqq")
COMMON = ("son", "an", "ma", "ko", "ro", "ell", "mar", "ez")
LOOKED_AT = 2_000


def drawn(seed: int) -> dict[str, list[str]]:
    """Per class some terms; Chinese ones from Chinese names, the pinyin as the index has it."""
    rng = random.Random(seed)
    rows = list(Kol.objects.order_by("-pk").values_list("name", "sort_name", "handle")[:LOOKED_AT])
    chinese = [row for row in rows if HAN_NAME.fullmatch(row[0]) and len(row[0]) == 3]
    latin = [row for row in rows if row[0].isascii() and " " in row[0]]
    some = {name: rng.sample(found, EACH) for name, found in (("chinese", chinese), ("latin", latin))}
    return {
        "Chinese, one character": [name[-1] for name, _spelt, _handle in some["chinese"]],
        "Chinese, two characters": [name[1:] for name, _spelt, _handle in some["chinese"]],
        "Chinese, three characters": [name for name, _spelt, _handle in some["chinese"]],
        "pinyin": [spelt.replace(" ", "") for _name, spelt, _handle in some["chinese"]],
        "initials": [
            "".join(word[0] for word in spelt.split()) + spelt.split()[-1][1:2]
            for _name, spelt, _handle in some["chinese"]
        ],
        "Latin, common": list(COMMON),
        "Latin, rare": [name.split(" ", 1)[1].lower() for name, _spelt, _handle in some["latin"]],
        "Latin, absent": list(ABSENT),
        "handle fragment": [f"_{handle.rpartition('_')[2]}" for _name, _spelt, handle in some["latin"]],
    }


def phones(numbers: list[int], phone_of) -> dict[str, list[str]]:
    """Phones of these files, whole and by their last four digits."""
    whole = [phone_of(number) for number in numbers]
    return {"phone, whole": whole, "phone, last four": [phone[-4:] for phone in whole]}
