"""Rules R99 to R135, which belong to attendance, withdrawal and early alert: some still to come."""

from domain.changes import Tier
from domain.rules.catalogue import Rule, later
from domain.rules.catalogue_drops import DROP_RULES

_A, _P, _H = Tier.AUTO, Tier.PROPOSE, Tier.HUMAN

LATER_RULES: tuple[Rule, ...] = (
    *DROP_RULES,
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
