"""Who grades a section and who may have its grades carried, by one rule for the desk and for every screen (R92)."""

from domain.errors import ApproverNotAllowed
from domain.grades import SectionGrading
from domain.ids import RecordHandle
from domain.principals import Principal, PrincipalKind, Role
from domain.rules.grades.authority import judge_submitter


def require_grader_of(who: Principal, section: SectionGrading | None) -> RecordHandle:
    """Return the person who grades a section; ApproverNotAllowed for anybody else, or acting as another (R92)."""
    person = who.person
    block = judge_submitter(section, person) if section and person else None
    if person is None or section is None or not _in_person(who) or block is not None:
        reason = block.reason if block else "Only a grader of this section may do this, acting as themselves (R92)."
        fix = block.fix if block else "Sign in as the instructor of record; the token must name the person."
        raise ApproverNotAllowed(reason, field="principal", fix=fix)
    return person


def may_grade(who: Principal, section: SectionGrading | None) -> bool:
    """Tell whether somebody may attest and enter; nobody may while they look at pages as another (R30, R92)."""
    try:
        require_grader_of(who, section)
    except ApproverNotAllowed:
        return False
    return True


def is_registrar(who: Principal) -> bool:
    """Tell whether somebody is the registrar, acting as themselves: they answer holds and start the carrying."""
    return Role.REGISTRAR in who.roles and _in_person(who)


def _in_person(who: Principal) -> bool:
    return who.kind is PrincipalKind.PERSON and who.acting_as is None
