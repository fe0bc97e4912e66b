"""The cost budget slows down before the bucket runs dry (R73), shown with a clock that the test moves."""

import pytest

from tests.tools.test_wire_client import THROTTLE, connect, in_turn
from tests.tools.wire_server import Reply, serve
from tools.wire import REQUESTS, Budgets, CostBudget, NoBudget, Pace, ProcessTurns, Seen, SharedBudget


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


def test_two_credentials_of_one_system_keep_its_rate_together() -> None:
    hand = Hand()
    turns = ProcessTurns(clock=lambda: hand.now)
    reading, writing = (Pace(turns, "canvas", 4.0, sleep=hand.sleep) for _ in range(2))
    waited = [pace.wait() for pace in (reading, writing, reading, writing)]
    assert waited == pytest.approx([0.0, 0.25, 0.25, 0.25])
    assert Pace(turns, "banner", 4.0, sleep=hand.sleep).wait() == 0.0, "another system has a rate of its own"


def test_r73_what_one_worker_learns_of_a_token_holds_for_the_others() -> None:
    hand = Hand()
    turns = ProcessTurns(clock=lambda: hand.now)
    one, other = (SharedBudget(budget(hand), turns, "canvas t1", sleep=hand.sleep) for _ in range(2))
    both = Budgets(NoBudget(), other)
    one.learn({"x-rate-limit-remaining": "50"}, throttled=False)
    assert both.pause == pytest.approx(5.0)
    assert both.wait() == pytest.approx(5.0)
    both.learn({"x-rate-limit-remaining": "600"}, throttled=False)
    assert (both.wait(), one.wait()) == (0.0, 0.0)


def test_requests_are_counted_by_system_and_status_and_watched_without_values() -> None:
    seen: list[Seen] = []
    with (
        serve(in_turn(THROTTLE, Reply())) as server,
        REQUESTS.watched_by(seen.append),
        connect(server, budget=budget(Hand())) as client,
    ):
        before = REQUESTS.snapshot()
        client.get("/api/v1/users/A00012345", params=[("q", "Ada")])
    assert [(one.place, one.status) for one in seen] == [
        ("GET /api/v1/users/:id", "403"),
        ("GET /api/v1/users/:id", "200"),
    ]
    grown = {key[1] for key, count in REQUESTS.snapshot().items() if count > before.get(key, 0)}
    assert grown == {"403", "200"}
    client.close()


def test_r73_clients_of_one_token_learn_together_and_each_waits_by_its_own_budget() -> None:
    hand, other = Hand(), Hand()
    reply = Reply(headers={"X-Rate-Limit-Remaining": "40.0", "X-Request-Cost": "0.1"})
    with (
        serve(in_turn(reply)) as server,
        connect(server, budget=budget(hand)) as reading,
        connect(server, budget=budget(other)) as writing,
    ):
        reading.get("/x")
        writing.get("/x")
    assert [hand.slept, other.slept] == pytest.approx([0, 6])


def test_a_closed_clients_budget_is_never_asked_again() -> None:
    """Its budget may live in a database that was closed with it; the next client of the token has its own."""
    first, second = Hand(), Hand()
    reply = Reply(headers={"X-Rate-Limit-Remaining": "40.0", "X-Request-Cost": "0.1"})
    with serve(in_turn(reply)) as server:
        kept = budget(first)
        connect(server, budget=kept).close()
        with connect(server, budget=budget(second)) as client:
            client.get("/x")
            client.get("/x")
    assert kept.remaining is None
    assert [first.slept, second.slept] == pytest.approx([0, 6])
