"""What an import of people or organizations would do, held against those that are there; and doing it.

A row is new, the same as a record that is there, a probable double of one, or faulty. Doubles are for a person to
decide: none is added and none is merged unless someone says so, and what a row says beyond a record is put there only
then (completion.py). The same file again therefore changes nothing.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from forumapp.core.values.text import email_key, fold
from forumapp.domain.accounts.scope import has_open_contacts
from forumapp.domain.audit.services import batched
from forumapp.domain.people.index.resemblance import closest, found_by_name
from forumapp.domain.people.index.same_names import organizations_with_names, people_with_emails, people_with_names
from forumapp.domain.people.models import Affiliation, EditionTitle, Organization, OrganizationKind, Person
from forumapp.domain.people.names.likeness import Face
from forumapp.domain.people.names.name_split import without_blanks, without_commas
from forumapp.domain.people.records import services
from forumapp.domain.people.rules import Name
from forumapp.domain.people.spreadsheets.rows import PROPOSED, RowFault

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.scope import ContactScope
    from forumapp.domain.audit.services import Actor
    from forumapp.domain.people.spreadsheets.rows import Draft


UNCLEAR, UNKNOWN_PARENT, TAKEN_CODE = "organization-unclear", "parent-unknown", "code-taken"
ADDRESS_OF_ANOTHER, ADDRESS_IN_ROW = "address-of-another", "address-in-row"
NOT_YET = datetime.max.replace(tzinfo=UTC)
PARTS = ("legal", "short", "abbreviation")
_PARTS = tuple(getattr(Organization, part) for part in PARTS)


class State(enum.StrEnum):
    NEW = "new"
    SAME = "same"
    MORE = "more"  # the same, and the row says what the record does not
    CHANGED = "changed"  # what stands becomes what the row says, as sessions of an agenda do
    DOUBLE = "double"
    FAULTY = "faulty"
    SKIPPED = "skipped"  # about the list, as a total below it


class Alike(NamedTuple):
    """What a row resembles: a record by its `id`, or an earlier `row` of the file; `reason` is a code."""

    id: int | None
    row: int | None
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the file, and what would become of it."""

    number: int
    state: State
    name: str
    draft: Draft
    faults: tuple[RowFault, ...] = ()
    alike: Alike | None = None
    # What is right as it is, and worth a look all the same.
    notices: tuple[RowFault, ...] = ()
    # What the row says and the record does not, by column and language (completion.py).
    more: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(slots=True)
class _Known:
    """A record, or an earlier row, as far as rows are held against it. Names are by what they are: latin, native..."""

    id: int | None
    row: int | None
    shown: str
    names: dict[str, str]
    # Former names and other spellings, such as those of records that were merged into it.
    others: tuple[str, ...] = ()
    email: str | None = None
    phone: str = ""
    has_open_contacts: bool = True
    since: datetime = NOT_YET
    posts: set[tuple[str, str]] = field(default_factory=set)


def plan_people(
    db: DbSession,
    drafts: Sequence[Draft],
    contact_scope: ContactScope | None,
    *,
    posts: bool = True,
    before: datetime | None = None,
    among: Select[Any] | None = None,
) -> list[Line]:
    """Compare the rows of a file with the registry, reading only records that may match. The number of queries grows
    with every thousand rows.

    Email addresses are compared for people in `contact_scope` only. `posts` says that organizations are those of the
    registry. `among` selects the ids to compare with; other records are ignored. Similar names are compared with people
    created `before` only, so that two rows of one file stay two people.
    """
    known: dict[str, list[_Known]] = defaultdict(list)
    faces = {draft.number: draft_person(draft) for draft in drafts}
    resembling = found_by_name(db, {number: _face(number, one) for number, one in faces.items()})
    there = {
        one.id or 0: one
        for one in _people_there(db, contact_scope, among, _ids_to_read(db, faces.values(), resembling))
    }
    for one in there.values():
        _learn(known, one)
    matches = (one for draft in drafts for one in _alike(known, draft_person(draft)))
    _read_posts(db, {one.id: one for one in matches if one.id is not None})
    lines = []
    for draft in _with_clear_offices(db, drafts) if posts else drafts:
        person = draft_person(draft)
        line = _person_line(draft, person, _alike(known, person))
        lines.append(line)
        if line.state is State.NEW:
            _learn(known, person)
    earlier = {key: one for key, one in there.items() if before is None or one.since < before}
    return _with_shared_addresses(_with_likenesses(db, lines, earlier, resembling), there.values())


def _ids_to_read(db: DbSession, drafts: Collection[_Known], resembling: Mapping[int, Collection[int]]) -> set[int]:
    """Of all who share a name or an email address with a row, or resemble one."""
    names = (text for one in drafts for text in one.names.values())
    emails = (one.email for one in drafts if one.email)
    return people_with_names(db, names) | people_with_emails(db, emails) | set().union(*resembling.values())


def _with_shared_addresses(lines: Sequence[Line], there: Iterable[_Known]) -> list[Line]:
    """With a notice at each mail address that belongs to another person, in the registry or in an earlier row. Faulty
    rows count: they are to be corrected, and the address would still be there twice.
    """
    owners: dict[str, _Known] = {}
    for one in there:
        if one.email and one.has_open_contacts:
            owners.setdefault(one.email, one)
    return [_with_shared_address(line, owners) for line in lines]


def _with_shared_address(line: Line, owners: dict[str, _Known]) -> Line:
    person = draft_person(line.draft)
    if line.state is State.SAME or not person.email:
        return line
    owner = owners.setdefault(person.email, person)
    is_theirs = owner is person or (line.alike and (line.alike.id, line.alike.row) == (owner.id, owner.row))
    if is_theirs or _alike({_key(text): [owner] for text in owner.names.values() if text}, person):
        return line
    heading = line.draft.headings.get("email", "")
    notice = (
        RowFault(heading, ADDRESS_OF_ANOTHER, (owner.shown,))
        if owner.id is not None
        else RowFault(heading, ADDRESS_IN_ROW, tuple(filter(None, (f"{owner.row}", owner.shown))))
    )
    return replace(line, notices=(*line.notices, notice))


def _with_likenesses(
    db: DbSession, lines: Sequence[Line], there: Mapping[int, _Known], resembling: Mapping[int, Collection[int]]
) -> list[Line]:
    """Who would be new and resembles someone, as the registry would tell once they are in it, is a probable double."""
    new = {line.number: draft_person(line.draft) for line in lines if there and line.state is State.NEW}
    found = {number: ids for number, ids in resembling.items() if number in new}
    _read_posts(db, {one: there[one] for ids in found.values() for one in ids if one in there})
    alike = {}
    for number, ids in found.items():
        likely = closest(_face(0, new[number]), [_face(one, there[one]) for one in sorted(ids) if one in there])
        if likely is not None:
            alike[number] = Alike(likely[0], None, there[likely[0]].shown, likely[1].value)
    return [
        replace(line, state=State.DOUBLE, alike=alike[line.number]) if line.number in alike else line for line in lines
    ]


def _face(number: int, one: _Known) -> Face:
    """Contact details identify a record only for callers who may see them."""
    mail, phone = (f"mail {one.email}", f"phone {one.phone}") if one.has_open_contacts else ("", "")
    offices = (f"office {office}" for _, office in one.posts if office)
    bonds = {*offices, mail if one.email else "", phone if one.phone else ""} - {""}
    return Face(number, (one.names["latin"], ""), one.names["native"], one.others, frozenset(bonds))


def _with_clear_offices(db: DbSession, drafts: Sequence[Draft]) -> Iterable[Draft]:
    """Whose organization may be one of several, gets a fault that names these: nobody is put in one by chance."""
    if not any(draft.organization for draft in drafts):
        return drafts
    offices = _Offices(_organizations_there(db, _office_names(drafts)))
    return [_with_clear_office(draft, offices) for draft in drafts]


def _office_names(drafts: Iterable[Draft]) -> set[str]:
    return {text for draft in drafts for text in draft.organization.values()}


def _with_clear_office(draft: Draft, offices: _Offices) -> Draft:
    matches = offices.find(draft.organization)
    if len(matches) < 2:  # noqa: PLR2004 (one is clear)
        return draft
    fault = RowFault(
        draft.headings.get(f"organization.{next(iter(draft.organization))}", ""), UNCLEAR, (*matches.values(),)
    )
    return replace(draft, faults=(*draft.faults, fault))


def plan_organizations(db: DbSession, drafts: Sequence[Draft]) -> list[Line]:
    """As for people."""
    known: dict[str, list[_Known]] = defaultdict(list)
    names = _names_and_offices(drafts)
    there = list(_organizations_there(db, names))
    for one in there:
        _learn(known, one)
    parents, codes = _Offices(there), set(db.scalars(select(Organization.code)))
    lines = []
    for draft in drafts:
        organization = draft_organization(draft)
        line = _organization_line(draft, organization, _alike(known, organization))
        if line.state in (State.NEW, State.DOUBLE):
            if faults := _set_faults(draft, parents, codes):
                line = replace(line, state=State.FAULTY, faults=faults)
            else:
                codes.add(draft.values.get("code"))
        lines.append(line)
        if line.state is State.NEW:
            _learn(known, organization)
            parents.learn(organization)
    return lines


def _set_faults(draft: Draft, parents: _Offices, codes: Collection[str | None]) -> tuple[RowFault, ...]:
    """What a new one cannot have: another one's code, or a parent that nobody knows or that may be several."""
    faults = []
    if draft.values.get("code") and draft.values["code"] in codes:
        faults.append(RowFault(draft.headings.get("code", ""), TAKEN_CODE))
    matches = parents.find(draft.organization)
    if draft.organization and len(matches) != 1:
        heading = draft.headings.get(f"parent.{next(iter(draft.organization))}", "")
        faults.append(RowFault(heading, UNCLEAR if matches else UNKNOWN_PARENT, (*matches.values(),)))
    return tuple(faults)


def add_people(db: DbSession, drafts: Iterable[Draft], *, actor: Actor, now: datetime) -> list[int]:
    """Each with their post, at an organization that is found by any of its names or is added. Their ids."""
    drafts, added = list(drafts), []
    offices = _Offices(_organizations_there(db, _office_names(drafts)))
    for draft in drafts:
        row = services.create_person(db, draft.values, actor=actor, now=now)
        if draft.title or draft.organization:
            office = offices.named(db, draft.organization, actor=actor, now=now)
            services.add_affiliation(db, row.id, office, draft.title, actor=actor, now=now)
        added.append(row.id)
    return added


def add_organizations(db: DbSession, drafts: Iterable[Draft], *, actor: Actor, now: datetime) -> None:
    """Whoever is part of another one comes after it."""
    drafts = list(drafts)
    parents = _Offices(_organizations_there(db, _office_names(drafts)))
    for draft in drafts:
        kind = OrganizationKind(draft.values.get("kind", OrganizationKind.OTHER))
        values = {**draft.values, "kind": kind, "parent_id": next(iter(parents.find(draft.organization)), None)}
        row = services.create_organization(db, values, actor=actor, now=now)
        parents.learn(replace(draft_organization(draft), id=row.id))


def _names_and_offices(drafts: Sequence[Draft]) -> set[str]:
    return {text for draft in drafts for text in draft_organization(draft).names.values()} | _office_names(drafts)


def draft_person(draft: Draft) -> _Known:
    values = draft.values
    name = Name(values["latin_family"], values["latin_given"], values.get("name_order") == "family-first")
    office = next(iter(draft.organization.values()), "")
    posts = {(text, fold(office)) for text in (*draft.title.values(), *([] if draft.title or not office else [""]))}
    names = {"native": values["native_full"], "latin": name.latin}
    shown = _shown(names)
    if PROPOSED in values.get("flags", ()):  # how a name is read tells of nobody
        names["latin"] = ""
    email = email_key(values["email"]) if values.get("email") else None
    phone = fold(values.get("phone") or "")
    return _Known(None, draft.number, shown, names, email=email, phone=phone, posts=posts)


def draft_organization(draft: Draft) -> _Known:
    names = _names_of(*(draft.values[part] for part in PARTS))
    return _Known(None, draft.number, _shown(names), names)


def _people_there(
    db: DbSession, contact_scope: ContactScope | None, among: Select[Any] | None, ids: Collection[int]
) -> Iterable[_Known]:
    named = (Person.latin_family, Person.latin_given, Person.name_order, Person.native_full, Person.also_known_as)
    ways = (Person.email, Person.phone, has_open_contacts(Person.id, contact_scope), Person.created_at)
    query = select(Person.id, *named, *ways).order_by(Person.id)
    query = query if among is None else query.where(Person.id.in_(among))
    rows = (row for batch in batched(ids) for row in db.execute(query.where(Person.id.in_(batch))))
    for person_id, family, given, order, native, others, *reached, since in rows:
        email, phone, reachable = reached
        names = {"native": native, "latin": Name(family, given, order == "family-first").latin}
        yield _Known(
            person_id,
            None,
            _shown(names),
            names,
            (*others, without_blanks(native)),
            email,
            fold(phone or ""),
            bool(reachable),
            since,
        )


def _organizations_there(db: DbSession, names: Collection[str]) -> Iterable[_Known]:
    """Those that have the words of one of these names, in an order that `lookup_words` knows."""
    query = select(Organization.id, Organization.also_known_as, *_PARTS).order_by(Organization.id)
    ids = organizations_with_names(db, names)
    rows = (row for batch in batched(ids) for row in db.execute(query.where(Organization.id.in_(batch))))
    for organization_id, others, *texts in rows:
        names = _names_of(*texts)
        yield _Known(organization_id, None, _shown(names), names, tuple(others))


def _read_posts(db: DbSession, people: Mapping[int, _Known]) -> None:
    for batch in batched(people):
        query = (
            select(Affiliation.person_id, Affiliation.title, *_PARTS)
            .outerjoin(Organization, Organization.id == Affiliation.organization_id)
            .where(Affiliation.person_id.in_(batch))
        )
        for person_id, title, *texts in db.execute(query):
            offices = {"", *map(fold, _names_of(*texts).values())}
            people[person_id].posts |= {(text, office) for text in (*title.values(), "") for office in offices}
        titles = select(EditionTitle.person_id, EditionTitle.title, EditionTitle.organization_name)
        for person_id, title, named in db.execute(titles.where(EditionTitle.person_id.in_(batch))):
            offices = {"", *map(fold, named.values())}
            people[person_id].posts |= {(text, office) for text in (*title.values(), "") for office in offices}


def _person_line(draft: Draft, person: _Known, resembling: Sequence[_Known]) -> Line:
    if draft.faults:
        return Line(draft.number, State.FAULTY, person.shown, draft, draft.faults, notices=draft.notices)
    reasons = [(one, _person_reason(person, one)) for one in resembling]
    for one, reason in sorted(reasons, key=lambda pair: pair[1] != "same"):
        state = State.SAME if reason == "same" else State.DOUBLE
        alike = Alike(one.id, one.row, one.shown, reason)
        return Line(draft.number, state, person.shown, draft, alike=alike, notices=draft.notices)
    return Line(draft.number, State.NEW, person.shown, draft, notices=draft.notices)


def _person_reason(person: _Known, one: _Known) -> str:
    for kind, text in person.names.items():
        if text and text not in map(without_commas, (one.names[kind], *one.others)):
            return "name-written-otherwise"
    if person.email and not one.has_open_contacts:
        return "address-not-told"
    if person.email and person.email != one.email:
        return "other-address"
    return "same" if person.posts <= one.posts else "other-post"


def _organization_line(draft: Draft, organization: _Known, alike: Sequence[_Known]) -> Line:
    if draft.faults:
        return Line(draft.number, State.FAULTY, organization.shown, draft, draft.faults)
    for one in alike:
        is_same = set(organization.names.values()) <= {*one.names.values(), *one.others}
        state, reason = (State.SAME, "same") if is_same else (State.DOUBLE, "name-written-otherwise")
        return Line(draft.number, state, organization.shown, draft, alike=Alike(one.id, one.row, one.shown, reason))
    return Line(draft.number, State.NEW, organization.shown, draft)


def _learn(known: dict[str, list[_Known]], one: _Known) -> None:
    for key in {_key(text) for text in (*one.names.values(), *one.others) if text}:
        known[key].append(one)


def _alike(known: Mapping[str, list[_Known]], one: _Known) -> list[_Known]:
    """Who shares a name with it and contradicts it in no other: 李伟 and 李薇 are both Li Wei, and two people."""
    keys = {_key(text) for text in one.names.values() if text}
    found = {id(other): other for key in keys for other in known.get(key, ())}
    return [other for other in found.values() if not _contradict(one.names, other)]


def _contradict(names: Mapping[str, str], other: _Known) -> bool:
    both = [kind for kind in names if names[kind] and other.names.get(kind)]
    spelled = set(map(_key, other.others))
    return any(_key(names[kind]) not in {_key(other.names[kind]), *spelled} for kind in both)


def _key(text: str) -> str:
    """The same for whichever order a name's words stand in: Liu Chun, Chun LIU."""
    return "".join(sorted(fold(word) for word in text.split()))


def _names_of(*texts: Mapping[str, str] | None) -> dict[str, str]:
    named = zip(PARTS, texts, strict=True)
    return {f"{part}.{language}": text for part, one in named for language, text in (one or {}).items()}


def _shown(names: Mapping[str, str]) -> str:
    return " · ".join(dict.fromkeys(text for text in names.values() if text))


class _Offices:
    """The organizations of posts, found by any of their names; one that is nowhere yet is added once."""

    def __init__(self, there: Iterable[_Known]) -> None:
        self._shown: dict[int, str] = {}
        # The closest first: names as they are written, then in any order of their words, and then abbreviations.
        self._ids: tuple[dict[str, set[int]], ...] = (defaultdict(set), defaultdict(set), defaultdict(set))
        for one in there:
            self.learn(one)

    def learn(self, one: _Known) -> None:
        written, turned, short = self._ids
        number = one.id or -(one.row or 0)  # an earlier row of the file has no id yet
        self._shown[number] = one.shown
        for kind, text in (*one.names.items(), *(("", text) for text in one.others)):
            if kind.startswith("abbreviation."):
                short[fold(text)].add(number)
            else:
                written[fold(text)].add(number)
                turned[_key(text)].add(number)

    def find(self, texts: Mapping[str, str]) -> dict[int, str]:
        """Those that may be meant, by id, as they are called. What one language leaves open another one may tell."""
        found = [ids for ids in map(self._called, texts.values()) if ids]
        ids = (set.intersection(*found) or set.union(*found)) if found else set()
        return {one: self._shown[one] for one in sorted(ids)}

    def _called(self, text: str) -> set[int]:
        written, turned, short = self._ids
        return written.get(fold(text)) or turned.get(_key(text)) or short.get(fold(text)) or set()

    def named(self, db: DbSession, texts: Mapping[str, str], *, actor: Actor, now: datetime) -> int | None:
        if not texts:
            return None
        organization_id = next(iter(self.find(texts)), None)
        if organization_id is None:
            organization_id = services.create_organization(db, {"legal": dict(texts)}, actor=actor, now=now).id
        names = {f"legal.{language}": text for language, text in texts.items()}
        self.learn(_Known(organization_id, None, self._shown.get(organization_id, _shown(names)), names))
        return organization_id
