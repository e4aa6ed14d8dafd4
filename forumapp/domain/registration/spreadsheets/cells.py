"""Reading and writing one cell of a table: a time, a status, an answer. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any

from forumapp.core.values.regions import region_names
from forumapp.core.values.text import LANGUAGES, fold, has_han, pick
from forumapp.core.values.times import is_reckonable
from forumapp.domain.registration.forms.parsing import ENDS, Wrong
from forumapp.domain.registration.forms.questions import DIETS, NO, WITH_OPTIONS, YES, Kind, Question
from forumapp.domain.registration.rules import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_HOURS = r"(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp][Mm])?"
_CLOCK = rf"(?:[T ]\s*{_HOURS})?"
_CLOCK_ALONE = re.compile(_HOURS)
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?i:(?:{'|'.join(_MONTHS)})[a-z]*)"
# Days as written by databases, by Chinese and American spreadsheets, and with the name of the month. 3/4 is read as
# March 4, because the tools that write this format put the month first.
_TIMES = tuple(
    re.compile(day + _CLOCK + _ZONE)
    for day in (
        r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})",
        r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日?",
        r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}|\d{2})",
        rf"(?P<d>\d{{1,2}})[ -](?P<m>{_MONTH})[.,]?[ -](?P<y>\d{{4}}|\d{{2}})",
        rf"(?P<m>{_MONTH})\.? (?P<d>\d{{1,2}}),? (?P<y>\d{{4}})",
    )
)
_CENTURY = 2000
_SEVERAL = re.compile(r"[;；,，、|\n]")

_S = RegistrationStatus
# Folded: case, spaces and hyphens do not count.
_STATUSES: dict[str, RegistrationStatus] = {
    fold(word): status
    for status, words in {
        _S.CONFIRMED: (
            "confirmed", "attending", "paid", "complete", "completed", "active", "registered", "approved", "accepted",
            "已确认", "确认", "已报名", "报名成功", "已通过", "审核通过", "已支付", "已付款", "有效",
        ),
        _S.ATTENDED: ("attended", "checked in", "checkedin", "已签到", "已参会", "已到场"),
        _S.WAITLISTED: ("waitlisted", "waitlist", "waiting list", "候补", "候补中", "等候名单"),
        _S.APPLIED: (
            "applied", "pending", "awaiting approval", "unpaid", "awaiting payment", "待审核", "待确认", "待支付",
        ),
        _S.INVITED: ("invited", "已邀请", "邀请中"),
        _S.DECLINED: ("declined", "rejected", "denied", "已拒绝", "未通过", "审核未通过"),
        _S.CANCELLED: (
            "cancelled", "canceled", "not attending", "refunded", "deleted", "withdrawn", "expired", "已取消", "取消",
            "已退款", "已退票", "不参会",
        ),
        _S.NO_SHOW: ("no-show", "未到场", "缺席"),
    }.items()
    for word in words
}  # fmt: skip
# Roles in a delegation by folded word.
_ROLES: dict[str, str] = {
    fold(word): role
    for role, words in {
        "head": ("head", "head of delegation", "leader", "delegation leader", "hod", "团长", "领队"),
        "deputy": ("deputy", "deputy head", "deputy head of delegation", "deputy leader", "vice head", "副团长"),
        "member": ("member", "delegate", "delegation member", "团员", "成员", "代表"),
        "staff": ("staff", "support staff", "secretary", "secretariat", "工作人员", "随员", "随行人员", "秘书"),
        "interpreter": ("interpreter", "translator", "翻译", "译员", "口译", "翻译人员"),
    }.items()
    for word in words
}
_YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "是", "有", "需要"), True),
    **dict.fromkeys(("no", "n", "false", "0", "否", "无", "不需要"), False),
}
_DIET_WORDS = ("清真", "素食", "纯素", "不吃猪肉", "不吃牛肉", "不吃海鲜", "不含酒精", "无麸质", "无坚果")
_DIETS = {**{fold(code): code for code in DIETS}, **dict(zip(_DIET_WORDS, DIETS, strict=True))}
_LANGUAGES = {
    **dict.fromkeys(("en", "enus", "english", "英文", "英语"), "en"),
    **dict.fromkeys(("zh", "zhhans", "zhcn", "chinese", "中文", "简体中文"), "zh-Hans"),
}


def read_time(cell: str, zone: tzinfo) -> datetime | None:
    """The time in a cell, in `zone` if it names none; None if the cell holds no time."""
    match = _match_time(cell)
    if match is None:
        return None
    year, day, minute, second = (int(match[part] or 0) for part in ("y", "d", "mi", "s"))
    month = int(match["m"]) if match["m"].isdecimal() else _MONTHS.index(match["m"][:3].lower()) + 1
    hour = _hour(match)
    try:
        wall = datetime(year + (_CENTURY if len(match["y"]) == 2 else 0), month, day, hour, minute, second)  # noqa: DTZ001, PLR2004 (the zone comes below; a year of two digits)
    except ValueError:
        return None
    if not is_reckonable(wall):
        return None
    return wall.replace(tzinfo=_offset(match["zone"]) if match["zone"] else zone)


def has_time(cell: str) -> bool:
    """Whether a cell has a time in addition to a day."""
    match = _match_time(cell)
    return match is not None and match["h"] is not None


def read_clock(cell: str) -> time | None:
    """A time of day without a date; None if the cell is anything else."""
    match = _CLOCK_ALONE.fullmatch(cell.strip().replace("：", ":"))
    try:
        return time(_hour(match), int(match["mi"])) if match else None
    except ValueError:
        return None


def _match_time(cell: str) -> re.Match[str] | None:
    return next((match for pattern in _TIMES if (match := pattern.fullmatch(cell.strip()))), None)


def _hour(match: re.Match[str]) -> int:
    hour = int(match["h"] or 0)
    return hour % 12 + (12 if match["half"].lower() == "pm" else 0) if match["half"] else hour


def _offset(written: str) -> tzinfo:
    if written == "Z":
        return UTC
    sign = -1 if written[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(written[1:3]), minutes=int(written[-2:])))


def read_status(cell: str) -> RegistrationStatus | None:
    return _STATUSES.get(fold(cell))


def read_role(cell: str) -> str | None:
    """The role in a delegation, by its code; None if the word is unknown."""
    return _ROLES.get(fold(cell))


def read_language(cell: str) -> str | None:
    return _LANGUAGES.get(fold(cell.replace("_", "-")))


def in_its_language(texts: Mapping[str, str]) -> dict[str, str]:
    """Texts by language, corrected for a column without a language (taken as English) that holds Chinese."""
    if set(texts) == {"en"} and has_han(texts["en"]):
        return {"zh-Hans": texts["en"]}
    return dict(texts)


def stands_in_cells(kind: str) -> bool:
    """Whether one cell can answer a question of this kind. Files cannot be in a cell, and travel has parts."""
    return kind in _READERS


def read_cell(question: Question, cell: str) -> Any:
    """The answer in a cell, options by code or label; `check` still has to validate it. Raises Wrong."""
    return _READERS[question.kind](question, cell.strip())


def _text(_question: Question, cell: str) -> str:
    return cell


def _option(question: Question, cell: str) -> str:
    if question.kind is Kind.DIET:
        code = _DIETS.get(fold(cell))
    else:
        wanted = fold(cell)
        options = ((option.code, (option.code, *option.label.values())) for option in question.options)
        code = next((code for code, names in options if wanted in map(fold, names)), None)
    if code is None:
        raise Wrong("not-an-option")
    return code


def _options(question: Question, cell: str) -> list[str]:
    """The options in a cell. The whole cell is tried first, because a label may contain a comma."""
    try:
        return [_option(question, cell)]
    except Wrong:
        words = [word for word in _SEVERAL.split(cell) if word.strip()]
        return list(dict.fromkeys(_option(question, word) for word in words))


def options_in(question: Question, cell: str) -> list[str]:
    """The options that a cell names among other words: halal in "清真，花生过敏"."""
    codes = []
    for word in filter(str.strip, _SEVERAL.split(cell)):
        try:
            codes.append(_option(question, word))
        except Wrong:
            continue
    return list(dict.fromkeys(codes))


def _yes_no(_question: Question, cell: str) -> bool:
    try:
        return _YES_NO[fold(cell)]
    except KeyError:
        raise Wrong("not-yes-or-no") from None


def _date(_question: Question, cell: str) -> str:
    moment = read_time(cell, UTC)
    if moment is None:
        raise Wrong("not-a-date")
    return moment.date().isoformat()


def _number(_question: Question, cell: str) -> float:
    try:
        number = float(cell.replace(",", ""))
    except ValueError:
        raise Wrong("not-a-number") from None
    return int(number) if number.is_integer() else number


def _region(_question: Question, cell: str) -> str:
    if cell.upper() in region_names("en"):
        return cell.upper()
    named = {fold(name): code for language in LANGUAGES for code, name in region_names(language).items()}
    if fold(cell) not in named:
        raise Wrong("not-an-option")
    return named[fold(cell)]


_READERS: dict[str, Callable[[Question, str], Any]] = {
    Kind.SHORT_TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.ACCESS: _text,
    Kind.CONTACT: _text,
    Kind.ORGANIZATION: _text,
    Kind.PHONE: _text,
    Kind.CHOICE: _option,
    Kind.CHOICES: _options,
    Kind.DIET: _options,
    Kind.YES_NO: _yes_no,
    Kind.DATE: _date,
    Kind.NUMBER: _number,
    Kind.REGION: _region,
}


def write_cell(question: Question, value: Any) -> str:
    """The cell for an answer, which `read_cell` reads back. Options are written by label if the labels are unambiguous,
    else by code. Answers that do not fit into one cell are written as text.
    """
    if isinstance(value, bool):
        return YES if value else NO
    if question.kind in WITH_OPTIONS:
        return _write_options(question, value if isinstance(value, list) else [value])
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, dict):  # arrival and departure
        ends = ((end, value[end]) for end in ENDS if value.get(end))
        return "; ".join(" ".join((end, *map(str, parts.values()))) for end, parts in ends)
    return str(value)


def _write_options(question: Question, codes: Sequence[str]) -> str:
    labels = {option.code: pick(option.label, "en") for option in question.options}
    folded = [fold(word) for word in labels.values()]
    clear = len(set(folded)) == len(folded) and not any(_SEVERAL.search(word) for word in labels.values())
    return "; ".join(labels.get(code, code) if clear else code for code in codes)
