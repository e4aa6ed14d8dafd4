"""Media accreditation: outlet, role, an ID that somebody saw, and a place that is nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from forumapp.core.errors import Forbidden, Invalid
from forumapp.domain.audit.models import AuditEvent
from forumapp.domain.people.models import EditionTitle
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.errors import NotMedia, NotTransferable, PlaceOfItsOwn, WrongStatus
from forumapp.domain.registration.lifecycle import accreditation
from forumapp.domain.registration.lifecycle.manual_entry import walk_in
from forumapp.domain.registration.lifecycle.substitution import hand_over, substitute
from forumapp.domain.registration.lifecycle.type_change import change_type
from forumapp.domain.registration.lists.conditions import chosen_ids
from forumapp.domain.registration.lists.filters import EVERYONE, Filters, Lack
from forumapp.domain.registration.lists.stale_badges import changed_since_printed, kept_of_print
from forumapp.domain.registration.models import Registration, RegistrationType
from forumapp.domain.registration.rules import Media, MediaRole
from forumapp.domain.registration.spreadsheets.export import take_out
from forumapp.domain.registration.types import services
from tests.domain.registering import HOUSE, NOW, STRANGER, applicant, make_edition, make_type, sign_up
from tests.domain.registration.test_registration import officer

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

once = pytest.mark.one_database
BY: dict[str, Any] = {"actor": HOUSE, "now": NOW}
XINHUA = {"en": "Xinhua News Agency", "zh-Hans": "新华社"}
CREW = Media(XINHUA, MediaRole.CAMERA)


@pytest.fixture
def edition_id(session: DbSession) -> int:
    edition_id = make_edition(session)
    make_type(session, edition_id)
    make_type(session, edition_id, "press", is_media=True)
    return edition_id


def type_of(db: DbSession, code: str) -> RegistrationType:
    query = select(RegistrationType).where(RegistrationType.code == code)
    return db.scalars(query.execution_options(populate_existing=True)).one()


def come(db: DbSession, edition_id: int, number: int = 1, code: str = "press", **values: Any) -> Registration:
    said = {"organization": XINHUA, "media_role": MediaRole.CAMERA} if code == "press" else {}
    placed = sign_up(db, edition_id, applicant(number, **{**said, **values}), code)
    return db.get_one(Registration, placed.registration_id)


def not_seen(db: DbSession, edition_id: int) -> list[int]:
    return list(db.scalars(chosen_ids(db, edition_id, Filters(missing=(Lack.ID_CHECK,)))))


@once
@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ({"organization": {}}, {"organization": "required"}),
        ({"media_role": None}, {"media_role": "required"}),
        ({"media_role": MediaRole.OTHER, "media_role_other": " "}, {"media_role_other": "required"}),
    ],
)
def test_its_form_asks_for_outlet_and_role(
    session: DbSession, edition_id: int, said: dict[str, Any], faults: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        come(session, edition_id, **said)

    assert refused.value.fields == faults


@once
def test_both_are_kept_and_of_whoever_is_no_media_nothing(session: DbSession, edition_id: int) -> None:
    crew = come(session, edition_id, media_role=MediaRole.OTHER, media_role_other="无人机操作员")
    guest = come(session, edition_id, 2, "guest")
    with pytest.raises(Invalid), session.begin_nested():
        come(session, edition_id, 3, "guest", media_role=MediaRole.EDITOR)

    assert crew.media == Media(XINHUA, MediaRole.OTHER, "无人机操作员")
    assert (guest.media, guest.is_media) == (Media(), None)
    headings, rows = take_out(
        session, edition_id, EVERYONE, ["outlet.zh-Hans", "media_role", "id_seen_at"], **BY
    )  # fmt: skip
    assert rows == [["", "", ""], ["新华社", "无人机操作员", ""]]
    assert headings == ["media outlet (Chinese)", "media role", "ID seen at"]


@once
def test_somebody_sees_an_id_in_their_own_name_and_takes_it_back_for_a_reason(
    session: DbSession, edition_id: int
) -> None:
    by: dict[str, Any] = {"actor": officer(session, edition_id), "now": NOW}
    row, guest = come(session, edition_id), come(session, edition_id, 2, "guest")
    assert not_seen(session, edition_id) == [row.id]
    with pytest.raises(NotMedia):
        accreditation.note_id_seen(session, edition_id, guest.id, version=1, **by)
    with pytest.raises(Forbidden):  # nobody in particular
        accreditation.note_id_seen(session, edition_id, row.id, version=1, **BY)

    accreditation.note_id_seen(session, edition_id, row.id, version=1, **by)

    assert (row.id_seen_at, row.id_seen_by, not_seen(session, edition_id)) == (NOW, by["actor"].account_id, [])
    with pytest.raises(WrongStatus):
        accreditation.note_id_seen(session, edition_id, row.id, version=2, **by)
    with pytest.raises(Invalid):
        accreditation.take_back_id_seen(session, edition_id, row.id, reason=" ", version=2, **by)

    accreditation.take_back_id_seen(session, edition_id, row.id, reason="A colleague's", version=2, **by)

    assert (row.id_seen_at, row.id_seen_by, not_seen(session, edition_id)) == (None, None, [row.id])
    told = select(AuditEvent.action, AuditEvent.actor_id, AuditEvent.reason)
    told = told.where(AuditEvent.entity == "registration", AuditEvent.entity_id == row.id).order_by(AuditEvent.id)
    assert session.execute(told).all()[1:] == [
        ("id-seen", by["actor"].account_id, None),
        ("id-seen-taken-back", by["actor"].account_id, "A colleague's"),
    ]


def test_the_place_is_nobody_elses(session: DbSession, edition_id: int) -> None:
    row, kind = come(session, edition_id), type_of(session, "press")
    said: dict[str, Any] = {"language": "en", "now": NOW}
    organizer: dict[str, Any] = {**said, "source": row.source, "actor": HOUSE}
    with pytest.raises(NotTransferable), session.begin_nested():
        hand_over(session, row.id, 1, applicant(2), **said, actor=STRANGER)
    with pytest.raises(NotTransferable), session.begin_nested():
        substitute(session, edition_id, row.id, applicant(2), version=1, **organizer)
    for changes in ({"is_transferable": True}, {"is_media": False}):
        with pytest.raises(Invalid), session.begin_nested():
            services.update_type(session, edition_id, kind.id, changes, version=1, **BY)
    with pytest.raises(PlaceOfItsOwn), session.begin_nested():
        change_type(session, edition_id, row.id, "guest", version=1, **BY)

    make_type(session, edition_id, "pool", is_media=True)
    change_type(session, edition_id, row.id, "pool", version=1, **BY)
    accreditation.change_accreditation(session, edition_id, row.id, Media(), version=2, **BY)
    change_type(session, edition_id, row.id, "guest", version=3, **BY)  # nothing of it would be lost

    assert (row.is_media, row.type_id) == (None, type_of(session, "guest").id)


@pytest.mark.parametrize(
    "broken",
    [
        {"is_media": True},
        {"media_role": MediaRole.EDITOR},
        {"outlet": XINHUA},
        {"id_seen_at": NOW},
        {"media_role_other": "x"},
    ],
)
def test_the_database_keeps_it_with_types_of_media_alone(
    session: DbSession, edition_id: int, broken: dict[str, Any]
) -> None:
    guest = come(session, edition_id, 2, "guest")

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(Registration).where(Registration.id == guest.id).values(broken))


@pytest.mark.parametrize("broken", [{"is_media": False}, {"is_transferable": True}])
def test_and_a_type_stays_one_while_it_accredits_anyone(
    session: DbSession, edition_id: int, broken: dict[str, Any]
) -> None:
    come(session, edition_id)

    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(RegistrationType).where(RegistrationType.code == "press").values(broken))


@once
def test_who_walks_in_is_asked_for_role_and_id(session: DbSession, edition_id: int) -> None:
    by: dict[str, Any] = {"language": "en", "actor": officer(session, edition_id), "now": NOW}
    person = {"latin_family": "Wang", "latin_given": "Li"}
    press = type_of(session, "press").id
    with pytest.raises(Invalid) as refused, session.begin_nested():
        walk_in(session, edition_id, press, person, **by)
    assert refused.value.fields == {"organization": "required", "media_role": "required"}

    said = Media({}, MediaRole.PHOTOGRAPHER)
    row = walk_in(session, edition_id, press, person, organization="新华社", media=said, id_seen=True, **by)

    assert row.media == Media({"zh-Hans": "新华社"}, MediaRole.PHOTOGRAPHER)
    assert row.id_seen_by == by["actor"].account_id


def test_the_badge_says_for_which_outlet_they_come(session: DbSession, edition_id: int) -> None:
    row = come(session, edition_id)
    session.execute(update(EditionTitle).values(organization_name={"en": "Self-employed"}))

    (badge,) = badge_values(session, edition_id, Options())
    row.printed = kept_of_print(badge, type_code="press", type_name=badge.type_name, short_code=badge.short_code)
    row.printed_at = NOW
    session.flush()

    assert dict(badge.organization) == XINHUA
    assert changed_since_printed(session, edition_id) == []
    accreditation.change_accreditation(session, edition_id, row.id, Media({"en": "CCTV"}), version=row.version, **BY)
    assert changed_since_printed(session, edition_id) == [row.id]
