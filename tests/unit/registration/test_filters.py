"""Filters of a list, and the address that says them."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from forumapp.core.values.text import LANGUAGES
from forumapp.domain.registration.consent_texts import Purpose
from forumapp.domain.registration.lists.filters import FILTERS, Badge, Filters, Lack, Way, filters_in
from forumapp.domain.registration.rules import RegistrationStatus, Source


def several(kind: object) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(list(kind)), unique=True, max_size=3).map(tuple)  # type: ignore[call-overload]


days = st.none() | st.dates(date(1950, 1, 1), date(2090, 1, 1))


@given(
    st.builds(
        Filters,
        search=st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=20),
        status=several(RegistrationStatus),
        type=several(["guest", "media"]),
        delegation=several(["js", "-"]),
        language=several(LANGUAGES),
        source=several(Source),
        way=several(Way),
        vip=st.none() | st.booleans(),
        missing=several(Lack),
        session=several(["s-1", "s-2"]),
        consent=several(Purpose),
        badge=st.none() | st.sampled_from(list(Badge)),
        since=days,
        until=days,
    )
)
def test_an_address_says_all_of_the_filters(filters: Filters) -> None:
    assert filters_in(filters.words) == filters


def test_what_is_no_word_of_a_filter_filters_nothing() -> None:
    nonsense = dict.fromkeys(FILTERS, ("\x00", "nonsense", "9999-99-99"))
    codes = ("nonsense", "9999-99-99")
    assert filters_in(nonsense) == Filters(type=codes, delegation=codes, session=codes)
    assert filters_in({}) == Filters()
