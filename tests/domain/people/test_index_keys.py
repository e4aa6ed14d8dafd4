"""What is reckoned before anyone waits is what the writer asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forumapp.domain.people.names.search_keys import known_by
from tests.domain.registering import applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def test_a_newcomer_is_not_reckoned_again_while_others_wait(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    guest = applicant(1, native_full="刘春", name_order="family-first", organization={"en": "Port of Oakland"})
    known_by.cache_clear()
    guest.reckon()

    sign_up(session, edition_id, guest)

    assert (known_by.cache_info().misses, known_by.cache_info().hits) == (1, 1)
