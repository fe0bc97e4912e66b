"""Rules R76 to R98, which belong to grade passback, with the functions that keep them."""

from domain.changes import Tier
from domain.rules.catalogue import Rule, built
from domain.rules.grades import authority, changes, engagement, incompletes, letters, rosters, scores, sending, windows

_A, _P, _H = Tier.AUTO, Tier.PROPOSE, Tier.HUMAN

GRADE_RULES: tuple[Rule, ...] = (
    built(
        "R76",
        "Which grades are valid depends on student, section and mode",
        _A,
        letters.judge_legal_letter,
        letters.judge_letter_meaning,
    ),
    built("R77", "A grade-mode mismatch is reported early", _A, letters.judge_grade_mode),
    built("R78", "Pass or fail is derived by a stated cut-off", _A, letters.judge_pass_fail, scores.pass_or_fail),
    built("R79", "Auditors get no letter", _A, letters.judge_audit),
    built("R80", "A W the registrar entered stays", _A, letters.judge_withdrawn, letters.judge_letter_meaning),
    built("R81", "An incomplete needs a default grade and a date", _P, incompletes.judge_incomplete),
    built("R82", "An incomplete after the term is a change of grade", _H, incompletes.judge_late_incomplete),
    built("R83", "No grade now never replaces a submitted one", _A, incompletes.judge_no_grade_now),
    built("R84", "A failing grade needs the last day of engagement", _A, engagement.judge_engagement),
    built(
        "R85",
        "Which LMS number counts, and whether work is ungraded",
        _A,
        scores.choose_grade,
        scores.judge_ungraded_work,
    ),
    built("R86", "Hidden grades hold the submission", _A, scores.judge_hidden_grades),
    built("R87", "Without a grading scheme no letter is derived", _A, scores.judge_scheme),
    built("R88", "Who is not on the grade roster is left out and listed", _A, rosters.judge_membership),
    built("R89", "No grade is never zero", _A, scores.judge_ungraded_student),
    built("R90", "Cross-listed grades go section by section", _A, rosters.rows_by_section, rosters.judge_section),
    built("R91", "Secondary-section grading follows the section's setting", _A, authority.judge_secondary_grading),
    built(
        "R92",
        "Only the instructor of record or a delegate submits",
        _H,
        authority.judge_submitter,
        authority.judge_attestation,
    ),
    built(
        "R93",
        "Outside the window there is no passback",
        _H,
        windows.judge_final_window,
        windows.judge_stage,
        changes.refusal_of_change,
    ),
    built("R94", "Interim grades are never final", _A, windows.judge_interim_window, windows.judge_column),
    built(
        "R95",
        "Part of a submission may be refused, student by student",
        _A,
        sending.outstanding,
        sending.receivers_of_receipts,
    ),
    built(
        "R96",
        "Sending the same grade again changes nothing",
        _A,
        sending.outstanding,
        sending.is_already_held,
        sending.judge_taken_out,
    ),
    built("R97", "Where the SIS already has a grade, it wins", _P, sending.judge_already_graded),
    built("R98", "Grades never appear in tickets or channels", _A, sending.may_carry_grades),
)
