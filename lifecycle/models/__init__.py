from lifecycle.models.review import Review, ReviewNotice
from lifecycle.models.stage import Cause, Move, Stay

__all__ = ["Cause", "Move", "Review", "ReviewNotice", "Stay"]
