"""The words greetings begin with as delivered, an occasion and language each; a policy puts others (7.3)."""


def _letter(subject: str, *paragraphs: str) -> dict[str, str]:
    return {"subject": subject, "body": "\n\n".join(paragraphs)}


TEXTS = {
    "birthday": {
        "en": _letter(
            "Happy birthday, {name}",
            "Dear {name},",
            "happy birthday!",
            "A warm, bright year to you.",
            "{operator}",
        ),
        "zh-hans": _letter(
            "{name}，生日快乐",
            "{name}：",
            "生日快乐！",
            "愿新的一岁，平安喜乐，所念皆如愿。",
            "{operator}",
        ),
    },
    "date": {
        "en": _letter(
            "{name}, all the best on your day",
            "Dear {name},",
            "I have not forgotten what day it is: {what}.",
            "All the best to you and yours.",
            "{operator}",
        ),
        "zh-hans": _letter(
            "{name}，今天是个好日子",
            "{name}：",
            "还记得今天是{what}。",
            "祝你和家人一切顺心。",
            "{operator}",
        ),
    },
    "festival": {
        "en": _letter(
            "Happy {what}, {name}",
            "Dear {name},",
            "happy {what}!",
            "I wish you and yours good days together.",
            "{operator}",
        ),
        "zh-hans": _letter(
            "{name}，{what}安康",
            "{name}：",
            "{what}到了，祝你和家人节日安康、平安喜乐。",
            "{operator}",
        ),
    },
    "anniversary": {
        "en": _letter(
            "{what} together: thank you, {name}",
            "Dear {name},",
            "{what} with us today. Thank you for all that you brought here.",
            "To many more.",
            "{operator}",
        ),
        "zh-hans": _letter(
            "{name}，感谢同行{what}",
            "{name}：",
            "今天是我们同行{what}的日子。谢谢你带来的一切。",
            "期待更多个年头。",
            "{operator}",
        ),
    },
    "milestone": {
        "en": _letter(
            "{what} followers: congratulations, {name}",
            "Dear {name},",
            "{what} followers! Every one of them was earned.",
            "Congratulations from all of us.",
            "{operator}",
        ),
        "zh-hans": _letter(
            "{name}，恭喜粉丝突破{what}",
            "{name}：",
            "粉丝突破{what}，每一位都来之不易。",
            "衷心祝贺！",
            "{operator}",
        ),
    },
    "event": {
        "en": _letter(
            "Thinking of you, {name}",
            "Dear {name},",
            "I have been thinking of what comes up for you: {what}.",
            "My best wishes for it.",
            "{operator}",
        ),
        "zh-hans": _letter(
            "{name}，送上祝福",
            "{name}：",
            "一直惦记着你的大事：{what}。",
            "祝一切顺利！",
            "{operator}",
        ),
    },
    "own": {
        "en": _letter(
            "{what}",
            "Dear {name},",
            "{what}.",
            "All the best.",
            "{operator}",
        ),
        "zh-hans": _letter(
            "{what}",
            "{name}：",
            "{what}。",
            "祝一切都好。",
            "{operator}",
        ),
    },
}
