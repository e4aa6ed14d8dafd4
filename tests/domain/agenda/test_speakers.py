"""What is agreed with speakers, what they say themselves, and writing to them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from forumapp.core.errors import Forbidden, Invalid, LinkHasEnded, NotFound, Stale
from forumapp.core.values.masks import HIDDEN
from forumapp.core.values.times import Moment, Span
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.agenda.models import AssignmentRole, AssignmentStatus, RoleAssignment
from forumapp.domain.agenda.sessions.services import assign_role
from forumapp.domain.agenda.speaker_pages import self_service
from forumapp.domain.agenda.speakers import emails as letters
from forumapp.domain.agenda.speakers import mailing as writing
from forumapp.domain.agenda.speakers import services as speakers_services
from forumapp.domain.agenda.speakers.models import Speaker, SpeakerAvailability, SpeakerWriting, WritingStatus
from forumapp.domain.agenda.speakers.queries import (
    SpeakerFilters,
    SpeakerLack,
    availability_of,
    lines_of,
    speakers_page,
)
from forumapp.domain.audit.models import AuditEvent, AuditValue
from forumapp.domain.images.checking import check_picture
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Person
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    approve_precedence_list,
    create_precedence_list,
)
from forumapp.domain.people.records.services import create_person
from forumapp.domain.proofs import of_speakers
from forumapp.domain.proofs.answering import CorrectionWaits
from forumapp.domain.proofs.deciding import accept
from forumapp.domain.proofs.models import NameProof
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.retention.purging import purge, what_would_go
from forumapp.domain.retention.rules import Kind
from tests.domain.agenda.test_agenda import LA, make_session
from tests.domain.conftest import BY, NOW, Forum
from tests.pictures import photo
from tests.seeds import seed_access

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.agenda.speakers.queries import SpeakerLine

MORNING = Span(*(Moment(datetime(2023, 5, 22, hour), LA) for hour in (8, 12)))
ASKED = SpeakerFilters()


def speaker(
    db: DbSession, forum: Forum, family: str = "Chen", code: str = "opening", hour: int = 9, **person: Any
) -> int:
    """Someone who is invited to speak."""
    given = {"latin_family": family, "latin_given": "Ann", "email": f"{family}@x.example".lower(), **person}
    person_id = create_person(db, given, **BY).id
    meeting = make_session(db, forum, code, datetime(2023, 5, 22, hour))
    assign_role(db, meeting, person_id, AssignmentRole.SPEAKER, **BY)
    return person_id


def link(db: DbSession, forum: Forum, person_id: int) -> tuple[int, int]:
    row = speakers_services.ensure_speaker(db, forum.edition.id, person_id, **BY)
    return row.id, row.link_number


def test_nothing_is_agreed_until_something_is_and_a_stale_agreement_changes_nothing(
    session: DbSession, forum: Forum
) -> None:
    person_id, of = speaker(session, forum), forum.edition.id
    assert speakers_services.find_speaker(session, of, person_id) is None
    with pytest.raises(NotFound):
        speakers_services.update_speaker(session, of, person_id, {"speaks": "en"}, version=3, **BY)
    row = speakers_services.update_speaker(session, of, person_id, {"speaks": "en", "notes": "a ramp"}, version=0, **BY)
    assert (row.speaks, row.notes, row.language, row.version) == ("en", "a ramp", "en", 2)
    with pytest.raises(Stale):
        speakers_services.update_speaker(session, of, person_id, {"speaks": "zh-Hans"}, version=0, **BY)
    with pytest.raises(Invalid) as refusal:
        speakers_services.update_speaker(session, of, person_id, {"home_zone": "Mars/Base"}, version=2, **BY)
    assert refusal.value.fields == {"home_zone": "unknown-zone"}
    told = select(AuditValue.after).join(AuditEvent).where(AuditEvent.entity == "speaker", AuditValue.field == "notes")
    assert session.scalars(told).all() == [HIDDEN]


def test_who_has_no_part_is_no_speaker_and_who_has_a_chinese_name_is_written_to_in_chinese(
    session: DbSession, forum: Forum
) -> None:
    stranger = create_person(session, {"latin_family": "Nobody"}, **BY).id
    with pytest.raises(NotFound):
        speakers_services.ensure_speaker(session, forum.edition.id, stranger, **BY)
    liu = speaker(session, forum, "Liu", native_full="刘春")
    assert speakers_services.ensure_speaker(session, forum.edition.id, liu, **BY).language == "zh-Hans"


def test_the_list_is_in_protocol_order_and_never_by_alphabet(session: DbSession, forum: Forum) -> None:
    late, early = (speaker(session, forum, name, name.lower(), hour) for name, hour in (("Abe", 15), ("Zhu", 10)))
    first = speaker(session, forum, "Moore", "closing", 17)
    of = forum.edition.id
    assert [one.person_id for one in speakers_page(session, of, ASKED).items] == [early, late, first]
    order = create_precedence_list(session, of, "program", name={}, **BY)
    add_precedence_entry(session, order, first, capacity={}, **BY)
    approve_precedence_list(session, order, "Protocol", version=order.version, **BY)
    assert [one.person_id for one in speakers_page(session, of, ASKED).items] == [first, early, late]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (SpeakerFilters(search="zh"), ["Zhu"]),
        (SpeakerFilters(search="刘"), ["Liu"]),
        (SpeakerFilters(role=AssignmentRole.MODERATOR), []),
        (SpeakerFilters(status=AssignmentStatus.INVITED), ["Zhu", "Liu"]),
        (SpeakerFilters(lack=SpeakerLack.BIOGRAPHY), ["Zhu"]),
        (SpeakerFilters(lack=SpeakerLack.INVITATION), ["Liu"]),
        (SpeakerFilters(lack=SpeakerLack.PROOF), ["Liu"]),
    ],
)
def test_the_list_is_narrowed_down(session: DbSession, forum: Forum, filters: SpeakerFilters, found: list[str]) -> None:
    zhu = speaker(session, forum, "Zhu", "one", 9)
    liu = speaker(session, forum, "Liu", "two", 10, native_full="刘春", biography={"en": "x", "zh-Hans": "y"})
    letters.invite_speaker(session, forum.edition.id, zhu, version=0, **BY)
    page = speakers_page(session, forum.edition.id, filters, unproofed=[liu])
    assert [one.person.latin_family for one in page.items] == found


def test_a_speaker_confirms_declines_and_only_what_was_seen(session: DbSession, forum: Forum) -> None:
    person_id = speaker(session, forum)
    other = speaker(session, forum, "Other", "second", 11)
    key = link(session, forum, person_id)
    part = session.scalars(select(RoleAssignment).filter_by(person_id=person_id)).one()
    theirs = session.scalars(select(RoleAssignment).filter_by(person_id=other)).one()
    said: dict[str, Any] = {"version": part.version, **BY}
    self_service.answer_part(session, *key, part.id, AssignmentStatus.CONFIRMED, **said)
    assert (part.status, session.get_one(Speaker, key[0]).answered_at) == (AssignmentStatus.CONFIRMED, NOW)
    with pytest.raises(Stale):
        self_service.answer_part(session, *key, part.id, AssignmentStatus.DECLINED, **said)
    with pytest.raises(NotFound):
        self_service.answer_part(session, *key, theirs.id, AssignmentStatus.DECLINED, version=1, **BY)
    with pytest.raises(Invalid):
        self_service.answer_part(session, *key, part.id, AssignmentStatus.INVITED, version=part.version, **BY)
    actions = select(AuditEvent.action).where(AuditEvent.entity == "role_assignment", AuditEvent.entity_id == part.id)
    assert "confirmed" in session.scalars(actions).all()


def test_a_link_that_was_ended_opens_nothing_and_the_next_one_does(session: DbSession, forum: Forum) -> None:
    person_id = speaker(session, forum)
    key = link(session, forum, person_id)
    row = speakers_services.end_links(session, forum.edition.id, person_id, version=1, **BY)
    with pytest.raises(LinkHasEnded):
        self_service.say_needs(session, *key, {"speaks": "en"}, version=row.version, **BY)
    assert self_service.get_by_link(session, row.id, row.link_number).person_id == person_id


def test_windows_are_said_taken_away_and_brought_back(session: DbSession, forum: Forum) -> None:
    person_id, of = speaker(session, forum), forum.edition.id
    key = link(session, forum, person_id)
    window = self_service.add_own_window(session, *key, MORNING, **BY)
    assert availability_of(session, of) == {person_id: [(MORNING.start.utc, MORNING.end.utc)]}
    with pytest.raises(Stale):
        self_service.remove_own_window(session, *key, window.id, version=7, **BY)
    removal = speakers_services.remove_window(session, of, window.id, version=1, **BY)
    assert availability_of(session, of) == {}
    restore(session, of, removal.id, **BY)
    assert len(lines_of(session, of, [person_id])[0].windows) == 1
    # What is agreed goes with its windows, and comes back with them; the part stays.
    whole = speakers_services.remove_speaker(session, of, person_id, version=1, **BY)
    assert (lines_of(session, of, [person_id])[0].agreed, len(lines_of(session, of, [person_id])[0].parts)) == (None, 1)
    restore(session, of, whole.id, **BY)
    assert session.scalars(select(SpeakerAvailability.start_utc)).all() == [MORNING.start.utc]


def written(db: DbSession, forum: Forum, people: list[int], *, again: bool, now: datetime = NOW) -> SpeakerWriting:
    """Asked for, and done to the end."""
    run = writing.write_to_all(db, forum.edition.id, people, again=again, actor=forum.by_owner["actor"], now=now)
    while writing.take_batch(db, run.id, now=now):
        pass
    return db.get_one(SpeakerWriting, run.id)


def test_letters_go_to_those_who_can_be_written_to_and_nobody_twice(session: DbSession, forum: Forum) -> None:
    reached = speaker(session, forum, "Reached", "one", 9)
    nowhere = speaker(session, forum, "Nowhere", "two", 10, email=None)
    sent = written(session, forum, [reached, nowhere], again=False)
    assert (sent.sent, sent.left, sent.status) == (1, {"no-address": [nowhere]}, WritingStatus.DONE)
    assert written(session, forum, [reached], again=False).left == {"written-lately": [reached]}
    later = {"actor": BY["actor"], "now": NOW + timedelta(days=1)}
    assert written(session, forum, [reached], again=True, now=later["now"]).sent == 1
    mails = session.scalars(select(Message).where(Message.about == "speaker").order_by(Message.id)).all()
    assert [one.template for one in mails] == ["speaker-invitation", "speaker-reminder"]
    assert mails[0].values["parts"] == {"en": "May 22 09:00, one", "zh-Hans": "5月22日 09:00　one"}
    part = session.scalars(select(RoleAssignment).filter_by(person_id=reached)).one()
    key = link(session, forum, reached)
    self_service.answer_part(session, *key, part.id, AssignmentStatus.DECLINED, version=part.version, **later)
    after = NOW + timedelta(days=3)
    assert written(session, forum, [reached], again=True, now=after).left == {"nothing-to-answer": [reached]}
    with pytest.raises(Invalid):  # who has no part
        written(session, forum, [create_person(session, {"latin_family": "Guest"}, **BY).id], again=False)


def test_a_mail_asks_for_what_is_not_answered_and_for_nothing_else(session: DbSession, forum: Forum) -> None:
    one = speaker(session, forum, "Asked", "one", 9)
    confirmed = make_session(session, forum, "two", datetime(2023, 5, 22, 11))
    assign_role(session, confirmed, one, AssignmentRole.CHAIR, status=AssignmentStatus.CONFIRMED, **BY)
    assert written(session, forum, [one], again=False).sent == 1
    mail = session.scalars(select(Message).where(Message.about == "speaker")).one()
    assert mail.values["parts"]["en"] == "May 22 09:00, one"


def test_a_run_that_is_interrupted_goes_on_where_it_was_and_a_fault_keeps_no_other_out(
    session: DbSession, forum: Forum, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "BATCH", 2)
    families = ("First", "Second", "Third", "Fourth")
    people = [speaker(session, forum, family, family.lower()) for family in families]
    run = writing.write_to_all(session, forum.edition.id, people, again=False, **forum.by_owner)
    killed = session.begin_nested()
    writing.take_batch(session, run.id, now=NOW)
    killed.rollback()  # before it was kept
    whole = writing.write_to

    def faulty(db: DbSession, of: int, line: SpeakerLine, **by: Any) -> None:
        whole(db, of, line, **by)
        if line.person_id == people[1]:
            db.execute(text("INSERT INTO series (id) VALUES (1)"))  # a broken rule

    monkeypatch.setattr(writing, "write_to", faulty)
    while writing.take_batch(session, run.id, now=NOW):
        pass
    assert writing.take_batch(session, run.id, now=NOW) is False
    session.refresh(run)
    assert (run.total, run.reached, run.sent, run.left) == (4, 4, 3, {"failed": [people[1]]})
    mails = session.scalars(select(Message.recipient).where(Message.about == "speaker").order_by(Message.id))
    assert list(mails) == [f"{family.lower()}@x.example" for family in families if family != "Second"]


def test_whoever_may_no_longer_write_writes_no_more(session: DbSession, forum: Forum) -> None:
    person_id = speaker(session, forum)
    viewer = seed_access(session, forum.edition.id, "viewer@forum.example", Role.VIEWER)
    run = writing.write_to_all(session, forum.edition.id, [person_id], again=False, **forum.by_owner)
    run.asked_by = viewer.id
    session.flush()
    writing.take_batch(session, run.id, now=NOW)
    assert (session.get_one(SpeakerWriting, run.id).left, session.scalar(select(Message.id).filter_by(about="speaker"))) == (
        {"forbidden": [person_id]}, None,
    )  # fmt: skip


def test_what_they_said_of_arrival_goes_when_it_must(session: DbSession, forum: Forum) -> None:
    person_id, of = speaker(session, forum), forum.edition.id
    row = speakers_services.update_speaker(
        session, of, person_id, {"arrival": "CA987", "notes": "a ramp"}, version=0, **BY
    )
    assert what_would_go(session, of, Kind.FLIGHTS, now=NOW) == {"speaker": 1}
    assert purge(session, of, Kind.FLIGHTS, now=NOW) == {"speaker": 1}
    session.refresh(row)
    assert (row.arrival, row.notes) == ("", "a ramp")


def test_only_those_who_edit_the_agenda_agree_anything(session: DbSession, forum: Forum) -> None:
    person_id = speaker(session, forum)
    with pytest.raises((Forbidden, NotFound)):
        speakers_services.update_speaker(
            session, forum.other.id, person_id, {"speaks": "en"}, version=0, **forum.by_owner
        )


def test_what_a_speaker_proposes_is_a_correction_that_an_organizer_takes_over(session: DbSession, forum: Forum) -> None:
    person_id = speaker(session, forum)
    key = link(session, forum, person_id)
    row = session.get_one(Speaker, key[0])
    own = of_speakers.own_print(session, row)
    wanted = {**own.parts, "title.en": "Mayor", "biography.zh-Hans": "市长。"}
    said: dict[str, Any] = {"seen": own.shown.fingerprint, "photo": check_picture(photo()), **BY}
    sent = of_speakers.propose(session, *key, wanted, **said)

    person = session.get_one(Person, person_id)
    assert (person.photo_id, person.biography) == (None, {})
    assert (sent.proposed["title.en"], sent.proposed["biography.zh-Hans"]) == ("Mayor", "市长。")
    with pytest.raises(CorrectionWaits):
        of_speakers.approve_own(session, *key, seen=own.shown.fingerprint, **BY)
    chosen = list(sent.proposed)
    accept(session, forum.edition.id, sent.id, chosen, version=sent.version, **forum.by_owner)

    session.refresh(person)
    assert (person.photo_id is not None, person.biography) == (True, {"zh-Hans": "市长。"})
    now = of_speakers.own_print(session, row)
    assert now.printed.title == {"en": "Mayor"}
    with pytest.raises(Stale):
        of_speakers.approve_own(session, *key, seen=own.shown.fingerprint, **BY)
    of_speakers.approve_own(session, *key, seen=now.shown.fingerprint, **BY)
    assert of_speakers.own_print(session, row).is_approved
    assert purge(session, forum.edition.id, Kind.FILES, now=NOW)["proof_correction"] == 1


def test_nothing_is_proposed_where_nothing_is_wanted_and_there_is_one_proof_of_speakers(
    session: DbSession, forum: Forum
) -> None:
    for name, hour in (("Chen", 9), ("Li", 11)):
        key = link(session, forum, speaker(session, forum, name, name.lower(), hour))
        own = of_speakers.own_print(session, session.get_one(Speaker, key[0]))
        with pytest.raises(Invalid):
            of_speakers.propose(session, *key, own.parts, seen=own.shown.fingerprint, **BY)
        of_speakers.approve_own(session, *key, seen=own.shown.fingerprint, **BY)
    assert session.scalars(select(NameProof.of_speakers)).all() == [True]
