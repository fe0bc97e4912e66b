"""What insights find and do not find, on classes drawn from a known truth (S108, S109, R29)."""

import random

import numpy as np
import pytest

from agents.insights import ClassObserved, Offered, count_adoption, find_lifts, find_quiet_classes
from agents.insights.comparing import compare, share_of_false
from agents.insights.findings import Adjusted, Insights, Numbers
from domain.ids import Crn, RecordHandle, ResourceId, SectionKey, TermCode
from domain.learning import ResourceKind

HELPS, IDLE, EFFORT = ResourceId("quiz-1"), ResourceId("page-2"), ResourceId("page-3")
OFFERED = tuple(Offered(each, each, ResourceKind.PAGE) for each in (HELPS, IDLE, EFFORT))
GRADED = Offered(ResourceId("quiz-9"), "Midterm", ResourceKind.QUIZ, counts=True)
SMALLEST = 10


def section(number: int) -> SectionKey:
    return SectionKey(TermCode("202680"), Crn(f"{number:05d}"))


def drawn(
    number: int, *, n: int = 40, lift: float = 0, seed: int = 1, activity: float = 1, extra: int = 0
) -> ClassObserved:
    """A class in which effort moves clicks, grades and one resource; ``lift`` points go with opening another."""
    rng = random.Random(f"{seed} {number}")
    people = [RecordHandle(f"per_{number}_{each}") for each in range(n)]
    effort = {who: rng.gauss(0, 1) for who in people}
    opened: dict[ResourceId, dict[RecordHandle, int]] = {
        HELPS: {who: 3 for who in people if rng.random() < 0.5},
        IDLE: {who: 2 for who in people if rng.random() < 0.5},
        EFFORT: {who: 2 for who in people if effort[who] + rng.gauss(0, 0.3) > 0},
        GRADED.id: {who: 1 for who in people if effort[who] > 0},
    }
    scores = {who: 75 + 6 * effort[who] + rng.gauss(0, 5) + lift * (who in opened[HELPS]) for who in people}
    views = {who: int(activity * 100 * np.exp(0.6 * effort[who])) for who in people}
    more = tuple(Offered(ResourceId(f"page-{100 + each}"), "more", ResourceKind.PAGE) for each in range(extra))
    return ClassObserved(
        section(number),
        f"MATH {number}",
        "MATH",
        frozenset(people),
        10.0,
        (*OFFERED, GRADED, *more),
        scores,
        opened,
        views,
    )


def test_s108_what_goes_with_higher_grades_is_found_with_its_interval() -> None:
    found = find_lifts([drawn(1, lift=10)], SMALLEST).lifts
    (lift,) = [one for one in found if one.stands]
    assert (lift.resource, lift.n, bool(lift.next_step)) == (HELPS, 40, True)
    assert lift.low < 10 < lift.high


def test_s108_effort_alone_is_no_lift_and_neither_is_nothing() -> None:
    classes = [drawn(number, seed=5) for number in range(25)]
    found = find_lifts(classes, SMALLEST).lifts
    assert len(found) > 60
    assert [one for one in found if one.stands] == []


def test_s108_chances_are_even_where_nothing_is() -> None:
    chances = [one.p for number in range(40) for one in find_lifts([drawn(number, seed=9)], SMALLEST).lifts]
    assert 0.01 <= float(np.mean([p < 0.05 for p in chances])) <= 0.10


def test_s108_standing_in_other_classes_is_taken_out_where_it_is_known() -> None:
    first = drawn(1, lift=8)
    second = first._replace(section=section(2), offered=())
    lifts = find_lifts([first, second], SMALLEST).lifts
    assert {one.adjusted for one in lifts} == {Adjusted.CLICKS_AND_STANDING}
    assert {one.adjusted for one in find_lifts([first], SMALLEST).lifts} == {Adjusted.CLICKS}


def test_work_that_counts_is_never_compared_with_the_grade_it_is_part_of() -> None:
    assert GRADED.id not in {one.resource for one in find_lifts([drawn(1)], SMALLEST).lifts}


def test_r29_a_side_below_the_smallest_cell_is_not_compared_and_its_complement_neither() -> None:
    one = drawn(1, n=40, lift=30)
    people = sorted(one.students)
    assert one.opened is not None
    few = one._replace(opened={**one.opened, HELPS: dict.fromkeys(people[:9], 1), IDLE: dict.fromkeys(people[9:], 1)})
    found = find_lifts([few], SMALLEST)
    assert {lift.resource for lift in found.lifts} == {EFFORT}
    assert found.too_small == 2


def test_r122_a_class_whose_views_were_not_read_is_not_compared() -> None:
    one = drawn(1, lift=20)
    assert find_lifts([one._replace(opened=None)], SMALLEST).lifts == ()
    assert find_quiet_classes([one._replace(views=None)], SMALLEST) == ()


def test_the_same_data_give_the_same_numbers() -> None:
    assert find_lifts([drawn(1, lift=5)], SMALLEST) == find_lifts([drawn(1, lift=5)], SMALLEST)


def test_one_mark_entered_wrongly_decides_nothing() -> None:
    rng = np.random.default_rng(4)
    scores, opened = rng.normal(75, 3, 40), np.repeat([0.0, 1.0], 20)
    none, spoilt = np.zeros((40, 1)), scores.copy()
    spoilt[25] = 900
    assert compare(spoilt, opened, none).p > 0.3
    helped = scores + 6 * opened
    helped[3] = 900
    assert compare(helped, opened, none).p < 0.01


def test_the_share_of_false_findings_counts_every_comparison() -> None:
    assert share_of_false([0.01, 0.02, 0.03, 0.04]) == pytest.approx([0.04] * 4)
    assert share_of_false([0.001, 0.5]) == pytest.approx([0.002, 0.5])
    assert share_of_false([]) == []


def test_s109_little_use_of_much_is_found_and_little_use_of_little_is_not() -> None:
    usual = [drawn(number) for number in range(6)]
    quiet = find_quiet_classes([*usual, drawn(9, activity=0.15, extra=20)], SMALLEST)
    assert [one.course for one in quiet if one.quiet] == ["MATH 9"]
    poor = drawn(9, activity=0.15)._replace(offered=OFFERED[:1])
    assert not any(one.quiet for one in find_quiet_classes([*usual, poor], SMALLEST))
    assert not any(one.quiet for one in find_quiet_classes(usual, SMALLEST))


def test_s109_a_class_alone_or_outside_the_lms_is_never_quiet() -> None:
    quiet = drawn(9, activity=0.1, extra=20)
    assert not any(one.quiet for one in find_quiet_classes([drawn(1), quiet], SMALLEST))
    silent = quiet._replace(views={})
    usual = [drawn(number) for number in range(6)]
    assert silent.section not in {one.section for one in find_quiet_classes([*usual, silent], SMALLEST)}


def test_s103_adoption_counts_classes_and_hides_what_one_small_class_would_tell() -> None:
    (row,) = [one for one in count_adoption([drawn(1), drawn(2)], SMALLEST) if one.kind is ResourceKind.PAGE]
    assert (row.classes, row.offering, row.opened_by_most) == (2, 2, 2)
    (small,) = [one for one in count_adoption([drawn(1, n=9)], SMALLEST) if one.kind is ResourceKind.PAGE]
    assert small.opened_by_most is None


@pytest.mark.parametrize(
    ("rows", "drawn"),
    [
        ({"90 and more": 100, "80 to 89": 50}, True),
        ({"90 and more": 100, "80 to 89": 49}, False),
        ({"all": None}, False),
    ],
)
def test_r29_a_distribution_is_drawn_of_many_students_only(rows: dict[str, int | None], drawn: bool) -> None:
    table = Numbers(title="Grades", rows=rows)
    found = Insights(asked="MATH", term=TermCode("202680"), classes=1, smallest=10, numbers=(table,))
    assert (found.chart is not None) is drawn
    assert Insights(asked="MATH", term=TermCode("202680"), classes=0, smallest=10).chart is None
