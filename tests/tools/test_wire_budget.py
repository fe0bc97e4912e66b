"""The cost budget slows down before the bucket runs dry (R73), shown with a clock that the test moves."""

import pytest

from tests.tools.test_wire_client import THROTTLE, connect, in_turn
from tests.tools.wire_server import Reply, serve
from tools.wire import CostBudget


class Hand:
    """A clock whose sleep moves it."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, 0.0

    def sleep(self, seconds: float) -> None:
        self.now, self.slept = self.now + seconds, self.slept + seconds


def budget(hand: Hand) -> CostBudget:
    return CostBudget(reserve=100, outflow=10, clock=lambda: hand.now, sleep=hand.sleep)


@pytest.mark.parametrize(
    ("left", "seconds_later", "wait"),
    [("600.0", 0, 0), ("99.5", 0, 0.05), ("0.0", 0, 10), ("0.0", 4, 6), ("nonsense", 0, 0)],
)
def test_r73_waits_for_the_reserve_to_come_back(left: str, seconds_later: float, wait: float) -> None:
    hand = Hand()
    bucket = budget(hand)
    bucket.learn({"x-rate-limit-remaining": left}, throttled=False)
    hand.now += seconds_later
    assert bucket.wait() == pytest.approx(wait)
    assert hand.slept == pytest.approx(wait)


def test_r73_a_throttled_answer_means_the_bucket_is_dry() -> None:
    hand = Hand()
    with serve(in_turn(THROTTLE, Reply())) as server, connect(server, budget=budget(hand)) as client:
        client.get("/x")
    assert hand.slept == pytest.approx(10)


def test_r73_low_remaining_in_a_header_slows_the_next_request() -> None:
    hand = Hand()
    reply = Reply(headers={"X-Rate-Limit-Remaining": "40.0", "X-Request-Cost": "0.1"})
    with serve(in_turn(reply)) as server, connect(server, budget=budget(hand)) as client:
        client.get("/x")
        client.get("/x")
    assert hand.slept == pytest.approx(6)
