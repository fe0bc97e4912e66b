"""Which classes a student holds or plans that rest on the class to be dropped (R111, S116)."""

from collections.abc import Iterable, Sequence

from domain.drops import Requirement


def courses_in_the_chain(
    dropped: str, rows: Iterable[Requirement], planned: Sequence[str], passed: frozenset[str], held: frozenset[str]
) -> tuple[str, ...]:
    """Return the courses that the drop leaves without a prerequisite, directly or through another, in planned order.

    ``planned`` are the student's courses of this term and later ones, ``held`` those of this term, which satisfy a
    requirement. A course with another way to satisfy it, passed or held, is not in the chain. Circles end by
    themselves.
    """
    requirements, chain = tuple(rows), frozenset[str]()
    while added := {course for course in planned if course not in chain} & _unmet(
        requirements, gone=chain | {dropped}, kept=passed | (held - chain - {dropped})
    ):
        chain |= added
    return tuple(course for course in dict.fromkeys(planned) if course in chain)


def _unmet(rows: Sequence[Requirement], *, gone: frozenset[str], kept: frozenset[str]) -> frozenset[str]:
    """Return the courses with a requirement that named what is gone and that nothing else satisfies."""
    return frozenset(row.course for row in rows if row.any_of & gone and not row.any_of & kept)
