"""What differs between what a paper was made from and what stands now, and for whom. Pure.

Facts are what a paper printed, each a plain value under its key, such as `item:17`; a paper with a line for each person
also knows the keys that stand on it. A fact that stands below others names them under `UNDER`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

UNDER = "under"


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact as it was printed and as it is now; None is not at all."""

    key: str
    was: Any
    now: Any


def differences(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[Difference]:
    """In the order of the paper as it would be printed now; what stands on it no more comes last."""
    keys = [*now, *(key for key in then if key not in now)]
    return [_difference(one, then, now) for one in keys if _printed_values(then, one) != _printed_values(now, one)]


def stood_under(facts: Mapping[str, Any], key: str) -> list[str]:
    """What a fact stands below."""
    fact = facts.get(key)
    return list(fact.get(UNDER, ())) if isinstance(fact, dict) else []


def _difference(key: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> Difference:
    """Of what has come to stand under something else, both say what that is: another car, another hotel."""
    moved = key in then and key in now and stood_under(then, key) != stood_under(now, key)
    return Difference(key, _spelled(then, key, whole=moved), _spelled(now, key, whole=moved))


def _spelled(facts: Mapping[str, Any], key: str, *, whole: bool) -> Any:
    fact = facts.get(key)
    if not isinstance(fact, dict) or UNDER not in fact:
        return fact
    over = [facts.get(one, {}) for one in fact[UNDER]] if whole else []
    inherited = {part: value for head in over for part, value in head.items()}
    return {part: value for part, value in {**inherited, **fact}.items() if part != UNDER}


def differences_by_line(
    then: Mapping[str, Any],
    now: Mapping[str, Any],
    lines_then: Mapping[int, Collection[str]],
    lines_now: Mapping[int, Collection[str]],
) -> dict[int, list[Difference]]:
    """The same for each person whose own line has come to differ: what came onto it, what went from it, and what
    stayed and is another by now. Whoever has no line at one time had nothing on it then.
    """
    found = {}
    for one in dict.fromkeys([*lines_now, *lines_then]):
        own = differences(_picked(then, lines_then.get(one, ())), _picked(now, lines_now.get(one, ())))
        if own or (one in lines_then) != (one in lines_now):
            found[one] = own
    return found


def _picked(facts: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    return {key: facts[key] for key in keys if key in facts}


def _printed_values(facts: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    """A fact that says nothing is not the same as none."""
    return (facts[key],) if key in facts else ()
