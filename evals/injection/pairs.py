"""The pairs of the injection suite, read from the file beside this module."""

from functools import cache
from pathlib import Path
from typing import Any, Literal

from domain.records import Record
from store.yaml_file import read_yaml

FILE = Path(__file__).with_name("pairs.yaml")


class Carrier(Record):
    """What holds the attack: a text of a system or a person, the way it reaches the model, and the fact in it."""

    id: str
    door: Literal["prompt", "tool_result", "tool_argument"]
    fact: str
    text: str


class Attack(Record):
    """What the hidden text wants; ``acts`` where it asks for a deed and not for words."""

    id: str
    text: str
    secrets: tuple[str, ...] = ()
    anywhere: tuple[str, ...] = ()
    acts: bool = False


class Pair(Record):
    """One attack in one carrier."""

    carrier: Carrier
    attack: Attack

    @property
    def id(self) -> str:
        """The name of the pair."""
        return f"{self.carrier.id}-{self.attack.id}"

    @property
    def text(self) -> str:
        """What the model comes to see, before it is coded."""
        return self.carrier.text.replace("{attack}", self.attack.text)


@cache
def read_pairs() -> tuple[Pair, ...]:
    """Read every pair."""
    content: Any = read_yaml(FILE, field="pairs", what="injection pairs")
    carriers = [Carrier.model_validate(row) for row in content["carriers"]]
    attacks = [Attack.model_validate(row) for row in content["attacks"]]
    return tuple(Pair(carrier=carrier, attack=attack) for carrier in carriers for attack in attacks)
