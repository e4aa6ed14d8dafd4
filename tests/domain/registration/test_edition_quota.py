"""The places of a whole edition, besides those of its types."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, select

from forumapp.core.errors import Invalid, Stale
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration.errors import NoPlacesLeft
from forumapp.domain.registration.lifecycle import register
from forumapp.domain.registration.lists.queries import edition_places, full_types, list_types
from forumapp.domain.registration.models import EditionPlaces, Registration, RegistrationType
from forumapp.domain.registration.rules import Source
from forumapp.domain.registration.types.edition_capacity import set_edition_places
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up
from tests.domain.registration.test_registration import officer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}


def limit(db: DbSession, edition_id: int, quota: int | None, version: int = 0) -> int:
    return set_edition_places(db, edition_id, quota, version=version, **BY).version


def come(db: DbSession, edition_id: int, number: int, code: str) -> register.Placed:
    """Each a minute after the one before."""
    options: dict[str, Any] = {"source": Source.FORM, "language": "en", "actor": STRANGER}
    return register.register(db, edition_id, code, applicant(number), now=NOW + timedelta(minutes=number), **options)


def statuses(db: DbSession) -> dict[str, str]:
    rows = db.scalars(select(Registration).order_by(Registration.id).execution_options(populate_existing=True))
    return {row.person.latin_family: row.status.value for row in rows}


def counted(db: DbSession) -> tuple[int, int]:
    return tuple(db.execute(select(EditionPlaces.taken, EditionPlaces.over)).one())


def test_a_free_place_goes_to_who_waited_longest_of_the_types_that_have_room(session: DbSession) -> None:
    edition_id = make_edition(session)
    guest, media = (make_type(session, edition_id, code, quota=quota) for code, quota in (("guest", 1), ("media", 9)))
    limit(session, edition_id, 3)
    first = come(session, edition_id, 0, "media")
    come(session, edition_id, 1, "guest")
    come(session, edition_id, 2, "media")

    waiting = [come(session, edition_id, number, code) for number, code in ((3, "guest"), (4, "media"), (5, "media"))]
    full = full_types(session, list_types(session, edition_id))
    register.cancel(session, edition_id, first.registration_id, version=1, **BY)

    assert [(one.status, one.queue_number) for one in waiting] == [
        ("waitlisted", 1), ("waitlisted", 1), ("waitlisted", 2),
    ]  # fmt: skip
    assert full == [guest, media]
    found = statuses(session)
    assert (found["Guest3"], found["Guest4"], found["Guest5"]) == ("waitlisted", "confirmed", "waitlisted")
    assert counted(session) == (3, 0)


def test_who_moves_up_across_types_goes_by_time(session: DbSession) -> None:
    edition_id = make_edition(session)
    for code in ("guest", "media"):
        make_type(session, edition_id, code)
    version = limit(session, edition_id, 0)
    for number, code in enumerate(("media", "guest", "guest", "media")):
        come(session, edition_id, number, code)

    version = limit(session, edition_id, 3, version)
    some = statuses(session)
    limit(session, edition_id, None, version)

    assert list(some.values()) == ["confirmed", "confirmed", "confirmed", "waitlisted"]
    assert set(statuses(session).values()) == {"confirmed"}
    assert counted(session) == (0, 0)
    assert sign_up(session, edition_id, applicant(9)).status == "confirmed"


def test_a_limit_counts_who_is_there_and_is_not_set_below(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    for number in range(2):
        come(session, edition_id, number, "guest")

    for quota, fault in ((1, "below-taken"), (-1, "too-small")):
        with pytest.raises(Invalid) as caught:
            limit(session, edition_id, quota)
        assert caught.value.fields == {"quota": fault}
    limit(session, edition_id, 2)
    with pytest.raises(Stale):
        limit(session, edition_id, 5)

    assert counted(session) == (2, 0)
    assert come(session, edition_id, 2, "guest").status == "waitlisted"
    known = come(session, edition_id, 0, "guest")
    assert (known.known, known.status) == (True, "waitlisted")  # as a newcomer is told


def test_over_the_limit_only_by_a_name_and_counted_apart(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    limit(session, edition_id, 0)
    placed = come(session, edition_id, 1, "guest")
    by: dict[str, Any] = {"actor": officer(session, edition_id), "now": NOW}

    with pytest.raises(NoPlacesLeft) as caught, session.begin_nested():
        register.confirm(session, edition_id, placed.registration_id, version=1, **by)
    register.confirm(
        session, edition_id, placed.registration_id, over_capacity=True, reason="Minister", version=1, **by
    )

    assert caught.value.details == {"of": "edition"}
    assert counted(session) == (0, 1)
    register.cancel(session, edition_id, placed.registration_id, version=2, **by)
    assert counted(session) == (0, 0)


def test_types_that_come_or_come_back_later_count_as_well(session: DbSession) -> None:
    edition_id = make_edition(session)
    gone = make_type(session, edition_id)
    removal = register.remove_type(session, edition_id, gone.id, version=1, **BY)
    limit(session, edition_id, 1)
    make_type(session, edition_id, "media")

    restore(session, edition_id, removal.id, **BY)

    assert set(session.scalars(select(RegistrationType.is_limited))) == {True}
    assert [come(session, edition_id, n, code).status for n, code in enumerate(("guest", "media"))] == [
        "confirmed", "waitlisted",
    ]  # fmt: skip


def test_without_a_limit_registering_asks_nothing_more(session: DbSession) -> None:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: said.append(given[2]))

    come(session, edition_id, 1, "guest")

    assert [one for one in said if "edition_places" in one] == []
    assert len([one for one in said if one.startswith("UPDATE registration_type")]) == 1
    assert edition_places(session, edition_id).rest is None
