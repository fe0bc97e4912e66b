"""The eight symbols of a code: six at random and two that check them, so that a wrong code never means another person.

The 23 symbols are the digits but 0 and 1 and the consonants that look like no digit, so no code is a word and no symbol
is mistaken for another. 23 is a prime: the two check symbols make a Reed-Solomon code over the integers modulo 23 with
distance 3, which catches every one or two wrong symbols and every exchange of two symbols, neighbours or not.
"""

import secrets
from collections.abc import Sequence

SYMBOLS = "23456789CDFHJKMNPQRTVWX"
RANDOM_LENGTH = 6
LENGTH = 8
_PRIME = len(SYMBOLS)
_ROOT = 5
_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}
_WEIGHTS = tuple(tuple(pow(_ROOT, row * place, _PRIME) for place in range(LENGTH)) for row in (1, 2))
_FEWEST_LETTERS = 2


def new_symbols() -> str:
    """Return eight fresh symbols that check out; at least two are letters, so that no code reads as a number."""
    while True:
        drawn = "".join(secrets.choice(SYMBOLS) for _ in range(RANDOM_LENGTH))
        if sum(symbol.isalpha() for symbol in drawn) >= _FEWEST_LETTERS:
            return drawn + check_symbols(drawn)


def check_symbols(drawn: str) -> str:
    """Return the two check symbols of six symbols."""
    values = [_VALUES[symbol] for symbol in drawn]
    first, second = (-_weighed(values, weights) % _PRIME for weights in _WEIGHTS)
    (a, b), (c, d) = (weights[RANDOM_LENGTH:] for weights in _WEIGHTS)
    inverse = pow(a * d - b * c, -1, _PRIME)
    found = ((first * d - second * b) * inverse, (second * a - first * c) * inverse)
    return "".join(SYMBOLS[value % _PRIME] for value in found)


def checks_out(symbols: str) -> bool:
    """Tell whether these are eight symbols of the alphabet whose checks hold."""
    if len(symbols) != LENGTH or not all(symbol in _VALUES for symbol in symbols):
        return False
    values = [_VALUES[symbol] for symbol in symbols]
    return all(_weighed(values, weights) % _PRIME == 0 for weights in _WEIGHTS)


def _weighed(values: Sequence[int], weights: Sequence[int]) -> int:
    return sum(value * weight for value, weight in zip(values, weights, strict=False))
