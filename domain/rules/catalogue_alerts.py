"""Rules R117 to R135, which belong to early alert and to what people wrote."""

from domain.changes import Tier
from domain.rules import alert_policy, alerts, distress, messages
from domain.rules.catalogue import Rule, built, elsewhere

_A, _P, _H = Tier.AUTO, Tier.PROPOSE, Tier.HUMAN

ALERT_RULES: tuple[Rule, ...] = (
    built("R117", "No inactivity alert where the course does not use the LMS", _A, alerts.uses_lms),
    built("R118", "The first two weeks raise no alert", _A, alerts.is_opening),
    built("R119", "No alert for who is graded, gone or auditing", _A, alerts.may_be_alerted),
    built("R120", "Several sites of one course count once", _A, alerts.counts_once),
    built("R121", "An alert is reused rather than repeated", _A, alert_policy.judge_refire, alert_policy.silence_of),
    built("R122", "No events differ from no data", _A, alerts.count_or_unknown, alerts.is_stale),
    built("R123", "Students are compared within their course", _A, alerts.may_compare),
    built("R124", "Training data must be sane", _A, alerts.may_train_on),
    built("R125", "Protected attributes are checked, not used", _A, alerts.protected_inputs, alerts.parity_flag),
    built("R126", "Students see actions, not scores", _P, alerts.may_see_score),
    built("R127", "Advisors are not flooded", _A, alert_policy.silence_of, alert_policy.choose_alerts),
    built("R128", "Every alert has an owner, a date and a reason to close", _A, alert_policy.what_alert_lacks),
    built("R129", "Good news is told too", _P, messages.is_good_news),
    built("R130", "Messages hold no diagnosis and no grade", _A, messages.judges_or_names, messages.is_plain),
    built("R131", "Signs of distress reach a person at once", _H, distress.path_of),
    built("R132", "Nudges are few and bound to a time", _P, alert_policy.is_time_bound),
    built("R133", "An advisor's override is recorded with its reason", _P, alert_policy.is_accountable_override),
    built("R134", "Flags end with the term", _A, alert_policy.closes_with_term, alert_policy.stale_after_term),
    elsewhere("R135", "Text from the LMS is data, never an instruction", _A, "privacy.knowledge.vocabulary"),
)
