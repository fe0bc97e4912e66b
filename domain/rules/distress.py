"""Words of distress: whatever text holds them leaves automation at once and goes to people (R131).

The list errs on the side of a person looking. It is no diagnosis and no model is asked; a text it does not match may
still be a call for help, so staff who read messages stay the first line.
"""

import re
from enum import StrEnum

_PHRASES = (
    r"kill(ing)? (my|him|her|them)self",
    r"suicid\w*",
    r"end (my|his|her|their) (own )?life",
    r"(want|wants|wanted|going|rather) (to )?(die|be dead)",
    r"better off (dead|without me)",
    r"(hurt|hurting|harm|harming|cut|cutting) (my|him|her|them)self",
    r"self[- ]?harm\w*",
    r"no (reason|point) (to|in) (live|living|go on|going on)",
    r"(can ?not|can'?t|don'?t want to|do not want to) (go on|live|be here|do (this|it)) any ?more",
    r"(don'?t|do not|can'?t|can ?not) see (the|any) (point|reason)",
    r"(feel|feels|feeling|am|is|so) (hopeless|worthless|trapped)",
    r"can(no|')?t get out of bed",
    r"(nobody|no ?one) (notices|cares|would (notice|care|miss me))",
    r"overdos\w+",
    r"(being|was|been) (abused|assaulted|raped|stalked)",
    r"not safe at home",
)
_DISTRESS = re.compile(r"\b(" + "|".join(_PHRASES) + r")\b", re.IGNORECASE)


class Path(StrEnum):
    """Where a text about a student goes next."""

    AUTOMATION = "automation"
    CRISIS = "crisis"


def path_of(text: str) -> Path:
    """Send a text to people where it speaks of distress, whatever else it says (R131)."""
    plain = text.replace("\u2019", "'")
    return Path.CRISIS if _DISTRESS.search(" ".join(plain.split())) else Path.AUTOMATION
