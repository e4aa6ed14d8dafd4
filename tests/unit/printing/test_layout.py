"""The rules of fitting, names, colors and dates, over plain values."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forumapp.core.values.times import Moment, Span
from forumapp.domain.printing.paper import layout
from forumapp.domain.printing.paper.layout import Fit, Part, Rule
from forumapp.domain.printing.pdf import imposition
from forumapp.domain.printing.wording import dates

TEXTS = (
    st.text(alphabet=st.sampled_from("abcdefgh  -'中国机电（）、。·𠮷"), min_size=1, max_size=60)
    .map(str.strip)
    .filter(bool)
)
RULES = st.builds(
    Rule,
    nominal=st.sampled_from([9.0, 12.0, 36.0]),
    floor=st.sampled_from([4.0, 9.0]),
    lines=st.integers(1, 4),
    width=st.floats(20, 400),
)


def ems(text: str) -> float:
    """A width like a font's: a Han character twice as wide as a Latin one."""
    return sum(10 if c > "\u2e80" else 5 for c in text)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(TEXTS)
@example("a“")
@example("（（ab")
@example("（ 中“）")
@example("\u3000（\u3000")
def test_pieces_lose_nothing(text):
    assert "".join(layout.pieces_of(text)) == text


@given(TEXTS, RULES)
def test_a_fitted_text_is_whole_and_within_its_field(text, rule):
    fitted = layout.fit(text, rule, ems)
    assert squeezed("".join(fitted.lines)) == squeezed(text)
    assert len(fitted.lines) <= rule.lines
    assert max(ems(line) for line in fitted.lines) * fitted.size / rule.nominal <= rule.width + 1e-6
    assert fitted.size <= rule.nominal
    assert fitted.size == rule.nominal or fitted.size * 16 == int(fitted.size * 16)
    assert fitted.fits == (fitted.size >= min(rule.floor, rule.nominal) or fitted.size == rule.nominal)


@given(TEXTS, RULES, st.floats(1, 300))
def test_more_room_never_makes_a_text_smaller(text, rule, more):
    wider = Rule(rule.nominal, rule.floor, rule.lines, rule.width + more)
    # A sixteenth of a point is the step in which sizes go; lines are divided by a search that stops early.
    assert layout.fit(text, wider, ems).size >= layout.fit(text, rule, ems).size - 0.5


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        ("Ann Lee", Rule(36, 24, 2, 40), Fit(36, ("Ann Lee",), fits=True)),
        ("Eleni Kounalakis", Rule(36, 24, 2, 60), Fit(36, ("Eleni", "Kounalakis"), fits=True)),
        ("Eleni Kounalakis", Rule(36, 24, 1, 60), Fit(27, ("Eleni Kounalakis",), fits=True)),
        ("Eleni Kounalakis", Rule(36, 30, 1, 60), Fit(27, ("Eleni Kounalakis",), fits=False)),
        ("Jean-Luc Iyer", Rule(36, 24, 2, 45), Fit(36, ("Jean-Luc", "Iyer"), fits=True)),
        ("副会长（北京）", Rule(12, 9, 2, 50), Fit(12, ("副会长", "（北京）"), fits=True)),
    ],
    ids=["fits", "two lines", "shrinks", "under the floor, still whole", "no break at a hyphen", "brackets stay"],
)
def test_the_ladder(text, rule, expected):
    assert layout.fit(text, rule, ems) == expected


@given(TEXTS)
@example("（（ab")
@example("中（（国")
@example("中（（ab）国")
def test_no_line_starts_with_closing_or_ends_with_opening_punctuation(text):
    text = text.lstrip("（）、。·")
    pieces = layout.pieces_of(text)
    # Where someone wrote a space, a line may break whatever follows.
    tight = [after for before, after in itertools.pairwise(pieces) if not before.endswith(" ")]
    assert [piece for piece in tight if piece[0] in "）、。·" and piece.strip("）、。·- ")] == []
    assert [piece for piece in pieces[:-1] if piece.endswith("（") and len(piece) > 1] == []


def part(name: str, nominal: float, floor: float, *, is_name: bool = False) -> Part:
    return Part(name, is_name, nominal, floor, 1.2, 2, lambda size: Fit(size, (name,), fits=True))


@given(st.lists(st.tuples(st.floats(10, 40), st.booleans()), min_size=1, max_size=6), st.floats(20, 400))
def test_a_stack_never_overlaps_and_keeps_floors_while_it_fits(sizes, height):
    parts = [part(str(n), nominal, 9, is_name=is_name) for n, (nominal, is_name) in enumerate(sizes)]
    stacked = layout.stack(parts, height)
    placed = stacked.placed
    assert [item.part.name for item in placed] == [each.name for each in parts]
    assert all(below.top >= above.bottom for above, below in itertools.pairwise(placed))
    if stacked.fits:
        assert stacked.height <= height + 0.02
        assert min(item.fit.size for item in placed) >= 9


def test_a_stack_with_room_keeps_its_nominal_sizes():
    stacked = layout.stack([part("name", 36, 24, is_name=True), part("title", 12, 9)], 200)
    assert [(item.fit.size, item.top) for item in stacked.placed] == [(36, 0), (12, pytest.approx(45.2))]


def test_an_empty_stack_takes_no_room():
    assert layout.stack([], 10).height == 0


@pytest.mark.parametrize(
    ("family", "given_name", "order", "shown"),
    [
        ("Liu", "Chun", "family-first", "LIU Chun"),
        ("Kounalakis", "Eleni", "given-first", "Eleni Kounalakis"),
        ("", "Xiaoming", "family-first", "Xiaoming"),
        ("Lü", "Wei", "family-first", "LÜ Wei"),
    ],
)
def test_latin_names_in_print(family, given_name, order, shown):
    assert layout.latin_name(family, given_name, order) == shown


def test_colors_that_are_none_do_not_reach_a_style_sheet():
    assert [layout.fill(color) for color in ("#12AB3f", "red", "#fff;}", "")] == ["#12AB3f", *["#1f4e79"] * 3]


@pytest.mark.parametrize(
    ("number", "english", "chinese"),
    [(1, "1st", "第一届"), (2, "2nd", "第二届"), (3, "3rd", "第三届"), (5, "5th", "第五届"), (10, "10th", "第十届"),
     (11, "11th", "第十一届"), (12, "12th", "第十二届"), (21, "21st", "第二十一届"), (30, "30th", "第三十届"), (111, "111th", "第111届")],
)  # fmt: skip
def test_ordinals(number, english, chinese):
    assert (dates.ordinal_text(number, "en"), dates.ordinal_text(number, "zh-Hans")) == (english, chinese)


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        (date(2023, 5, 22), date(2023, 5, 22), "Mon 22 May 2023", "2023年5月22日 周一"),
        (date(2023, 5, 20), date(2023, 5, 26), "20–26 May 2023", "2023年5月20日至26日"),
        (date(2023, 5, 30), date(2023, 6, 2), "30 May – 2 June 2023", "2023年5月30日至6月2日"),
        (date(2023, 12, 30), date(2024, 1, 2), "30 December 2023 – 2 January 2024", "2023年12月30日至2024年1月2日"),
    ],
)
def test_ranges_of_dates(first, last, english, chinese):
    assert (dates.range_text(first, last, "en"), dates.range_text(first, last, "zh-Hans")) == (english, chinese)


def test_days_are_named_as_each_language_does():
    day = date(2023, 5, 21)
    assert (dates.day_text(day, "en"), dates.day_text(day, "zh-Hans")) == ("Sunday 21 May", "5月21日 星期日")


SHANGHAI, HERE = "Asia/Shanghai", "America/Los_Angeles"


@pytest.mark.parametrize(
    ("start", "end", "english", "chinese", "mark"),
    [
        (("2023-05-20T13:00", SHANGHAI), ("2023-05-20T09:30", HERE), "11 h 30 min", "11小时30分钟", ""),
        (("2023-05-26T12:40", HERE), ("2023-05-27T18:00", SHANGHAI), "14 h 20 min", "14小时20分钟", "+1"),
        (("2026-03-08T01:30", HERE), ("2026-03-08T03:30", HERE), "1 h", "1小时", ""),
        (("2023-05-20T01:00", SHANGHAI), ("2023-05-19T21:00", HERE), "11 h", "11小时", "−1"),
    ],
    ids=["lands before it left, by the clocks", "next day", "the clocks jump", "the day before"],
)
def test_elapsed_time_is_true_time(start, end, english, chinese, mark):
    span = Span(*(Moment(datetime.fromisoformat(wall), zone) for wall, zone in (start, end)))
    assert (dates.elapsed_text(span, "en"), dates.elapsed_text(span, "zh-Hans"), dates.day_mark(span)) == (
        english,
        chinese,
        mark,
    )


def test_a_length_of_nothing_is_still_said():
    assert (dates.duration_text(timedelta(), "en"), dates.duration_text(timedelta(), "zh-Hans")) == ("0 min", "0分钟")


def test_latin_runs_are_told_from_han():
    assert layout.latin_runs("2023年CEO论坛") == [("2023", True), ("年", False), ("CEO", True), ("论坛", False)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Karen Bass 凯伦·巴斯 takes", [("Karen Bass ", False), ("凯伦·巴斯", True), (" takes", False)]),
        (
            "“开幕” (《论坛》, 𠮷)",
            [
                ("“", False),
                ("开幕", True),
                ("” (", False),
                ("《论坛》", True),
                (", ", False),
                ("𠮷", True),
                (")", False),
            ],
        ),
        ("Hall A · 5：00", [("Hall A · 5", False), ("：", False), ("00", False)]),
    ],
)
def test_han_runs_are_told_from_all_else_with_the_marks_within(text, runs):
    assert layout.han_runs(text) == runs


def test_a_booklet_folds_so_that_pages_follow():
    assert imposition.folded(5) == [(7, 0), (1, 6), (5, 2), (3, 4)]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("中国-加州", [("中国", False), ("-", False), ("加州", False)]),
        ("2023年CCBF论坛", [("2023", True), ("年", False), ("CCBF", True), ("论坛", False)]),
    ],
)
def test_only_words_and_numbers_stand_apart_from_han(text, runs):
    assert layout.latin_runs(text) == runs
