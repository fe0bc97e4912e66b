"""Questions that the chat offers to whoever has not asked one yet, by role."""

from domain.principals import Principal, Role

_BY_ROLE: dict[Role, tuple[str, ...]] = {
    Role.ADVISOR: (
        "Who is at risk in my caseload, and why?",
        "What did we do for this student last term?",
        "What happens if a student drops a class now?",
    ),
    Role.INSTRUCTOR: (
        "Which students in my class have not submitted?",
        "What changed on my roster, and why?",
        "Until when can a student withdraw?",
    ),
    Role.REGISTRAR: (
        "What waits for my approval?",
        "What changed on this roster, and why?",
        "What does the policy say about late withdrawal?",
    ),
    Role.STUDENT: ("What is my grade in BIOL 101?", "What happens if I drop a class?", "When are final exams?"),
    Role.DEPARTMENT_CHAIR: ("How is my department doing this term?", "How many students are first-generation?"),
}
_ALWAYS = ("What can I ask here?",)


def suggestions_for(who: Principal) -> tuple[str, ...]:
    """Return what somebody might ask, at most four."""
    found = [words for role in _BY_ROLE if role in who.roles for words in _BY_ROLE[role]]
    return tuple(dict.fromkeys([*found, *_ALWAYS]))[:4]
