"""Characters of given names that people read in two ways: found by either, shown by pypinyin's choice.

A dictionary lists far more readings (思 sāi, 可 gè) than anybody uses in a name; these are the ones in use.
"""

TABLE = """
乐樂 lè yuè
长長 cháng zhǎng
行 xíng háng
重 zhòng chóng
朝 cháo zhāo
晟 shèng chéng
盛 shèng chéng
茜 qiàn xī
柏 bǎi bó
莘 shēn xīn
隽雋 juàn jùn
露 lù lòu
栖棲 qī xī
强強 qiáng jiàng
仔 zǐ zǎi
参參 cān shēn
传傳 chuán zhuàn
调調 tiáo diào
弹彈 tán dàn
藏 cáng zàng
颉頡 jié xié
峤嶠 qiáo jiào
琢 zhuó zuó
率 shuài lǜ
会會 huì kuài
都 dū dōu
单單 dān shàn
曾 zēng céng
"""
READINGS_OF = {
    character: tuple(readings)
    for characters, *readings in map(str.split, TABLE.strip().splitlines())
    for character in characters
}
