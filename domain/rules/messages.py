"""What a message may say and when good news is told: no judgement, no grade, nobody else (R129, R130).

Words are looked for as a person would read them; titles of work, which an instructor wrote, are not judged here.
"""

import re
from decimal import Decimal

from domain.rules.alerts import AlertLimits

_JUDGING = re.compile(
    r"\b(risk|score|grades?|marks?|fail\w*|withdraw\w*|drop(ping|ped)?|suicid\w*|depress\w*|anxi\w*|disab\w*"
    r"|diagnos\w*|parents?|guardians?|classmates?|other students?)\b",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"[0-9@<>{}\[\]]|https?:", re.IGNORECASE)


def judges_or_names(text: str) -> bool:
    """Tell whether a sentence to a student speaks of a grade, a diagnosis, a risk, or other people (R130)."""
    return _JUDGING.search(text) is not None


def is_plain(text: str) -> bool:
    """Tell whether a sentence that a model worded may stand: no judgement, no figure and no address (R130)."""
    return not judges_or_names(text) and _FIGURES.search(text) is None


def is_good_news(raised_at: Decimal, now_at: Decimal, watch_from: Decimal, limits: AlertLimits) -> bool:
    """Tell whether a risk has fallen so far since the alert that the student should hear of it (R129).

    It must be below what any alert is raised for, and by ``good_news_fall`` lower than it was; risks are from 0 to 1.
    """
    fall = limits.good_news_fall
    return fall is not None and now_at < watch_from and raised_at - now_at >= fall
