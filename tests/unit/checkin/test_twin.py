"""The rules of a station's page are those of the server: the same cases asked of both."""

from __future__ import annotations

import json
import random
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright._impl._driver import compute_driver_executable

from forumapp.domain.checkin.rules import (
    Asks,
    Direction,
    Facts,
    PassMode,
    Presence,
    Result,
    clean_code,
    decide,
    is_of_before,
    leaves,
    may_be_in_by_word,
    move,
    refused,
    unwelcome,
    way,
)
from forumapp.domain.registration.rules import Area, RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

RULES = Path(__file__).parents[3] / "static" / "checkin_rules.js"
AT = datetime(2023, 5, 22, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
TIMES = (None, AT - HOUR, AT, AT + HOUR)
# At 15:00 UTC it is 23:00 of the same day in Shanghai, and the day there began at 16:00 of the day before.
ZONES = ("UTC", "Asia/Shanghai", "America/Los_Angeles")
SINCE = (AT - HOUR, AT - 9 * HOUR, AT - 16 * HOUR, AT - 30 * HOUR)
CASES = 3000
TYPED = ("abcd efgh", " Ab-cD\t22", "王 小明", "ß-x", "")
ASK = """
import { judge, cleanCode } from %s;
let text = "";
for await (const part of process.stdin) text += part;
const { cases, typed } = JSON.parse(text);
const said = cases.map((one) => judge(one.person, one.code, one.asks, one.direction, one.at));
console.log(JSON.stringify({ said, cleaned: typed.map(cleanCode) }));
"""


def _one(chance: random.Random) -> tuple[dict[str, Any], str]:
    """A case as a page has it, and what the server says of it."""
    some = chance.choice
    asks = Asks(
        some(list(PassMode)),
        some(TIMES),
        some(TIMES),
        area=some([None, None, *Area]),
        types=frozenset(some([(), (), (1,), (2, 3)])),
        delegation_id=some([None, None, 1]),
        vips_only=chance.random() < 0.2,
        needs_sign_up=chance.random() < 0.2,
        zone=some(ZONES),
    )
    facts = Facts(
        some([*RegistrationStatus, *[RegistrationStatus.CONFIRMED] * 6]),
        some([1, 2]),
        admits=chance.sample([one.value for one in Area], 2),
        is_vip=some([True, False]),
        revoked_at=some(TIMES),
        is_replaced=some([True, False]),
        delegations=frozenset(some([(), (1,), (1, 2)])),
        is_signed_up=some([True, False]),
    )
    presence, direction, is_known = some([None, *Presence]), some(list(Direction)), chance.random() < 0.9
    result = decide(facts if is_known else None, asks, AT)
    since, is_by_word = some(SINCE) if presence else None, chance.random() < 0.5
    is_earlier = is_of_before(since, AT, asks.zone)
    taken = way(asks.mode, direction)
    if result is Result.PASSED or (is_known and leaves(presence, taken)):
        result = move(presence, asks.mode, taken, is_of_before=is_earlier)
    elif is_by_word and may_be_in_by_word(result, presence, is_of_before=is_earlier):
        result = Result.ALREADY_IN
    known = {"bar": unwelcome(facts.status), "refused": refused(facts, asks), "presence": presence}
    known["is_by_word"] = is_by_word
    known["since"] = since.isoformat() if since else None
    person = {name: value for name, value in known.items() if value} | {"is_replaced": facts.is_replaced}
    return {
        "person": person if is_known else None,
        "code": {"revokedAt": _ms(facts.revoked_at)} if is_known else None,
        "asks": {"mode": asks.mode, "zone": asks.zone, "opens": _ms(asks.opens), "closes": _ms(asks.closes)},
        "direction": direction,
        "at": _ms(AT),
    }, result.value


def _ms(at: datetime | None) -> int | None:
    return int(at.timestamp() * 1000) if at else None


def node() -> str:
    """The browser tests' own."""
    return str(compute_driver_executable()[0])


def _asked(cases: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    script = ASK % json.dumps(RULES.as_uri())
    sent = json.dumps({"cases": cases, "typed": TYPED})
    told = subprocess.run(
        [node(), "--input-type=module", "-e", script],
        input=sent,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    found: dict[str, list[str]] = json.loads(told.stdout)
    return found


def test_a_page_decides_as_the_server_does() -> None:
    chance = random.Random(9)
    cases, expected = zip(*(_one(chance) for _number in range(CASES)), strict=True)
    told = _asked(cases)
    wrong = [
        (case, server, page) for case, server, page in zip(cases, expected, told["said"], strict=True) if server != page
    ]
    assert wrong == []
    decided_by_rules = set(Result) - {Result.FULL, Result.DEPARTED, Result.UNDONE, Result.REHEARSAL_OVER}
    assert set(expected) == {one.value for one in decided_by_rules}  # all of them were asked
    assert told["cleaned"] == [clean_code(one) for one in TYPED]
