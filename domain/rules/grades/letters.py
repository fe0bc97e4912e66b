"""Which letters a student may get: the SIS's own options, grade mode, auditors, those who left (R76 to R80)."""

from domain.grades import GradeBlock, GradeMeaning, GradeOptions, SectionGrading
from domain.records import GradeMode, RegistrationStatus
from domain.rules.grades.case import GradeCase, hold, leave_out


def judge_legal_letter(case: GradeCase) -> GradeBlock | None:
    """Hold a letter that the SIS does not offer this student (R76); no list, no letter."""
    if case.options.gradable is not True:
        return hold(
            "R76",
            "The SIS does not say that this registration can be graded.",
            "Ask the registrar why the registration is not gradable.",
        )
    if not case.options.grades:
        return hold("R76", "The SIS gives no list of legal grades for this student.", "Read the grade options again.")
    if case.letter is None or case.grade is not None:
        return None
    legal = ", ".join(grade.letter for grade in case.options.grades)
    return hold(
        "R76",
        f"The grade {case.letter} is not among those the SIS accepts for this student: {legal}.",
        "Choose one of these, or have the registrar correct the grade mode.",
    )


def judge_grade_mode(options: GradeOptions, section: SectionGrading) -> GradeBlock | None:
    """Report a student whose grade mode the section does not have; early in the term, not at the deadline (R77)."""
    if options.mode is GradeMode.UNKNOWN:
        return hold("R77", "The student's grade mode is not known.", "Map the SIS's code in the institution file.")
    if options.mode in section.modes:
        return None
    return hold(
        "R77",
        f"The student's grade mode is {options.mode.value}, which the section does not have.",
        "Have the registrar correct the mode of the student or of the section.",
    )


def judge_pass_fail(case: GradeCase) -> GradeBlock | None:
    """Hold a pass or fail that has no stated cut-off to rest on; the instructor need not know who elected it (R78)."""
    if case.options.mode is not GradeMode.PASS_FAIL or case.practice.pass_from is not None or case.own_letter:
        return None
    return hold(
        "R78",
        "The institution states no cut-off for pass and fail.",
        "Set grading pass_from, the lowest percent that passes.",
    )


def judge_audit(case: GradeCase) -> GradeBlock | None:
    """Leave an auditor out; only a letter that the SIS means for auditors may go (R79)."""
    if case.options.mode is not GradeMode.AUDIT:
        return None
    if case.grade is not None and case.grade.meaning in {GradeMeaning.AUDIT, GradeMeaning.NO_GRADE}:
        return None
    return leave_out("R79", "The student audits the section and gets no letter.", "Nothing to do.")


def judge_withdrawn(options: GradeOptions) -> GradeBlock | None:
    """Leave out who has left: a W is the registrar's and is never overwritten from the LMS (R80)."""
    held = options.find(options.final_letter) if options.final_letter else None
    if options.status is RegistrationStatus.WITHDRAWN or (held and held.meaning is GradeMeaning.WITHDRAWN):
        return leave_out("R80", "The student has withdrawn; the registrar's grade stays.", "Nothing to do.")
    if options.status is not RegistrationStatus.REGISTERED:
        return leave_out(
            "R80",
            f"The registration is {options.status.value}, so no grade is due.",
            "Ask the registrar if the student should be on the roster.",
        )
    return None


def judge_letter_meaning(case: GradeCase) -> GradeBlock | None:
    """Hold a W that comes from the LMS (R80) and a letter whose meaning nobody has mapped (R76)."""
    if case.grade is None:
        return None
    if case.grade.meaning is GradeMeaning.WITHDRAWN:
        return hold("R80", "A withdrawal is entered by the registrar, not from the LMS.", "Choose another grade.")
    if case.grade.meaning is GradeMeaning.UNKNOWN:
        return hold(
            "R76", f"What the grade {case.letter} means is not known.", "Map the letter in the institution's table."
        )
    return None
