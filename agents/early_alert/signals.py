"""The signals a score is made of: where each comes from, how it is set beside the section, and which way it points.

The families are those of S205 and the student's history (S75 to S79, S132, S133). A signal's direction binds the fit:
more activity never raises a risk. Words are what an advisor reads beside a reason.
"""

from enum import StrEnum
from typing import NamedTuple


class Family(StrEnum):
    """The sub-scores that add up to the score."""

    ENGAGEMENT = "engagement"
    PARTICIPATION = "participation"
    TIMELINESS = "timeliness"
    ACHIEVEMENT = "achievement"
    STANDING = "standing"


class Scale(StrEnum):
    """How a raw value becomes an input.

    SHORTFALL: how far the value is more than half a deviation under the section's mean, zero above.
    SECTION: distance from the section's mean in standard deviations (R123). SHARE: distance from the section's mean.
    AS_IS: the value itself. LOG and ODDS: its logarithm, or the log-odds of a share.
    """

    SECTION = "section"
    SHORTFALL = "shortfall"
    SHARE = "share"
    AS_IS = "as_is"
    LOG = "log"
    ODDS = "odds"


class Signal(NamedTuple):
    """One input: ``direction`` is 1 where more means more risk, -1 where less does, 0 where nobody can say."""

    name: str
    family: Family
    scale: Scale
    direction: int
    words: str
    logged: bool = False
    """Whether the logarithm of the value plus one is what is compared, for counts with a long tail."""


_E, _P, _T, _A, _S = tuple(Family)
SIGNALS: tuple[Signal, ...] = (
    Signal("days_14", _E, Scale.SECTION, -1, "active days in the last 14"),
    Signal("few_days", _E, Scale.SHORTFALL, 1, "active days in the last 14, far under the section"),
    Signal("days_7", _E, Scale.SECTION, -1, "active days in the last 7"),
    Signal("days_28", _E, Scale.SECTION, -1, "active days in the last 28"),
    Signal("days_all", _E, Scale.SECTION, -1, "active days since the first day", logged=True),
    Signal("clicks_14", _E, Scale.SECTION, -1, "clicks in the last 14 days", logged=True),
    Signal("days_3", _E, Scale.SECTION, -1, "active days in the last 3"),
    Signal("clicks_7", _E, Scale.SECTION, -1, "clicks in the last 7 days", logged=True),
    Signal("clicks_a_day", _E, Scale.SECTION, -1, "clicks on an active day", logged=True),
    Signal("days_before", _E, Scale.SECTION, -1, "active days before the first day", logged=True),
    Signal("longest_gap", _E, Scale.SECTION, 1, "longest stretch of days without activity", logged=True),
    Signal("clicks", _E, Scale.SECTION, -1, "clicks since the first day", logged=True),
    Signal("clicks_before", _E, Scale.SECTION, -1, "clicks before the first day", logged=True),
    Signal("login_days_14", _E, Scale.SECTION, -1, "days with a login in the last 14"),
    Signal("idle_days", _E, Scale.SECTION, 1, "days since the last activity", logged=True),
    Signal("discussion_days", _P, Scale.SECTION, -1, "days in the discussion"),
    Signal("quiz_days", _P, Scale.SECTION, -1, "days with a quiz"),
    Signal("live_days", _P, Scale.SECTION, -1, "days in an online class"),
    Signal("on_time", _T, Scale.SECTION, -1, "share of due work handed in on time"),
    Signal("missing", _T, Scale.SECTION, 1, "share of due work not handed in"),
    Signal("late", _T, Scale.SECTION, 1, "pieces of work handed in late"),
    Signal("ahead", _T, Scale.SECTION, -1, "pieces of work handed in before they are due"),
    Signal("lateness", _T, Scale.SECTION, 1, "mean days between due and hand-in"),
    Signal("mark", _A, Scale.AS_IS, -1, "marks, in standard deviations from the section's mean"),
    Signal("last_mark", _A, Scale.AS_IS, -1, "last mark, in standard deviations from the section's mean"),
    Signal("percent", _A, Scale.AS_IS, -1, "marks in percent"),
    Signal("last_percent", _A, Scale.AS_IS, -1, "last mark in percent"),
    Signal("failed_last", _A, Scale.AS_IS, 1, "last mark under 40 percent"),
    Signal("no_mark", _A, Scale.SHARE, 1, "no mark yet"),
    Signal("education", _S, Scale.AS_IS, -1, "earlier education, on a scale of 0 to 4"),
    Signal("little_education", _S, Scale.AS_IS, 1, "earlier education under A level or the like"),
    Signal("attempts", _S, Scale.AS_IS, 1, "earlier attempts at the course"),
    Signal("credits", _S, Scale.LOG, 0, "credits studied at once"),
    Signal("lead_days", _S, Scale.AS_IS, 0, "days between registration and first day", logged=True),
    Signal("earlier_passed", _S, Scale.AS_IS, -1, "courses passed earlier"),
    Signal("earlier_failed", _S, Scale.AS_IS, 1, "courses failed earlier"),
    Signal("earlier_withdrawn", _S, Scale.AS_IS, 1, "courses left earlier"),
    Signal("course_rate", _S, Scale.ODDS, 1, "share of earlier students of the course who failed or left"),
    Signal("winter", _S, Scale.AS_IS, 0, "a course that starts in the second term of the year"),
)
BY_NAME = {signal.name: signal for signal in SIGNALS}
SHARES = frozenset({"on_time", "missing", "course_rate"})
"""Signals that are read as percentages."""
FACTS = frozenset({"failed_last", "no_mark", "little_education", "winter"})
"""Signals that are so or not, of which a median says nothing."""
COLD = frozenset(signal.name for signal in SIGNALS if signal.family is Family.STANDING) | {
    "clicks_before",
    "days_before",
}
"""What is known before the first day (S135)."""
