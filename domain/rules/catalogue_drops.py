"""Rules R99 to R116: engagement, attendance, federal aid, and leaving a class."""

from domain.calendar import day_end
from domain.changes import Tier
from domain.rules.catalogue import Rule, built
from domain.rules.drop import (
    aid,
    aid_days,
    attendance,
    deadlines,
    engagement,
    evidence,
    load,
    obstacles,
    prerequisites,
    progress,
    refunds,
)

_A, _P, _H = Tier.AUTO, Tier.PROPOSE, Tier.HUMAN

DROP_RULES: tuple[Rule, ...] = (
    built("R99", "What counts as academic engagement", _A, engagement.is_academic),
    built("R100", "Last access and last engagement are reported apart", _A, engagement.last_days),
    built(
        "R101",
        "Tracking engagement as attendance needs a compliance look first",
        _H,
        engagement.may_count_as_attendance,
    ),
    built("R102", "Never attended is reported by census", _P, attendance.attendance_of),
    built("R103", "All failing may be an unofficial withdrawal", _P, attendance.unofficial_withdrawal),
    built(
        "R104",
        "Return of aid: the system supplies dates, the office computes",
        _H,
        aid.aid_dates,
        aid_days.share_completed,
        aid_days.first_day_after,
        aid_days.midpoint,
    ),
    built("R105", "Dropping one class is not a withdrawal", _A, aid.aid_question),
    built("R106", "Modules are judged together", _H, aid.aid_question),
    built("R107", "The clock for returning aid starts at determination", _H, aid.aid_dates),
    built("R108", "Effective date and determination date stay apart", _A, aid.aid_dates, aid.enrolment_report),
    built("R109", "Leaving in summer is no withdrawal if expected back", _A, aid.enrolment_report),
    built("R110", "The refund tier follows code and date", _A, refunds.refund_tier, refunds.refund_of),
    built(
        "R111",
        "Effects of a drop are shown before it is confirmed",
        _A,
        load.load_change,
        progress.hours_after,
        progress.attempts_after,
        prerequisites.courses_in_the_chain,
    ),
    built("R112", "Special populations go to their office first", _H, obstacles.offices_first),
    built("R113", "Dropping the last class is another process", _H, obstacles.last_class),
    built(
        "R114",
        "Deadlines end in the institution's time zone",
        _A,
        day_end,
        deadlines.reinstatement_ends_at,
    ),
    built("R115", "A pending conduct case may bar withdrawal", _H, obstacles.conduct),
    built("R116", "Evidence of engagement is kept before access ends", _A, evidence.may_end_access),
)
