"""Name checks: who is in them, what offices answer, and what becomes of it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Invalid, LinkHasEnded, NotFound, Stale
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.accounts import create_account
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.agenda.models import AssignmentRole, SessionKind
from forumapp.domain.agenda.sessions import services as agenda
from forumapp.domain.agenda.sessions.services import assign_role, create_session
from forumapp.domain.audit.models import AuditEvent, Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.delegations.members.services import add_member, create_delegation, remove_member
from forumapp.domain.delegations.models.delegations import Delegation
from forumapp.domain.forums.models import Edition
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Affiliation, EditionTitle, Organization, Person
from forumapp.domain.people.precedence import lists
from forumapp.domain.people.records import services as people
from forumapp.domain.printing import queries as printing
from forumapp.domain.printing.books import itineraries
from forumapp.domain.printing.checks.edition_checks import edition_findings
from forumapp.domain.printing.checks.preflight import preflight
from forumapp.domain.printing.models import Paper
from forumapp.domain.printing.previews.layout_findings import HERE
from forumapp.domain.printing.rules import Options
from forumapp.domain.proofs import answering, deciding, queries, services
from forumapp.domain.proofs.models import ProofCorrection, ProofEntry
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.proofs.rules import EntryState, ProofState
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from forumapp.domain.registration.lifecycle.register import cancel, enter
from forumapp.domain.registration.models import Registration, RegistrationStatus
from forumapp.domain.registration.rules import Source
from tests.domain.conftest import BY, NOW, Forum
from tests.domain.registering import make_type
from tests.web.organizer.house import Span, wall
from tests.web.organizer.house import queries as counted

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session as DbSession

VISITOR: dict[str, Any] = {"actor": Actor(None, Via.PAGE), "now": NOW}
OFFICE = {"en": "Department of Commerce", "zh-Hans": "商务厅"}
TITLE = {"en": "Director", "zh-Hans": "厅长"}


@dataclass
class Set:
    """A delegation of three with its proof."""

    db: DbSession
    edition_id: int
    delegation_id: int
    members: list[int]
    people: list[int]
    organization_id: int
    proof_id: int
    type_id: int

    @property
    def proof(self) -> queries.ProofLine:
        self.db.expire_all()
        return queries.get_proof(self.db, self.edition_id, self.proof_id)

    @property
    def states(self) -> list[str]:
        return [one.state.value for one in self.proof.entries]

    def version(self) -> int:
        return self.proof.row.version

    def approve(self, *places: int) -> int:
        lines = self.proof.entries
        chosen = [lines[place] for place in places] if places else lines
        seen = {one.id: one.shown.fingerprint for one in chosen}
        return answering.approve(self.db, self.proof_id, 1, seen, by="Ms. Wu", **VISITOR)

    def correct(self, place: int, wanted: dict[str, str], **said: Any) -> ProofCorrection:
        one = self.proof.entries[place]
        said = {"seen": one.shown.fingerprint, "by": "Mr. Xu", **said}
        return answering.correct(self.db, self.proof_id, 1, one.id, wanted, **said, **VISITOR)

    def accept(self, row: ProofCorrection, *chosen: str, **said: Any) -> ProofCorrection:
        said = {"version": row.version, **said}
        return deciding.accept(self.db, self.edition_id, row.id, chosen, **said, **BY)

    def person(self, place: int) -> Person:
        return self.db.get_one(Person, self.people[place], populate_existing=True)

    def title(self, place: int) -> EditionTitle:
        query = select(EditionTitle).where(EditionTitle.person_id == self.people[place])
        return self.db.scalars(query.execution_options(populate_existing=True)).one()


def add_person(
    db: DbSession, forum: Forum, type_id: int, family: str, native: str, organization_id: int
) -> Registration:
    names = {"latin_family": family, "latin_given": "Wei", "native_full": native, "name_order": "family-first"}
    person = people.create_person(db, names, **BY)
    people.set_edition_title(db, forum.edition.id, person.id, title=TITLE, organization_id=organization_id, **BY)
    how: Any = {"status": RegistrationStatus.CONFIRMED, "source": Source.DELEGATION, "language": "en", **BY}
    return enter(db, forum.edition.id, person.id, type_id, **how)


def make_set(db: DbSession, forum: Forum, count: int = 3, code: str = "js") -> Set:
    of = forum.edition.id
    kind = make_type(db, of, f"guest-{code}")
    organization = people.create_organization(db, {"legal": OFFICE, "kind": "government"}, **BY)
    delegation = create_delegation(db, of, {"code": code, "name": {"en": code.upper(), "zh-Hans": "江苏"}}, **BY)
    rows = [add_person(db, forum, kind.id, f"Wang{n}", f"王{n}", organization.id) for n in range(count)]
    members = [add_member(db, delegation, row.id, **BY).id for row in rows]
    proof = services.create_proof(db, of, {"delegation_id": delegation.id, "email": "Office@JS.example"}, **BY)
    return Set(db, of, delegation.id, members, [row.person_id for row in rows], organization.id, proof.id, kind.id)


def forum_guest(js: Set, forum: Forum) -> int:
    """Someone in the edition, and in no delegation."""
    kind = make_type(js.db, js.edition_id, "alone")
    return add_person(js.db, forum, kind.id, "Alone", "独", js.organization_id).person_id


@pytest.fixture
def js(session: DbSession, forum: Forum) -> Set:
    return make_set(session, forum)


def test_it_works(js: Set) -> None:
    proof = js.proof
    assert (proof.row.name, proof.row.email, proof.state) == (
        {"en": "JS", "zh-Hans": "江苏"}, "office@js.example", ProofState.NOT_SENT,
    )  # fmt: skip
    assert [(one.person_id, one.place, one.printed.latin_name, one.printed.organization) for one in proof.entries] == [
        (person, place, f"WANG{place - 1} Wei", OFFICE) for place, person in enumerate(js.people, 1)
    ]


def test_what_a_proof_shows_is_what_badges_booklets_and_the_program_print(js: Set) -> None:
    db, edition = js.db, js.db.get_one(Edition, js.edition_id)
    talk = {"code": "talk", "title": {"en": "Talk", "zh-Hans": "演讲"}, "kind": SessionKind.KEYNOTE}
    session = agenda.create_session(db, edition.id, talk, Span(wall(9), wall(10)), **BY)
    for person in js.people:
        agenda.assign_role(db, session, person, AssignmentRole.SPEAKER, status="confirmed", **BY)
    agenda.publish(db, edition.id, label="", note={}, **BY)
    rows = db.execute(select(Registration.id, Registration.person_id))
    person_of = dict(rows.all())
    shown = {one.person_id: one.printed for one in js.proof.entries}

    badges = {person_of[one.registration_id]: one for one in printing.badge_values(db, edition.id, Options())}
    booklet = [one.person for one in itineraries.itinerary_values(db, edition, "js", Options(), now=NOW).members]
    program = printing.program_values(db, edition, Options(), now=NOW).speakers

    assert list(shown) == [one.person_id for one in booklet]
    for paper in (badges, {one.person_id: one for one in booklet}, {one.person_id: one for one in program}):
        assert {
            person: (one.latin_name, one.native_name, one.native_lang, one.title, one.organization)
            for person, one in paper.items()
        } == {person: astuple(one) for person, one in shown.items()}


def test_members_stand_in_the_approved_order_and_else_in_that_of_the_delegation(js: Set) -> None:
    order = lists.create_precedence_list(js.db, js.edition_id, "program", name={}, **BY)
    for place in (2, 0):
        lists.add_precedence_entry(js.db, order, js.people[place], capacity={}, **BY)
    assert [one.person_id for one in js.proof.entries] == js.people  # nobody has approved it

    lists.approve_precedence_list(js.db, order, "The Governor", version=order.version, **BY)

    first, second, third = js.people
    assert [one.person_id for one in js.proof.entries] == [third, first, second]
    services.remove_proof(js.db, js.edition_id, js.proof_id, version=js.version(), **BY)
    made = services.create_proof(js.db, js.edition_id, {"delegation_id": js.delegation_id}, **BY)
    rows = js.db.scalars(select(ProofEntry).where(ProofEntry.proof_id == made.id).order_by(ProofEntry.position))
    assert [row.person_id for row in rows] == [third, first, second]


def test_an_office_has_those_who_are_picked(js: Set) -> None:
    first, second, _ = js.people
    row = services.create_proof(js.db, js.edition_id, {"name": {"en": "Office"}}, [second, first, second], **BY)
    proof = queries.get_proof(js.db, js.edition_id, row.id)
    assert [one.person_id for one in proof.entries] == [second, first]
    out = people.create_person(js.db, {"latin_family": "Out"}, **BY)
    with pytest.raises(Invalid) as refusal:
        services.add_people(js.db, js.edition_id, row.id, [out.id], **BY)
    assert refusal.value.fields == {"people": "unknown"}
    with pytest.raises(Invalid):
        services.create_proof(js.db, js.edition_id, {"name": {}}, **BY)


def test_an_office_has_those_who_are_printed_under_its_organization(js: Set, forum: Forum) -> None:
    db, port = js.db, people.create_organization(js.db, {"legal": {"en": "Port"}, "short": {"zh-Hans": "港"}}, **BY)
    first, second, gone = (
        add_person(db, forum, js.type_id, family, "", port.id) for family in ("Zhou", "Adams", "Baker")
    )
    cancel(db, js.edition_id, gone.id, version=gone.version, **BY)
    # Whoever is printed under another one first is not theirs, and whoever has a title alone is.
    people.add_edition_title(db, js.edition_id, js.people[0], {"title": TITLE, "organization_id": port.id}, **BY)
    host = people.create_person(db, {"latin_family": "Cole"}, **BY)
    people.set_edition_title(db, js.edition_id, host.id, title=TITLE, organization_id=port.id, **BY)

    values = {"organization_id": port.id, "name": {"en": " "}}
    proof = services.create_proof(db, js.edition_id, values, [second.person_id, js.people[1]], **BY)

    stand = [one.person_id for one in queries.get_proof(db, js.edition_id, proof.id).entries]
    assert stand == [second.person_id, js.people[1], host.id, first.person_id]
    assert proof.name == {"en": "Port", "zh-Hans": "港"}
    for wrong in (
        {"organization_id": port.id},  # has one
        {"organization_id": port.id, "delegation_id": js.delegation_id},
        {"organization_id": 999_999},
    ):
        with pytest.raises((services.HasProof, Invalid)):
            services.create_proof(db, js.edition_id, wrong, **BY)


def test_who_leaves_the_delegation_is_off_its_proof_and_who_joins_is_offered(js: Set, forum: Forum) -> None:
    remove_member(js.db, js.edition_id, js.members[0], version=1, **BY)
    assert [one.person_id for one in js.proof.entries] == js.people[1:]

    kind = make_type(js.db, js.edition_id, "late")
    late = add_person(js.db, forum, kind.id, "Late", "迟", js.organization_id)
    add_member(js.db, js.db.get_one(Delegation, js.delegation_id), late.id, **BY)
    js.approve()
    assert js.proof.state is ProofState.PARTLY
    waiting = [
        (one.person_id, one.state, one.proof and one.proof.id) for one in queries.list_unapproved(js.db, js.edition_id)
    ]
    assert waiting == [(late.person_id, None, js.proof_id)]
    with pytest.raises(Invalid):
        services.add_people(js.db, js.edition_id, js.proof_id, [forum_guest(js, forum)], **BY)
    added = services.add_missing_members(js.db, js.edition_id, js.proof_id, **BY)
    assert [row.person_id for row in added] == [late.person_id]
    assert services.add_missing_members(js.db, js.edition_id, js.proof_id, **BY) == []
    assert [one.person_id for one in js.proof.entries] == [*js.people[1:], late.person_id]


def test_a_proof_is_approved_person_by_person(js: Set) -> None:
    services.note_sent(js.db, js.edition_id, js.proof_id, version=1, **BY)
    assert js.proof.state is ProofState.SENT

    assert js.approve(0) == 1
    assert (js.states, js.proof.state) == (["approved", "waiting", "waiting"], ProofState.PARTLY)
    assert js.approve() == 2  # the first one was approved already
    line = js.proof.entries[0]
    assert (js.proof.state, line.approved_by, line.approved_at) == (ProofState.APPROVED, "Ms. Wu", NOW)


CHANGES = {
    "name": lambda js: people.update_person(js.db, js.people[0], {"native_full": "王零"}, version=1, **BY),
    "title": lambda js: people.update_edition_title(js.db, js.title(0), {"title": {"en": "Chief"}}, version=1, **BY),
    "organization": lambda js: people.update_organization(
        js.db, js.organization_id, {"short": {"en": "DoC"}}, version=1, **BY
    ),
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_after_approval_is_told_until_it_is_approved_again(js: Set, part: str) -> None:
    js.approve()

    CHANGES[part](js)

    line = js.proof.entries[0]
    assert (line.state, line.changed, js.proof.state) == (EntryState.CHANGED, (part,), ProofState.CHANGED)
    assert [one.person_id for one in queries.list_unapproved(js.db, js.edition_id)][:1] == [js.people[0]]
    js.approve()
    assert js.states == ["approved"] * 3


def test_a_change_of_order_is_told_of_those_whom_it_moves(js: Set) -> None:
    js.approve()
    order = lists.create_precedence_list(js.db, js.edition_id, "program", name={}, **BY)
    lists.add_precedence_entry(js.db, order, js.people[1], capacity={}, **BY)
    lists.approve_precedence_list(js.db, order, "The Governor", version=order.version, **BY)

    lines = {one.person_id: one.changed for one in js.proof.entries}

    assert [lines[person] for person in js.people] == [("order",), ("order",), ()]


def test_that_someone_leaves_disturbs_nobodys_approval(js: Set) -> None:
    js.approve()
    remove_member(js.db, js.edition_id, js.members[0], version=1, **BY)
    assert js.states == ["approved", "approved"]


def test_nobody_approves_what_they_have_not_seen(js: Set) -> None:
    seen = {one.id: one.shown.fingerprint for one in js.proof.entries}
    CHANGES["title"](js)

    with pytest.raises(Stale) as refusal:
        answering.approve(js.db, js.proof_id, 1, seen, by="Ms. Wu", **VISITOR)

    assert refusal.value.details == {"entries": [js.proof.entries[0].id]}
    assert js.states == ["waiting"] * 3


@pytest.mark.parametrize("by", ["", "  ", "\u200b"])
def test_who_answers_says_who_they_are(js: Set, by: str) -> None:
    line = js.proof.entries[0]
    seen = line.shown.fingerprint
    for answer in (
        lambda: answering.approve(js.db, js.proof_id, 1, {line.id: seen}, by=by, **VISITOR),
        lambda: answering.correct(js.db, js.proof_id, 1, line.id, {"title.en": "x"}, seen=seen, by=by, **VISITOR),
    ):
        with pytest.raises(Invalid) as refusal:
            answer()
        assert refusal.value.fields == {"by": "required"}


def test_a_link_that_was_ended_answers_nothing(js: Set) -> None:
    services.end_links(js.db, js.edition_id, js.proof_id, version=1, **BY)
    with pytest.raises(LinkHasEnded):
        js.approve()
    with pytest.raises(LinkHasEnded):
        js.correct(0, {"title.en": "Chief"})
    assert answering.get_by_link(js.db, js.proof_id, 2).row.id == js.proof_id
    removal = services.remove_proof(js.db, js.edition_id, js.proof_id, version=2, **BY)
    with pytest.raises(LinkHasEnded):
        answering.get_by_link(js.db, js.proof_id, 2)
    restore(js.db, js.edition_id, removal.id, **BY)
    assert answering.get_by_link(js.db, js.proof_id, 2).row.id == js.proof_id


def test_an_entry_of_another_proof_is_not_there(js: Set, forum: Forum) -> None:
    other = make_set(js.db, forum, 1, "hb")
    line = other.proof.entries[0]
    with pytest.raises(NotFound):
        answering.approve(js.db, js.proof_id, 1, {line.id: line.shown.fingerprint}, by="x", **VISITOR)
    with pytest.raises(NotFound):
        answering.correct(js.db, js.proof_id, 1, line.id, {"title.en": "x"}, seen="", by="x", **VISITOR)


def test_a_correction_changes_nothing_by_itself(js: Set) -> None:
    row = js.correct(0, {"native_full": "王〇", "title.en": "Director", "organization.zh-Hans": "江苏省商务厅"})

    assert row.proposed == {"native_full": "王〇", "organization.zh-Hans": "江苏省商务厅"}
    assert row.shown["native_full"] == "王0"
    assert js.person(0).native_full == "王0"
    assert (js.states[0], js.proof.state, js.proof.open_corrections) == ("correction", ProofState.CORRECTION, 1)
    with pytest.raises(answering.CorrectionWaits):
        js.approve(0)


@pytest.mark.parametrize(
    ("wanted", "remark", "fields"),
    [
        ({}, "", {"remark": "nothing-to-correct"}),
        ({"native_full": "王0"}, "  ", {"remark": "nothing-to-correct"}),
        ({"native_full": "", "latin_family": "", "latin_given": " "}, "", {"latin_family": "required"}),
    ],
)
def test_a_correction_says_something(js: Set, wanted: dict[str, str], remark: str, fields: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        js.correct(0, wanted, remark=remark)
    assert refusal.value.fields == fields


def test_nobody_floods_the_organizer(js: Set) -> None:
    for number in range(10):
        js.correct(0, {}, remark=f"{number}")
    with pytest.raises(answering.TooManyCorrections):
        js.correct(0, {}, remark="11")
    js.correct(1, {}, remark="of another person")


def test_only_the_chosen_parts_are_taken_over(js: Set) -> None:
    js.approve()
    row = js.correct(0, {"latin_given": "Weiwei", "native_full": "王〇", "title.en": "Chief", "title.zh-Hans": "主任"})

    js.accept(row, "native_full", "title.en")

    person, title = js.person(0), js.title(0)
    assert (person.latin_given, person.native_full, title.title) == ("Wei", "王〇", {"en": "Chief", "zh-Hans": "厅长"})
    assert (row.state.value, row.accepted, row.decided_by) == ("accepted", ["native_full", "title.en"], None)
    assert js.proof.entries[0].changed == ("name", "title")  # for the office to approve again
    told = js.db.execute(select(AuditEvent.entity, AuditEvent.action).order_by(AuditEvent.id.desc()).limit(3)).all()
    assert [tuple(one) for one in told] == [
        ("proof_correction", "accepted"), ("edition_title", "changed"), ("person", "changed"),
    ]  # fmt: skip


def test_a_native_name_that_is_kept_in_parts_stays_in_parts(js: Set) -> None:
    parts = {"native_family": "王", "native_given": "0"}
    people.update_person(js.db, js.people[0], parts, version=1, **BY)

    def stands() -> tuple[str, str, str]:
        person = js.person(0)
        return person.native_full, person.native_family, person.native_given

    js.accept(js.correct(0, {"native_full": "汪0"}), "native_full")
    assert stands() == ("汪0", "汪", "0")
    js.accept(js.correct(0, {"native_full": "汪洋"}), "native_full")
    assert stands() == ("汪洋", "汪", "洋")
    assert js.person(0).also_known_as == ["王0", "汪0"]  # as older lists call them
    with pytest.raises(Invalid) as refusal:
        js.accept(js.correct(0, {"native_full": "欧阳海"}), "native_full")
    assert refusal.value.fields == {"native_family": "required"}
    assert stands() == ("汪洋", "汪", "洋")


def test_nobody_gets_two_proofs(js: Set, forum: Forum) -> None:
    for values in (
        {"delegation_id": js.proof.row.delegation_id, "name": {"en": "Another"}},
        {"name": {"en": "The Office"}},
    ):
        if "delegation_id" not in values:
            services.create_proof(js.db, forum.edition.id, {"name": {"zh-Hans": "办", "en": "the office"}}, **BY)
        with pytest.raises(services.HasProof):
            services.create_proof(js.db, forum.edition.id, values, **BY)


def test_an_organization_is_corrected_for_everyone_or_for_one(js: Set) -> None:
    wanted = {"organization.en": "Commerce Department"}
    js.accept(js.correct(0, wanted), "organization.en", for_everyone=True)
    assert js.db.get_one(Organization, js.organization_id).legal == {**OFFICE, "en": "Commerce Department"}
    assert [one.printed.organization["en"] for one in js.proof.entries] == ["Commerce Department"] * 3

    js.accept(js.correct(1, {"organization.en": "Commerce Bureau"}), "organization.en")
    assert [one.printed.organization["en"] for one in js.proof.entries] == [
        "Commerce Department", "Commerce Bureau", "Commerce Department",
    ]  # fmt: skip
    title = js.title(1)
    assert (title.organization_id, title.organization_name) == (None, {**OFFICE, "en": "Commerce Bureau"})
    # By the post an official stays known as one.
    post = js.db.get_one(Affiliation, title.affiliation_id)
    assert (post.organization_id, post.title) == (js.organization_id, TITLE)


def test_who_has_no_title_yet_gets_the_corrected_one(js: Set, forum: Forum) -> None:
    person = people.create_person(js.db, {"latin_family": "Bare"}, **BY)
    kind = make_type(js.db, js.edition_id, "bare")
    how: Any = {"status": RegistrationStatus.CONFIRMED, "source": Source.MANUAL, "language": "en", **BY}
    enter(js.db, js.edition_id, person.id, kind.id, **how)
    row = services.create_proof(js.db, js.edition_id, {"name": {"en": "Office"}}, [person.id], **BY)
    line = queries.get_proof(js.db, js.edition_id, row.id).entries[0]
    wanted = {"title.en": "Envoy", "organization.en": "Embassy"}
    one = answering.correct(js.db, row.id, 1, line.id, wanted, seen=line.shown.fingerprint, by="x", **VISITOR)

    js.accept(one, *wanted)

    shown = queries.get_proof(js.db, js.edition_id, row.id).entries[0].printed
    assert (shown.title, shown.organization) == ({"en": "Envoy"}, {"en": "Embassy"})


def test_of_two_corrections_the_second_is_told_what_stands(js: Set) -> None:
    first, second = js.correct(0, {"title.en": "Chief"}), js.correct(0, {"title.en": "Head", "native_full": "王〇"})
    js.accept(first, "title.en")

    with pytest.raises(Stale) as refusal:
        js.accept(second, "title.en", "native_full")
    assert refusal.value.details == {"parts": ["title.en"]}
    assert (js.person(0).native_full, js.title(0).title["en"]) == ("王0", "Chief")

    js.accept(second, "native_full")  # of which nobody was faster
    assert js.person(0).native_full == "王〇"


def test_who_has_seen_what_stands_may_take_a_correction_over_it(js: Set) -> None:
    first, second = js.correct(0, {"title.en": "Chief"}), js.correct(0, {"title.en": "Head"})
    js.accept(first, "title.en")
    js.accept(second, "title.en", seen={"title.en": "Chief"})
    assert js.title(0).title["en"] == "Head"


def test_a_correction_is_decided_once_and_as_it_was_read(js: Set) -> None:
    row = js.correct(0, {"title.en": "Chief"})
    with pytest.raises(Stale):
        js.accept(row, "title.en", version=2)
    with pytest.raises(Invalid):
        js.accept(row, "title.zh-Hans")
    with pytest.raises(Invalid):
        deciding.decline(js.db, js.edition_id, row.id, " ", version=1, **BY)
    deciding.decline(js.db, js.edition_id, row.id, "As in the decree", version=1, **BY)
    assert (row.state.value, row.reason, js.states[0]) == ("declined", "As in the decree", "waiting")
    with pytest.raises(deciding.AlreadyDecided):
        js.accept(row, "title.en")


def test_a_remark_is_followed_by_hand(js: Set) -> None:
    row = js.correct(0, {}, remark="Please let him stand first.")
    js.accept(row)
    assert (row.state.value, row.accepted, js.states[0]) == ("accepted", [], "waiting")


def test_a_mail_goes_out_each_time_it_is_sent(js: Set) -> None:
    services.send_proof(js.db, js.edition_id, js.proof_id, version=1, **BY)
    with pytest.raises(Stale):  # the same button twice
        services.send_proof(js.db, js.edition_id, js.proof_id, version=1, **BY)
    message = js.db.scalars(select(Message).where(Message.about == "name_proof")).one()
    assert (message.recipient, message.template, message.language) == ("office@js.example", "name-proof", "en")
    assert message.values["link"]["values"] == [js.proof_id, 1]

    services.update_proof(js.db, js.edition_id, js.proof_id, {"email": None}, version=2, **BY)
    with pytest.raises(Invalid) as refusal:
        services.send_proof(js.db, js.edition_id, js.proof_id, version=3, **BY)
    assert refusal.value.fields == {"email": "required"}


def test_what_is_removed_comes_back_with_its_answers(js: Set) -> None:
    js.approve(0)
    js.correct(1, {"title.en": "Chief"})
    of = js.edition_id
    lines = js.proof.entries
    gone = services.remove_entry(js.db, of, lines[1].id, version=lines[1].version, **BY)
    assert (len(js.proof.entries), gone.along) == (2, {"proof_correction": 1})
    restore(js.db, of, gone.id, **BY)
    assert js.states == ["approved", "correction", "waiting"]

    whole = services.remove_proof(js.db, of, js.proof_id, version=js.version(), **BY)
    assert queries.list_proofs(js.db, of) == []
    restore(js.db, of, whole.id, **BY)
    assert js.states == ["approved", "correction", "waiting"]


def test_who_comes_back_to_a_place_that_is_taken_stands_last(js: Set) -> None:
    first, second, third = js.proof.entries
    gone = services.remove_entry(js.db, js.edition_id, third.id, version=1, **BY)
    entry = js.db.get_one(ProofEntry, second.id)
    entry.position = 3
    js.db.flush()
    restore(js.db, js.edition_id, gone.id, **BY)
    assert [one.id for one in js.proof.entries] == [first.id, second.id, third.id]
    assert js.db.get_one(ProofEntry, third.id).position == 4


def test_vips_on_no_proof_are_not_approved_either(js: Set, forum: Forum) -> None:
    kind = make_type(js.db, js.edition_id, "vip")
    vip = add_person(js.db, forum, kind.id, "Vip", "贵", js.organization_id)
    officer = create_account(js.db, email="o@x.example", name="O", password=None, **BY)
    grant_role(js.db, officer.id, js.edition_id, Role.PROTOCOL_OFFICER, **BY)
    mark_vip(js.db, js.edition_id, vip.id, responsible_id=officer.id, version=1, **BY)
    js.approve()

    found = queries.list_unapproved(js.db, js.edition_id)
    assert [(one.person_id, one.state, one.proof) for one in found] == [(vip.person_id, None, None)]
    assert [one.person_id for one in queries.list_unapproved(js.db, js.edition_id, search="vip wei")] == [vip.person_id]
    assert queries.list_unapproved(js.db, js.edition_id, search="nobody") == []


def test_a_proof_that_was_made_before_anyone_came_tells_who_came_since(session: DbSession, forum: Forum) -> None:
    early = make_set(session, forum, count=0)
    kind = make_type(session, forum.edition.id, "late")
    row = add_person(session, forum, kind.id, "Late", "迟", early.organization_id)
    add_member(session, session.get_one(Delegation, early.delegation_id), row.id, **BY)
    assert (early.proof.missing, early.proof.state) == ({row.person_id}, ProofState.NOT_SENT)
    found = queries.list_unapproved(session, forum.edition.id)
    assert [(one.person_id, one.proof.id if one.proof else None) for one in found] == [(row.person_id, early.proof_id)]


def test_a_liaison_learns_of_a_proof_elsewhere_how_their_people_stand_and_no_more(js: Set) -> None:
    services.remove_proof(js.db, js.edition_id, js.proof_id, version=js.version(), **BY)
    officer = create_account(js.db, email="o@x.example", name="O", password=None, **BY)
    grant_role(js.db, officer.id, js.edition_id, Role.PROTOCOL_OFFICER, **BY)
    registration = js.db.scalars(select(Registration.id).where(Registration.person_id == js.people[0])).one()
    mark_vip(js.db, js.edition_id, registration, responsible_id=officer.id, version=1, **BY)
    js.proof_id = services.create_proof(js.db, js.edition_id, {"name": {"en": "Office"}}, [js.people[0]], **BY).id

    def told() -> list[Any]:
        found = queries.list_unapproved(js.db, js.edition_id, within=[js.delegation_id])
        return [(one.person_id, one.state, one.proof, one.entry_id) for one in found]

    assert told() == [(js.people[0], EntryState.WAITING, None, None)]
    js.approve()
    assert told() == []


def test_announced_speakers_on_no_proof_are_not_approved_either(js: Set) -> None:
    js.approve()
    speaker = people.create_person(js.db, {"latin_family": "Baker"}, **BY).id
    values = {"code": "opening", "title": {"en": "Opening"}, "kind": SessionKind.OPENING}
    opening = create_session(js.db, js.edition_id, values, Span(wall(9), wall(10)), **BY)
    for person_id in (speaker, js.people[0]):
        assign_role(js.db, opening, person_id, AssignmentRole.SPEAKER, status="confirmed", **BY)

    assert [one.person_id for one in queries.list_unapproved(js.db, js.edition_id)] == [speaker]


def test_lists_take_as_many_queries_for_one_as_for_many(js: Set, forum: Forum) -> None:
    def asked() -> int:
        js.db.expire_all()
        with counted() as sent:
            page = queries.proofs_page(js.db, js.edition_id)
            queries.list_unapproved(js.db, js.edition_id)
        assert page.total
        return len(sent)

    few = asked()
    for number in range(3):
        make_set(js.db, forum, 5, f"more{number}")
    assert asked() == few


def test_states_filter_and_names_find(js: Set, forum: Forum) -> None:
    other = make_set(js.db, forum, 1, "hb")
    other.correct(0, {"title.en": "Chief"})

    def ids(**asked: Any) -> list[int]:
        return [one.row.id for one in queries.proofs_page(js.db, js.edition_id, **asked).items]

    assert ids() == [other.proof_id, js.proof_id]  # what waits comes first
    assert ids(state=ProofState.NOT_SENT) == [js.proof_id]
    assert ids(search="hb") == [other.proof_id]
    assert ids(search="王2") == [js.proof_id]
    assert ids(search="wei wang2") == [js.proof_id]
    assert queries.tally(js.db, js.edition_id) == {ProofState.CORRECTION: 1, ProofState.NOT_SENT: 1}


def test_names_that_nobody_approved_are_findings_for_those_who_may_see_them(
    js: Set, forum: Forum, tmp_path: Path
) -> None:
    def told(**limits: Any) -> list[tuple[str, Any, Any]]:
        found = edition_findings(js.db, forum.edition, tmp_path, **limits, workshop=HERE, now=NOW)
        return [(one.subject, one.details, one.parties) for one in found if one.code == "name-not-proofed"]

    js.approve(0, 1)
    CHANGES["title"](js)
    parties = [(("person", person), ("name_proof", js.proof_id)) for person in js.people]
    assert told() == [
        ("WANG0 Wei 王0", {"state": "changed", "changed": "title"}, parties[0]),
        ("WANG2 Wei 王2", {"state": "waiting", "changed": ""}, parties[2]),
    ]
    assert told(within_proofs={js.delegation_id}) == told()
    assert told(within_proofs=frozenset()) == []
    of_theirs = Options(delegation=js.db.get_one(Delegation, js.delegation_id).code)
    for paper in (Paper.BADGES, Paper.TENT_CARDS, Paper.ITINERARIES, Paper.FALLBACK_PACK):
        options = of_theirs if paper is Paper.ITINERARIES else Options()
        report = preflight(js.db, forum.edition, paper, options, folder=tmp_path, workshop=HERE, now=NOW)
        unproofed = [one.name for one in report.findings if one.code == "name-not-proofed"]
        assert (paper, unproofed) == (paper, ["WANG0 Wei 王0", "WANG2 Wei 王2"])


def test_an_approval_settles_a_name_that_was_read_from_the_chinese(js: Set) -> None:
    js.person(0).flags = ["latin-name-proposed", "rare-character"]
    js.db.flush()
    js.approve(0)
    assert js.person(0).flags == ["rare-character"]
