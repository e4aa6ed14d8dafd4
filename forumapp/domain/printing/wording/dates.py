"""Dates, times and ordinals as each language writes them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.core.values.times import elapsed

if TYPE_CHECKING:
    from datetime import date, timedelta

    from forumapp.core.values.times import Span

# English names of our own: the names of `strftime` follow the machine's locale.
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HAN_DAYS = "一二三四五六日"
HAN_DIGITS = "零一二三四五六七八九"
ELEVENTH, THIRTEENTH = 11, 13


def is_chinese(language: str) -> bool:
    return language.split("-", maxsplit=1)[0] == "zh"


def ordinal_text(number: int, language: str) -> str:
    """ "5th" or "第五届"."""
    if is_chinese(language):
        return f"第{han_number(number)}届"
    ending = "th" if ELEVENTH <= number % 100 <= THIRTEENTH else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def han_number(number: int) -> str:
    """1 to 99 in Han numerals, as ordinals of editions are written; above that in digits."""
    if not 0 < number < 100:  # noqa: PLR2004 - said in the docstring
        return str(number)
    tens, ones = divmod(number, 10)
    lead = "" if not tens else ("十" if tens == 1 else f"{HAN_DIGITS[tens]}十")
    return lead + (HAN_DIGITS[ones] if ones else "")


def date_text(day: date, language: str) -> str:
    """ "Mon 22 May 2023" or "2023年5月22日 周一"."""
    if is_chinese(language):
        return f"{day.year}年{day.month}月{day.day}日 周{HAN_DAYS[day.weekday()]}"
    return f"{DAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def day_text(day: date, language: str) -> str:
    """ "Monday 22 May" or "5月22日 星期一"."""
    if is_chinese(language):
        return f"{day.month}月{day.day}日 星期{HAN_DAYS[day.weekday()]}"
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def range_text(first: date, last: date, language: str) -> str:
    """ "22 May 2023", "20–26 May 2023", "30 May – 2 June 2023", or the same in Chinese."""
    if first == last:
        return date_text(first, language)
    if is_chinese(language):
        return _han_range(first, last)
    end = f"{last.day} {MONTHS[last.month - 1]} {last.year}"
    if first.year != last.year:
        return f"{first.day} {MONTHS[first.month - 1]} {first.year} – {end}"
    if first.month != last.month:
        return f"{first.day} {MONTHS[first.month - 1]} – {end}"
    return f"{first.day}–{end}"


def _han_range(first: date, last: date) -> str:
    start = f"{first.year}年{first.month}月{first.day}日"
    if first.year != last.year:
        return f"{start}至{last.year}年{last.month}月{last.day}日"
    if first.month != last.month:
        return f"{start}至{last.month}月{last.day}日"
    return f"{start}至{last.day}日"


def duration_text(length: timedelta, language: str) -> str:
    """ "11 h 30 min" or "11小时30分钟"; parts of zero are left out."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    if is_chinese(language):
        return (f"{hours}小时" if hours else "") + (f"{minutes}分钟" if minutes or not hours else "")
    return " ".join([f"{hours} h"] * bool(hours) + [f"{minutes} min"] * (bool(minutes) or not hours))


def elapsed_text(span: Span, language: str) -> str:
    """The true time between the ends, whatever their clocks show."""
    return duration_text(elapsed(span.start.utc, span.end.utc), language)


def day_mark(span: Span) -> str:
    """ "+1" where the end falls on the next local date, "−1" across the date line the other way, else ""."""
    days = (span.end.wall.date() - span.start.wall.date()).days
    return f"+{days}" if days > 0 else f"\N{MINUS SIGN}{-days}" if days < 0 else ""
