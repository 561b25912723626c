"""Recordings without what they tell besides the sound: title and owner, cover, time, place, device.

Written here and not left to a tag library: those take off what their own format calls tags, and leave what
phones write of place and time in the boxes and chunks beside them. The sound itself is copied as it is.
"""

from kol_crm.core.recordings import boxes, chunks, ogg, tagged
from kol_crm.core.recordings.broken import Broken

__all__ = ["Broken", "without_properties"]


def without_properties(content: bytes) -> bytes:
    """The same sound. Which format it is shows behind a tag at its head, which any may carry.

    Raises ``Broken`` for what is cut off, or of a codec of which nobody knows where it keeps its tags.
    """
    content = tagged.without_head(content)
    if content.startswith(b"fLaC"):
        bare = chunks.flac(tagged.without_tail(content))
    elif content.startswith(b"RIFF"):
        bare = chunks.wav(content)
    elif content.startswith(b"OggS"):
        bare = ogg.without_comments(content)
    elif content[4:8] == b"ftyp":
        bare = boxes.without_properties(content)
    else:
        bare = tagged.without_tail(content)  # MPEG, AAC and AMR are frames from end to end
    if not bare:
        raise Broken
    return bare
