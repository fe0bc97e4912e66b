"""Chooses existing, published resources for the needs of a student: code decides, nothing is made up (S93 to S95)."""

from collections.abc import Iterator, Sequence

from agents.paths.known import Known
from agents.paths.needs import Found, find_needs
from agents.paths.recommended import LearningPath, Need, Recommendation, View
from domain.ids import RecordHandle, ResourceId, RuleId
from domain.learning import Resource, ResourceKind

MOST = 6
"""Recommendations of one path: more than that is a reading list."""
MOST_FOR_ONE = 2
_STUDY = (ResourceKind.QUIZ, ResourceKind.PAGE, ResourceKind.LINK, ResourceKind.FILE, ResourceKind.DISCUSSION)
OFFER = "what the class offers"
"""Named among what is not known where an empty path says nothing about the class (R122)."""
_FURTHER = "further"
_GROUP_WHY = "Others of the class work together here."


def choose(known: Known, person: RecordHandle, view: View) -> LearningPath:
    """Return the path: up to two resources a need, each resource once, things not opened yet first."""
    needs, chosen = list(find_needs(known)), dict[ResourceId, Recommendation]()
    for found in needs:
        for one in _fitting(found, known, set(chosen))[:MOST_FOR_ONE]:
            chosen[one.id] = _recommend(found, one, view)
    picked = list(chosen.values())[:MOST]
    if len(picked) < MOST:
        picked += list(_company(needs, known, view))[:1]
    return LearningPath(
        section=known.section.key,
        person=person,
        view=view,
        recommendations=tuple(picked),
        not_known=tuple(_not_known(known)),
    )


def _fitting(found: Found, known: Known, taken: set[ResourceId]) -> list[Resource]:
    """Return what answers a need, best first: of its module, not opened yet, something to practise before reading."""
    module = found.module or _first_module(known)
    graded = {work.name.casefold() for work in known.assignments}
    open_to = [
        one
        for one in known.resources
        if one.published
        and one.url
        and one.id not in taken
        and one.kind in _STUDY
        and one.title.casefold() not in graded
    ]
    if found.need is Need.MAJOR:
        fit = [one for one in open_to if _FURTHER in one.title.casefold() and not _was_opened(one, known)]
    else:
        fit = [one for one in open_to if one.module == module]
    return sorted(fit, key=lambda one: _rank(one, known))


def _rank(one: Resource, known: Known) -> tuple[bool, bool, int, int, ResourceId]:
    """Order by what was left before (S97), what was opened, practice before reading, and place."""
    return one.id in known.left, _was_opened(one, known), _STUDY.index(one.kind), one.position, one.id


def _first_module(known: Known) -> str:
    modules = [one for one in known.resources if one.kind is ResourceKind.MODULE and one.published]
    return min(modules, key=lambda one: (one.position, one.id)).title if modules else ""


def _is_open(one: Resource) -> bool:
    """Tell whether a student can open it: published, with an address in the LMS."""
    return one.published and bool(one.url)


def _was_opened(one: Resource, known: Known) -> bool:
    return bool((known.opened or {}).get(one.id))


def _recommend(found: Found, one: Resource, view: View) -> Recommendation:
    return Recommendation(
        resource=one.id,
        url=one.url,
        title=one.title,
        kind=one.kind,
        module=one.module,
        need=found.need,
        rule=found.rule,
        reason=found.to_student if view is View.STUDENT else found.to_staff,
        evidence=found.evidence,
    )


def _company(needs: Sequence[Found], known: Known, view: View) -> Iterator[Recommendation]:
    """Yield a study group where there is a need and the student has not been in one (S95)."""
    pressing = next((found for found in needs if found.need not in (Need.MAJOR, Need.COMING_WORK)), None)
    if pressing is None:
        return
    for one in sorted(known.resources, key=lambda one: one.id):
        if one.kind is ResourceKind.GROUP and _is_open(one) and not _was_opened(one, known):
            found = Found(
                Need.COMPANY, RuleId("S95"), pressing.evidence, _GROUP_WHY, f"{pressing.to_staff} {_GROUP_WHY}"
            )
            yield _recommend(found, one, view)


def _not_known(known: Known) -> Iterator[str]:
    if not known.offer_known:
        yield OFFER
    if known.submissions is None:
        yield "what was handed in"
    if known.opened is None:
        yield "what was opened"
    if known.past is None:
        yield "past courses"
    if known.programmes is None:
        yield "programme"
