"""Rules R99 to R135, which belong to attendance, withdrawal and early alert: mostly to come."""

from domain.calendar import day_end
from domain.changes import Tier
from domain.rules.catalogue import Rule, built, later

_A, _P, _H = Tier.AUTO, Tier.PROPOSE, Tier.HUMAN

LATER_RULES: tuple[Rule, ...] = (
    later("R99", "What counts as academic engagement", _A),
    later("R100", "Last access and last engagement are reported apart", _A),
    later("R101", "Tracking engagement as attendance needs a compliance look first", _H),
    later("R102", "Never attended is reported by census", _P),
    later("R103", "All failing may be an unofficial withdrawal", _P),
    later("R104", "Return of aid: the system supplies dates, the office computes", _H),
    later("R105", "Dropping one class is not a withdrawal", _A),
    later("R106", "Modules are judged together", _H),
    later("R107", "The clock for returning aid starts at determination", _H),
    later("R108", "Effective date and determination date stay apart", _A),
    later("R109", "Leaving in summer is no withdrawal if expected back", _A),
    later("R110", "The refund tier follows code and date", _A),
    later("R111", "Effects of a drop are shown before it is confirmed", _A),
    later("R112", "Special populations go to their office first", _H),
    later("R113", "Dropping the last class is another process", _H),
    built("R114", "Deadlines end in the institution's time zone", _A, day_end),
    later("R115", "A pending conduct case may bar withdrawal", _H),
    later("R116", "Evidence of engagement is kept before access ends", _A),
    later("R117", "No inactivity alert where the course does not use the LMS", _A),
    later("R118", "The first two weeks raise no alert", _A),
    later("R119", "No alert for who is graded, gone or auditing", _A),
    later("R120", "Several sites of one course count once", _A),
    later("R121", "An alert is reused rather than repeated", _A),
    later("R122", "No events differ from no data", _A),
    later("R123", "Students are compared within their course", _A),
    later("R124", "Training data must be sane", _A),
    later("R125", "Protected attributes are checked, not used", _A),
    later("R126", "Students see actions, not scores", _P),
    later("R127", "Advisors are not flooded", _A),
    later("R128", "Every alert has an owner, a date and a reason to close", _A),
    later("R129", "Good news is told too", _P),
    later("R130", "Messages hold no diagnosis and no grade", _A),
    later("R131", "Signs of distress reach a person at once", _H),
    later("R132", "Nudges are few and bound to a time", _P),
    later("R133", "An advisor's override is recorded with its reason", _P),
    later("R134", "Flags end with the term", _A),
    later("R135", "Text from the LMS is data, never an instruction", _A),
)
