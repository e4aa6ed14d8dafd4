"""One answer to one question: what is kept of it, or what is wrong with it. Pure."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from forumapp.core.values.phones import BadPhone, e164
from forumapp.core.values.regions import is_region
from forumapp.core.values.text import LINE, is_plain, line_fault
from forumapp.core.values.times import Moment, TimeDoesNotExist, TimeIsAmbiguous, UnknownZone, is_reckonable
from forumapp.domain.registration.forms.questions import Kind, Question, is_number

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = {
    Kind.SHORT_TEXT: 300,
    Kind.LONG_TEXT: 5000,
    Kind.ACCESS: 1000,
    Kind.CONTACT: 300,
    Kind.ORGANIZATION: 300,
    Kind.PHONE: 50,
}
FLIGHT, KEY = 20, 100
ENDS = ("arrival", "departure")


class Wrong(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_answer(question: Question, value: Any) -> Any:
    """What is kept of an answer. Raises Wrong."""
    return _READERS[question.kind](question, value)


def _text(question: Question, value: Any) -> str:
    return _plain(value, LONGEST[question.kind])


def _plain(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise Wrong("invalid")
    if fault := line_fault(value) if longest <= LINE else None if is_plain(value) else "not-plain":
        raise Wrong(fault)
    if len(value) > longest:
        raise Wrong("too-long")
    return value


def _choice(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in question.allowed:
        raise Wrong("not-an-option")
    return value


def _choices(question: Question, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Wrong("invalid")
    if len(set(value)) != len(value):
        raise Wrong("invalid")
    if not set(value) <= question.allowed:
        raise Wrong("not-an-option")
    return value


def _file(_question: Question, value: Any) -> str:
    """The key under which the file waits."""
    return _plain(value, KEY)


def _yes_no(_question: Question, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong("invalid")
    return value


def _date(_question: Question, value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong("invalid")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise Wrong("not-a-date") from error
    if not is_reckonable(day):
        raise Wrong("out-of-years")
    return day.isoformat()


def _number(question: Question, value: Any) -> float:
    if not is_number(value):
        raise Wrong("not-a-number")
    number: float = value
    if question.least is not None and number < question.least:
        raise Wrong("too-small")
    if question.most is not None and number > question.most:
        raise Wrong("too-large")
    return number


def _phone(question: Question, value: Any) -> str:
    try:
        return e164(_text(question, value))
    except BadPhone as bad:
        raise Wrong(bad.code) from bad


def _region(_question: Question, value: Any) -> str:
    if not isinstance(value, str) or not is_region(value):
        raise Wrong("not-an-option")
    return value


def _travel(_question: Question, value: Any) -> dict[str, Any]:
    """{"zone": "Asia/Shanghai", "arrival": {"at": "2023-05-20T09:30", "flight": "MU583"}, "departure": {...}}: wall
    times at the forum, either of which may be open.
    """
    if not isinstance(value, dict) or not value.keys() <= {"zone", *ENDS}:
        raise Wrong("invalid")
    zone = _plain(value.get("zone") or "UTC", FLIGHT * 3)
    ends = {end: _end(value[end], zone) for end in ENDS if value.get(end)}
    if not ends:
        raise Wrong("invalid")
    times = [one["at"] for one in ends.values()]
    if len(times) == len(ENDS) and times[0] >= times[1]:
        raise Wrong("ends-before-start")
    return {"zone": zone, **ends}


def _end(value: Any, zone: str) -> dict[str, str]:
    if not isinstance(value, dict) or not value.keys() <= {"at", "flight"} or not isinstance(value.get("at"), str):
        raise Wrong("invalid")
    flight = _plain(value.get("flight") or "", FLIGHT)
    try:
        at = datetime.fromisoformat(value["at"])
    except ValueError as error:
        raise Wrong("not-a-time") from error
    if at.tzinfo is not None or not is_reckonable(at):
        raise Wrong("not-a-time")
    try:
        _ = Moment(at, zone, None).utc
    except (TimeDoesNotExist, UnknownZone) as error:
        raise Wrong(error.code) from error
    except TimeIsAmbiguous:
        pass  # an hour more or less at the airport once a year is asked for by phone
    kept = {"at": at.isoformat(timespec="minutes")}
    return {**kept, "flight": flight} if flight else kept


_READERS: dict[Kind, Callable[[Question, Any], Any]] = {
    Kind.SHORT_TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.ACCESS: _text,
    Kind.CONTACT: _text,
    Kind.ORGANIZATION: _text,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.DIET: _choices,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.PHONE: _phone,
    Kind.REGION: _region,
    Kind.TRAVEL: _travel,
    Kind.FILE: _file,
    Kind.PHOTO: _file,
}
