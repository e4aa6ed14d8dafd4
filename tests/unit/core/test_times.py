from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.values.times import (
    EndsBeforeStart,
    Moment,
    Span,
    TimeDoesNotExist,
    TimeIsAmbiguous,
    UnknownZone,
    elapsed,
    instant,
    overlap,
    zone_named,
)

LA = "America/Los_Angeles"
SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("wall", "zone", "fold", "utc"),
    [
        (datetime(2023, 5, 22, 9), LA, None, datetime(2023, 5, 22, 16, tzinfo=UTC)),
        (datetime(2023, 5, 20, 13), SHANGHAI, None, datetime(2023, 5, 20, 5, tzinfo=UTC)),
        (datetime(2026, 11, 1, 1, 30), LA, 0, datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        (datetime(2026, 11, 1, 1, 30), LA, 1, datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        (datetime(2026, 3, 8, 3, 0), LA, None, datetime(2026, 3, 8, 10, tzinfo=UTC)),
    ],
    ids=["summer", "shanghai", "doubled, first", "doubled, second", "right after the gap"],
)
def test_wall_time_to_instant(wall: datetime, zone: str, fold: int | None, utc: datetime) -> None:
    assert instant(wall, zone, fold) == utc


@pytest.mark.parametrize(
    ("wall", "zone", "refusal"),
    [
        (datetime(2026, 3, 8, 2, 30), LA, TimeDoesNotExist),
        (datetime(2026, 11, 1, 1, 30), LA, TimeIsAmbiguous),
        (datetime(2026, 11, 1, 1, 30), "Mars/Olympus", UnknownZone),
        (datetime(2026, 11, 1, 1, 30), "../etc/passwd", UnknownZone),
    ],
)
def test_times_that_are_refused(wall: datetime, zone: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        instant(wall, zone)


def test_a_choice_does_not_make_a_skipped_time_exist() -> None:
    for fold in (0, 1):
        with pytest.raises(TimeDoesNotExist):
            instant(datetime(2026, 3, 8, 2, 30), LA, fold)


def test_elapsed_time_over_a_clock_change_is_true_time() -> None:
    start, end = (Moment(datetime(2026, 3, 8, hour), LA).local for hour in (1, 3))
    assert end - start == timedelta(hours=2)  # what subtracting wall times would say
    assert elapsed(start, end) == timedelta(hours=1)


def test_a_flight_over_the_date_line() -> None:
    out = Span(Moment(datetime(2023, 5, 20, 13), SHANGHAI), Moment(datetime(2023, 5, 20, 9, 30), LA)).checked()
    back = Span(Moment(datetime(2023, 5, 26, 12, 40), LA), Moment(datetime(2023, 5, 27, 18), SHANGHAI)).checked()
    assert elapsed(out.start.utc, out.end.utc) == timedelta(hours=11, minutes=30)
    assert elapsed(back.start.utc, back.end.utc) == timedelta(hours=14, minutes=20)


def test_a_span_ends_after_its_start() -> None:
    moment = Moment(datetime(2023, 5, 22, 9), LA)
    with pytest.raises(EndsBeforeStart):
        Span(moment, moment).checked()


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)),
    st.sampled_from([LA, SHANGHAI, "Europe/London", "Australia/Lord_Howe", "America/St_Johns"]),
)
def test_an_instant_reads_as_its_wall_time_again(wall: datetime, zone: str) -> None:
    try:
        utc = instant(wall, zone)
    except (TimeDoesNotExist, TimeIsAmbiguous):
        return
    assert utc.astimezone(zone_named(zone)).replace(tzinfo=None) == wall


pairs = st.lists(st.integers(0, 20), min_size=2, max_size=2, unique=True).map(sorted)


@given(pairs, pairs)
def test_overlap_is_a_shared_minute(a: list[int], b: list[int]) -> None:
    base = datetime(2023, 5, 22, tzinfo=UTC)
    ends = [base + timedelta(minutes=number) for number in (*a, *b)]
    assert overlap(*ends) == bool(set(range(*a)) & set(range(*b)))
