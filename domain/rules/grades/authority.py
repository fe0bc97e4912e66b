"""Who may submit the grades of a section: the system carries an attested sheet and is never the grader (R91, R92)."""

from datetime import datetime

from domain.grades import Attestation, GradeBlock, SectionGrading
from domain.ids import RecordHandle
from domain.rules.grades.case import stop


def judge_submitter(section: SectionGrading, person: RecordHandle) -> GradeBlock | None:
    """Stop a submission by anybody but an instructor of record or a named delegate (R92)."""
    if person in section.graders:
        return None
    return stop(
        "R92",
        "The submitter is neither instructor of record nor a delegate of this section.",
        "Have the instructor of record submit, or the registrar name a delegate.",
    )


def judge_secondary_grading(section: SectionGrading) -> GradeBlock | None:
    """Stop a submission through the primary section where its secondary sections are graded (R91)."""
    if not section.secondary_grading or section.secondary:
        return None
    return stop(
        "R91",
        "Grades of this class are submitted in its secondary sections.",
        "Submit there, or turn secondary-section grading off in the SIS.",
    )


def judge_attestation(
    section: SectionGrading, sheet_hash: str, attestation: Attestation | None, now: datetime
) -> GradeBlock | None:
    """Stop a sheet that nobody entitled has attested in exactly this form (R92)."""
    if attestation is None:
        return stop("R92", "Nobody has attested this sheet.", "Ask the instructor of record to attest it.")
    if attestation.sheet_hash != sheet_hash:
        return stop("R92", "The sheet has changed since it was attested.", "Ask for a new attestation.")
    if attestation.attested_at > now:
        return stop("R92", "The attestation is dated ahead.", "Check the clock and ask for a new attestation.")
    return judge_submitter(section, attestation.attested_by)
