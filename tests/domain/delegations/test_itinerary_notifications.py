"""Whoever is touched by a change is told of it once, however often it changed, and of nothing that was changed back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from forumapp.core.errors import Invalid, NotFound
from forumapp.domain.accounts.models import Account
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.audit.services import Actor, Via, change
from forumapp.domain.delegations.groups.audiences import Part
from forumapp.domain.delegations.groups.queries import mark_of, rows_of
from forumapp.domain.delegations.itineraries.items import remove_itinerary_item, update_itinerary_item
from forumapp.domain.delegations.itineraries.places import create_place, update_place
from forumapp.domain.delegations.members import bulk_actions
from forumapp.domain.delegations.members.erasure import erase_flights
from forumapp.domain.delegations.members.merging import merge_people
from forumapp.domain.delegations.members.services import add_member, bring_back_member, remove_member, update_delegation
from forumapp.domain.delegations.models.delegations import BulkAction, DelegationMember, ItemKind
from forumapp.domain.delegations.models.notices import ItemNotice
from forumapp.domain.delegations.notifications import sending
from forumapp.domain.delegations.notifications.queries import has_untold, list_to_tell, list_told, not_given_out
from forumapp.domain.delegations.rules.change_wording import in_words, kind_of, lines_of
from forumapp.domain.mail.models import Message
from forumapp.domain.people.models import Organization, Person
from forumapp.domain.proofs.restoring import restore
from forumapp.domain.registration.lists.filters import EVERYONE
from forumapp.domain.registration.models import Registration, RegistrationType
from tests.domain.conftest import BY, NOW
from tests.domain.delegations.test_audiences import Party, hours
from tests.domain.delegations.test_delegations import make_registration

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.delegations.models.delegations import ItineraryItem
    from forumapp.domain.delegations.notifications.queries import ToTell
    from tests.domain.conftest import Forum

AT = hours(24, 10, 12)


class Told(Party):
    """The party of the audiences, whose people have their itineraries by now."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        super().__init__(db, forum)
        self.visit = self.item(AT, Part(True, group_id=self.bay.id), Part(True, registration_id=self.people["Baker"]))
        sending.give_out(db, self.whole, **BY)

    def into(self, group_id: int, *names: str) -> None:
        rows = {one: rows_of(self.db, self.partition.id, [self.people[one]]) for one in names}
        self.put(group_id, *names, **{one: mark_of(those) for one, those in rows.items()})

    def move(self, item: ItineraryItem, span: Any = None, **changes: Any) -> None:
        update_itinerary_item(self.db, self.of, item.id, changes, span, version=item.version, **BY)

    def rows(self, **which: Any) -> list[ToTell]:
        return list_to_tell(self.db, self.of, **{**BY, **which})

    def waiting(self, **which: Any) -> dict[str, list[str]]:
        """By name, what is to be told: the English word for the kind, and the title."""
        return {
            one.name.shown("en").split()[-1]: [
                f"{kind_of(change)['en']}: {change.said['title']['en']}" for change in one.changes
            ]
            for one in self.rows(**which)
        }

    def tell(self, name: str, **by: Any) -> Any:
        row = next(one for one in self.rows() if one.registration_id == self.people[name])
        told = {"seen": row.seen, **BY, **by}
        return sending.tell_by_phone(self.db, self.of, row.registration_id, row.notices, **told)


@pytest.fixture
def told(session: DbSession, forum: Forum) -> Told:
    return Told(session, forum)


def test_three_changes_make_one_and_a_change_taken_back_none(told: Told) -> None:
    assert told.waiting() == {}
    told.move(told.visit, hours(24, 11, 13))
    told.move(told.visit, hours(24, 14, 16), title={"en": "Visit to the port", "zh-Hans": "港口考察"})
    told.move(told.visit, is_frame=True)  # which is nothing to ring anybody for
    assert told.waiting() == {"Adams": ["Changed: Visit to the port"], "Baker": ["Changed: Visit to the port"]}
    [line, when] = lines_of(told.rows()[0].changes[0], "en")
    assert (line.was, line.now) == ("Visit", "Visit to the port")
    assert (when.was, when.now) == ("May 24 10:00–12:00 (Los Angeles time)", "May 24 14:00–16:00 (Los Angeles time)")
    assert in_words(told.rows()[0].changes, "zh-Hans") == (
        "变更：港口考察\n内容：Visit → 港口考察\n"
        "时间：5月24日 10:00–12:00（洛杉矶时间） → 5月24日 14:00–16:00（洛杉矶时间）"
    )
    told.move(told.visit, AT, title={"en": "Visit"})
    assert told.waiting() == {}


def test_who_comes_and_who_goes_is_told_what_they_gain_and_lose(told: Told, forum: Forum) -> None:
    told.into(told.stay.id, "Adams")  # from the bay
    assert told.waiting() == {"Adams": ["No longer for you: Visit"]}
    told.into(told.bay.id, "Adams", "Chen")
    assert told.waiting() == {"Chen": ["New: Visit"]}
    diaz = make_registration(told.db, forum, "Diaz").id
    member = add_member(told.db, told.hubei, diaz, **BY)
    told.into(told.stay.id, "Chen")
    assert told.waiting() == {"Diaz": ["New: Visit", "New: Visit"]}  # where they split, and where they rejoin
    remove_member(told.db, told.of, member.id, version=1, **BY)
    assert told.waiting() == {}

    # With other times for others: whoever is no longer in it is told of the times that they knew.
    told.move(told.visit, hours(24, 14, 16), audience=[Part(True, group_id=told.bay.id)])
    assert told.waiting() == {"Adams": ["Changed: Visit"], "Baker": ["No longer for you: Visit"]}
    lost = told.rows(delegation="js")[0].changes[0]
    assert lost.span == AT


def test_what_is_cancelled_or_moved_with_its_place_is_told_too(told: Told) -> None:
    removal = remove_itinerary_item(told.db, told.of, told.visit.id, version=told.visit.version, **BY)
    assert told.waiting() == {one: ["No longer for you: Visit"] for one in ("Adams", "Baker")}
    restore(told.db, told.of, removal.id, **BY)
    assert told.waiting() == {}

    said = {"kind": "hotel", "name": {"en": "Bay Hotel"}, "zone": "America/Los_Angeles"}
    place = create_place(told.db, told.of, said, **BY)
    dinner = told.item(hours(24, 18, 20), kind=ItemKind.MEAL, place_id=place.id)
    for name in told.people:
        told.tell(name)
    update_place(told.db, told.of, place.id, {"phone": "+1 415 555 0100"}, version=1, **BY)
    assert told.waiting() == {}
    update_place(told.db, told.of, place.id, {"name": {"en": "Harbor Hotel"}}, version=2, **BY)
    assert [line[1:] for line in lines_of(told.rows()[0].changes[0], "en")] == [("Bay Hotel", "Harbor Hotel")]
    assert set(told.waiting()) == {"Adams", "Baker", "Chen"}
    assert dinner.version == 1


def test_what_one_delegation_has_to_tell_is_not_told_in_another(told: Told) -> None:
    sending.give_out(told.db, told.hubei, **BY)
    told.move(told.visit, hours(24, 11, 13))
    baker = told.db.scalars(
        select(DelegationMember).where(DelegationMember.registration_id == told.people["Baker"])
    ).one()
    removal = remove_member(told.db, told.of, baker.id, version=baker.version, **BY)
    there = add_member(told.db, told.hubei, told.people["Baker"], **BY)
    waiting = told.waiting(delegation="hb", within=frozenset({told.hubei.id}))
    assert "Changed: Visit" not in waiting.get("Baker", [])
    remove_member(told.db, told.of, there.id, version=1, **BY)
    bring_back_member(told.db, told.of, removal.id, **BY)
    assert "Changed: Visit" in told.waiting(delegation="js")["Baker"]


def test_an_item_that_gets_the_number_of_one_that_is_gone_is_another_one(told: Told) -> None:
    told.move(told.visit, hours(24, 11, 13))
    remove_itinerary_item(told.db, told.of, told.visit.id, version=told.visit.version, **BY)
    number = told.visit.id
    told.db.expunge(told.visit)
    title = {"en": "Dinner"}
    row = told.item(hours(24, 18, 20), Part(True, registration_id=told.people["Baker"]), id=number, title=title)
    assert row.id == number
    assert told.waiting()["Baker"] == ["No longer for you: Visit", "New: Dinner"]


def test_the_parts_keep_what_they_have_to_tell_when_the_whole_is_planned_again(
    session: DbSession, forum: Forum
) -> None:
    party = Party(session, forum)
    for one in (party.jiangsu, party.whole):
        sending.give_out(session, one, **BY)
    update_itinerary_item(session, party.of, party.split.id, {}, hours(24, 7, 9), version=1, **BY)
    sending.take_in(session, party.whole, **BY)
    people = {one.registration_id for one in list_to_tell(session, party.of, **BY)}
    assert people == {party.people["Adams"], party.people["Baker"]}


def test_whatever_is_printed_of_an_item_is_told_when_it_changes(told: Told) -> None:
    host = Organization(legal={"en": "Port Authority"})
    told.db.add(host)
    told.db.flush()
    told.move(told.visit, host_id=host.id, open_to_press=True, contact="Driver Wu", note={"en": "Bring a hat"})
    assert lines_of(told.rows()[0].changes[0], "en") == [
        ("Host", "—", "Port Authority"),
        ("Press", "—", "open to the press"),
        ("Contact on site", "—", "Driver Wu"),
        ("Note", "—", "Bring a hat"),
    ]
    told.tell("Adams")
    told.move(told.visit, contact="")
    erase_flights(told.db, told.of)
    assert "Driver Wu" not in str(told.db.scalars(select(ItemNotice.was)).all())


def test_nobody_waits_for_news_of_what_is_planned(session: DbSession, forum: Forum) -> None:
    party = Party(session, forum)
    update_itinerary_item(session, party.of, party.split.id, {}, hours(24, 7, 9), version=1, **BY)
    assert session.scalars(select(ItemNotice)).all() == []
    assert [row.code for row in not_given_out(session, party.of)] == ["js", "hb"]
    sending.give_out(session, party.jiangsu, **BY)
    assert [row.code for row in not_given_out(session, party.of)] == ["hb"]
    update_itinerary_item(session, party.of, party.split.id, {}, hours(24, 8, 9), version=2, **BY)
    people = {one.registration_id for one in list_to_tell(session, party.of, **BY)}
    assert people == {party.people["Adams"], party.people["Baker"]}


def test_who_is_rung_is_ticked_with_what_was_seen_and_can_be_taken_back(told: Told) -> None:
    told.move(told.visit, hours(24, 11, 13))
    row = told.rows()[0]
    told.move(told.visit, hours(24, 14, 16))
    say: dict[str, Any] = {"seen": row.seen, **BY}
    with pytest.raises(sending.ChangedSinceSeen):
        sending.tell_by_phone(told.db, told.of, row.registration_id, row.notices, **say)
    done = told.tell("Adams")
    with pytest.raises(sending.NothingToTell):
        sending.tell_by_phone(told.db, told.of, row.registration_id, row.notices, **say)
    assert set(told.waiting()) == {"Baker"}
    assert [one.telling.id for one in list_told(told.db, told.of, since=NOW - timedelta(days=1))] == [done.id]

    # What changes afterwards is told from there, and from where it began once it is taken back.
    told.move(told.visit, hours(24, 15, 17))
    now = next(one for one in told.rows() if one.registration_id == told.people["Adams"])
    assert now.changes[0].was["start"]["wall"] == "2023-05-24T14:00"
    sending.take_telling_back(told.db, told.of, done.id, **BY)
    now = next(one for one in told.rows() if one.registration_id == told.people["Adams"])
    assert now.changes[0].was["start"]["wall"] == "2023-05-24T10:00"
    with pytest.raises(NotFound):
        sending.take_telling_back(told.db, told.of, done.id, **BY)
    sending.take_in(told.db, told.whole, **BY)
    assert told.waiting() == {}


def test_those_are_rung_for_whom_something_begins_soon_or_was_to(told: Told) -> None:
    told.move(told.visit, hours(25, 9, 11))
    dawn = AT.start.utc - timedelta(hours=2)
    assert told.waiting(until=AT.start.utc, now=dawn) == {}
    assert set(told.waiting(until=AT.start.utc + timedelta(minutes=1), now=dawn)) == {"Adams", "Baker"}
    told.move(told.visit, hours(24, 8, 9))
    assert set(told.waiting(until=dawn + timedelta(minutes=1), now=dawn)) == {"Adams", "Baker"}
    assert told.waiting(now=AT.end.utc) == {}  # it is over
    assert has_untold(told.db, told.of)


def test_a_late_flight_is_told_until_it_has_come(told: Told) -> None:
    leg = {"carrier": "MU", "number": "583"}
    flight = told.item(hours(24, 6, 9), Part(True, registration_id=told.people["Chen"]), kind=ItemKind.FLIGHT, leg=leg)
    told.tell("Chen")
    assert not has_untold(told.db, told.of)
    told.move(flight, leg={**leg, "estimated_end_utc": hours(24, 9, 12).end.utc})
    assert told.waiting(now=hours(24, 9, 10).end.utc) == {"Chen": ["Changed: Visit"]}
    assert told.waiting(now=hours(24, 9, 12).end.utc) == {}


def test_one_mail_with_all_of_it_goes_to_each_once_and_who_has_no_address_is_named(told: Told) -> None:
    person = told.db.scalars(select(Registration.person_id).where(Registration.id == told.people["Adams"])).one()
    change(told.db, told.db.get_one(Person, person), {"email": "adams@example.org"}, version=1, **BY)
    told.move(told.visit, hours(24, 11, 13))
    told.into(told.bay.id, "Chen")
    run = bulk_actions.ask(told.db, told.of, BulkAction.TELL, EVERYONE, list(told.people.values()), **BY)
    while bulk_actions.take_batch(told.db, run.id, now=NOW):
        pass
    assert (run.changed, bulk_actions.report(told.db, told.of, run.id, actor=BY["actor"]).refused) == (
        1,
        {"takes-no-mail": 2},
    )
    mails = select(Message).where(Message.template == "itinerary-changed")
    [mail] = told.db.scalars(mails)
    assert (mail.recipient, mail.values["link"]["below"]) == ("adams@example.org", "itinerary")
    assert mail.values["changes"]["en"].startswith("Changed: Visit\nWhen: May 24 10:00–12:00")
    assert set(told.waiting()) == {"Baker", "Chen"}

    again = bulk_actions.ask(told.db, told.of, BulkAction.TELL, EVERYONE, [told.people["Adams"]], **BY)
    bulk_actions.take_batch(told.db, again.id, now=NOW)
    assert bulk_actions.report(told.db, told.of, again.id, actor=BY["actor"]).refused == {"nothing-to-tell": 1}
    assert len(told.db.scalars(mails).all()) == 1
    [done] = list_told(told.db, told.of, since=NOW - timedelta(days=1))
    with pytest.raises(Invalid):
        sending.take_telling_back(told.db, told.of, done.telling.id, **BY)


def test_a_liaison_tells_their_own_people_alone(told: Told) -> None:
    liaison = Account(email="liaison@example.org", name="Liaison")
    told.db.add(liaison)
    told.db.flush()
    grant_role(told.db, liaison.id, told.of, Role.DELEGATION_LIAISON, delegations=["hb"], **BY)
    mine: Any = {"actor": Actor(liaison.id, Via.PAGE)}
    told.into(told.bay.id, "Chen")
    told.move(told.visit, hours(24, 11, 13))
    within = frozenset({told.hubei.id})
    assert set(told.waiting(within=within)) == {"Chen"}
    phone = {"liaison_id": liaison.id, "liaison_phone": "+1 213 555 0100"}
    update_delegation(told.db, told.of, told.hubei.id, phone, version=told.hubei.version, **BY)
    looked = told.rows(within=within)[0].delegation
    assert (looked.liaison, looked.liaison_phone) == ("Liaison", "+1 213 555 0100")
    # Beyond them nobody is told how to reach anyone.
    assert {one.phone for one in told.rows(**mine)} == {None, ""}
    told.tell("Chen", **mine)
    with pytest.raises(NotFound):
        told.tell("Adams", **mine)
    with pytest.raises(NotFound):
        sending.give_out(told.db, told.jiangsu, **mine, now=NOW)


@pytest.mark.parametrize("is_member", [False, True])
def test_who_is_merged_keeps_places_and_what_they_wait_for_and_hears_no_other_news(
    told: Told, forum: Forum, is_member: bool
) -> None:
    """Adams is registered twice: once in a branch of the delegation, the other time in none or without a branch."""
    again = make_registration(told.db, forum, "Adamson")
    told.people["Adamson"] = again.id
    if is_member:
        add_member(told.db, told.jiangsu, again.id, **BY)
        (row,) = (one for one in told.rows() if one.registration_id == again.id)
        sending.tell_by_phone(told.db, told.of, again.id, row.notices, seen=row.seen, **BY)
    told.move(told.split, title={"en": "Later"})
    first = told.db.get_one(Registration, told.people["Adams"])
    kept, gone = (told.db.get_one(Person, one.person_id) for one in (again, first))
    told.db.get_one(RegistrationType, first.type_id).taken = 2
    told.db.flush()
    by: dict[str, Any] = {"version": kept.version, "gone_version": gone.version, **forum.by_owner}
    merge_people(told.db, kept.id, gone.id, cancels={first.id: first.version}, **by)
    assert told.who(told.visit) == {"Adamson", "Baker"}
    assert told.waiting()["Adamson"] == ["Changed: Later"]
