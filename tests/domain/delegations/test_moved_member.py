"""What the log tells of a member who has moved from one delegation to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.audit.services import change, create
from forumapp.domain.delegations.members.services import add_member, bring_back_member, remove_member
from forumapp.domain.delegations.models.conflicts import ClashOverride
from forumapp.domain.delegations.rules.commitments import PartyKind
from forumapp.domain.log.queries import Wanted, history, log_page
from forumapp.domain.people.models import Person
from forumapp.domain.people.precedence.lists import (
    add_precedence_entry,
    create_precedence_list,
    update_precedence_entry,
)
from forumapp.domain.people.records.services import set_edition_title, update_person
from forumapp.domain.registration.lifecycle.decisions import mark_vip
from tests.domain.conftest import BY, Forum
from tests.domain.delegations.test_delegations import make_delegation, make_registration
from tests.domain.log.test_removals import liaison_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.registration.models import Registration


class Moved:
    """Someone of whom something is written before any delegation, in Jiangsu, between the two, and in Hubei."""

    def __init__(self, db: DbSession, forum: Forum) -> None:
        self.db, self.forum, self.of = db, forum, forum.edition.id
        self.jiangsu, self.hubei = (make_delegation(db, forum, code) for code in ("jiangsu", "hubei"))
        self.row: Registration = make_registration(db, forum, "Adams")
        order = create_precedence_list(db, self.of, "program", name={"en": "Program"}, **BY)
        self.entry = add_precedence_entry(db, order, self.row.person_id, capacity={"en": "Mayor"}, **BY)
        items = {"one_kind": PartyKind.ITEM, "one_id": 1, "other_kind": PartyKind.ITEM, "other_id": 2}
        of = {"edition_id": self.of, "person_id": self.row.person_id, "minutes": 5}
        self.allowed = ClashOverride(**of, **items, reason="Allowed")
        create(db, self.allowed, **BY)
        self.write("Nobodys")
        self.was = add_member(db, self.jiangsu, self.row.id, **BY)
        self.write("Jiangsus")
        self.left = remove_member(db, self.of, self.was.id, version=self.was.version, **BY)
        self.write("Between")
        self.now = add_member(db, self.hubei, self.row.id, **BY)
        self.write("Hubeis")

    def write(self, word: str) -> None:
        """Into all that goes along with a person."""
        person = self.db.get_one(Person, self.row.person_id)
        update_person(self.db, person.id, {"call_name": word}, version=person.version, **BY)
        set_edition_title(self.db, self.of, person.id, title={"en": word}, **BY)
        entry: dict[str, Any] = {"capacity": {"en": word}}
        update_precedence_entry(self.db, self.of, self.entry.id, entry, version=self.entry.version, **BY)
        change(self.db, self.allowed, {"reason": word}, version=self.allowed.version, **BY)
        officer = None if self.row.is_vip else self.forum.owner.id
        mark_vip(self.db, self.of, self.row.id, responsible_id=officer, version=self.row.version, **BY)

    def told(self, code: str) -> dict[str, set[str]]:
        """Which of the words each place of the log tells those who look after a delegation."""
        delegation = getattr(self, code)
        actor = liaison_of(self.db, self.forum, delegation)
        within = access_to(self.db, self.of, actor=actor).within(Permission.SEE_LOG)
        own: dict[str, Any] = {"within": within}
        page = log_page(self.db, self.of, Wanted(), zone="UTC", size=500, **own)
        records = {"person": self.row.person_id, "precedence_entry": self.entry.id, "clash_override": self.allowed.id}
        pasts = {name: history(self.db, self.of, name, one, size=500, **own) for name, one in records.items()}
        found = {"page": words(page.items), **{name: words(lines) for name, lines in pasts.items()}}
        search = [word for word in WORDS if log_page(self.db, self.of, Wanted(words=(word,)), zone="UTC", **own).total]
        return {**found, "search": set(search)}

    def marks(self, code: str) -> int:
        """How often they read that the registration was changed."""
        within = {getattr(self, code).id}
        lines = history(self.db, self.of, "registration", self.row.id, within=within)
        return [line.action for line in lines].count("changed")


WORDS = ("Nobodys", "Jiangsus", "Between", "Hubeis", "Again")


def words(lines: Any) -> set[str]:
    told = {str(change) for line in lines for change in line.changes}
    return {word for word in WORDS if any(word in one for one in told)}


def test_who_looks_after_them_now_reads_nothing_of_the_time_before(session: DbSession, forum: Forum) -> None:
    moved = Moved(session, forum)

    told = moved.told("hubei")

    assert all(found >= {"Nobodys", "Hubeis"} and "Jiangsus" not in found for found in told.values()), told
    assert moved.marks("hubei") == 2  # before any delegation, and now


def test_who_is_brought_back_is_told_of_again_but_not_of_the_time_elsewhere(session: DbSession, forum: Forum) -> None:
    moved = Moved(session, forum)
    remove_member(session, moved.of, moved.now.id, version=moved.now.version, **BY)
    bring_back_member(session, moved.of, moved.left.id, **BY)
    moved.write("Again")

    told = moved.told("jiangsu")

    assert all(found >= {"Nobodys", "Jiangsus", "Between", "Again"} for found in told.values()), told
    assert moved.marks("jiangsu") == 4  # all but that of Hubei's time
