"""Chinese surnames: which names begin with one, and the readings a dictionary of words gets wrong.

pypinyin answers with the reading of the character as a word: 单 dān, 曾 céng (STACK, traps). Here stand the
readings as a surname where they differ; own tables, in simplified and traditional characters.
"""

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
HAN_NAME = re.compile(f"[{HAN}]+")
LONGEST_PLAIN, LONGEST_COMPOUND = 3, 4

# One text, asked with `in`: all have two characters, and blanks keep neighbours apart.
COMPOUND_SURNAMES = """
欧阳 歐陽 上官 司马 司馬 诸葛 諸葛 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 令狐 慕容 司徒 司空
夏侯 轩辕 軒轅 长孙 長孫 宇文 端木 独孤 獨孤 南宫 南宮 西门 西門 东郭 東郭 百里 呼延 澹台
澹臺 公冶 宗政 濮阳 濮陽 淳于 单于 單于 太叔 申屠 仲孙 仲孫 钟离 鍾離 鲜于 鮮于 闾丘 閭丘
亓官 万俟 萬俟 赫连 赫連 拓跋 左丘 第五 公羊 谷梁 穀梁 梁丘 褚师 褚師 羊舌 微生 巫马 巫馬
乐正 樂正 漆雕 公西 壤驷 壤駟 夹谷 夾谷 宰父 段干 纳兰 納蘭 完颜 完顏 颛孙 顓孫 哥舒 贺兰
賀蘭 耶律
"""

COMPOUND_READINGS = {
    "万俟": ("mò", "qí"), "萬俟": ("mò", "qí"),
    "单于": ("chán", "yú"), "單于": ("chán", "yú"),
    "尉迟": ("yù", "chí"), "尉遲": ("yù", "chí"),
    "澹台": ("tán", "tái"), "澹臺": ("tán", "tái"),
    "乐正": ("yuè", "zhèng"), "樂正": ("yuè", "zhèng"),
    "长孙": ("zhǎng", "sūn"), "長孫": ("zhǎng", "sūn"),
    "宰父": ("zǎi", "fǔ"),
}  # fmt: skip

CHARACTERS_BY_READING = {
    "bì": "秘", "bó": "薄", "bǔ": "卜", "chóng": "种重", "dū": "都", "gān": "干", "gě": "盖蓋葛",
    "gōu": "句", "guì": "炅", "guō": "过過", "hǎ": "哈", "hè": "黑", "huà": "华華", "jǐ": "纪紀",
    "jué": "角", "kàn": "阚闞", "líng": "令", "lù": "六", "miào": "缪繆", "nā": "那", "nài": "佴能",
    "nàn": "难難", "nián": "粘", "niè": "乜", "ōu": "区區", "piáo": "朴", "pó": "繁", "qín": "覃",
    "qiú": "仇", "què": "阙闕", "rén": "任", "sǎ": "撒", "shàn": "单單", "shào": "召", "shé": "折",
    "wèi": "尉", "xiàng": "相", "xiǎn": "洗", "xiè": "解", "xún": "郇", "yān": "燕", "yāo": "么",
    "yuè": "乐樂", "yùn": "员員贠貟", "zàng": "藏", "zēng": "曾", "zhā": "查", "zhái": "翟", "zhài": "祭",
    "zhān": "占",
}  # fmt: skip
READINGS = {character: reading for reading, group in CHARACTERS_BY_READING.items() for character in group}


def split_surname(name: str) -> tuple[str, str]:
    """(surname, given name) of a Chinese personal name; ("", name) for anything else.

    A name of two or three characters begins with its surname, one of up to four with a compound one. Doubled
    beginnings are nicknames (乐乐, 莉莉安), and what is longer is no personal name.
    """
    if not HAN_NAME.fullmatch(name) or not 2 <= len(name) <= LONGEST_COMPOUND or name[0] == name[1]:
        return "", name
    if name[:2] in COMPOUND_SURNAMES:
        return name[:2], name[2:]
    return (name[:1], name[1:]) if len(name) <= LONGEST_PLAIN else ("", name)
