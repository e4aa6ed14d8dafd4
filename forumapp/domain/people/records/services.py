"""People and organizations across editions, and their titles in one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from forumapp.core.database.locks import lock_name
from forumapp.core.errors import AlreadyExists, Invalid, NotFound, refuse_faults
from forumapp.core.values.text import email_key, is_visible
from forumapp.domain.accounts.access import (
    require_anywhere,
    require_contacts,
    require_person,
    require_row,
    require_somewhere,
)
from forumapp.domain.accounts.editing.removals import bring_back_in, get_removal
from forumapp.domain.accounts.editing.rows import remove_in
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.accounts.scope import delegation_of, people_of
from forumapp.domain.audit.removals import values_of
from forumapp.domain.audit.services import Actor, change, create
from forumapp.domain.images.services import with_picture
from forumapp.domain.people import rules
from forumapp.domain.people.archive.archived_names import release
from forumapp.domain.people.archive.replaced_photos import change_photo
from forumapp.domain.people.index.likely_duplicates import compare_person
from forumapp.domain.people.index.search_index import (
    index_offices,
    index_organization,
    index_person,
    name_in,
    offices_of,
)
from forumapp.domain.people.models import Affiliation, EditionTitle, NameOrder, Organization, Person
from forumapp.domain.people.queries import get_organization, get_person
from forumapp.domain.people.records.parents import refuse_parent_loop
from forumapp.domain.people.spreadsheets.rows import PROPOSED, UNDIVIDED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.database.db import Base
    from forumapp.domain.audit.models import Removal

# The columns of which a person's search text is made. Ways to reach them stand in it for nobody: `queries.reached_by`.
SEARCHED = ("latin_family", "latin_given", "name_order", "native_full", "call_name", "also_known_as")
# Those of an organization.
NAMES = ("legal", "short", "abbreviation")
# How to reach a person: only for those who may see what else they told.
CONTACTS = ("email", "phone", "wechat")
LATIN = ("latin_family", "latin_given")


def create_organization(db: DbSession, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Organization:
    """`values` are columns of Organization; it needs a legal or a short name."""
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    row = Organization(**values)
    _refuse_nameless_organization(row.legal, row.short)
    row.search_text = _organization_search_text(values)
    create(db, row, actor=actor, now=now)
    index_organization(db, row)
    return row


def update_organization(
    db: DbSession, organization_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Organization:
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    row = get_organization(db, organization_id)
    names = {part: changes.get(part, getattr(row, part)) for part in (*NAMES, "also_known_as")}
    _refuse_nameless_organization(names["legal"], names["short"])
    refuse_parent_loop(db, organization_id, changes.get("parent_id"))
    row.search_text = _organization_search_text(names)
    change(db, row, changes, version=version, actor=actor, now=now)
    if not changes.keys().isdisjoint((*names, "country_region")):
        index_organization(db, row)
    return row


def create_person(db: DbSession, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Person:
    """`values` are columns of Person, kept to the character, and a Picture as photo."""
    require_anywhere(db, Permission.EDIT_PEOPLE, actor=actor)
    return _create_person(db, values, actor=actor, now=now)


def bring_person(
    db: DbSession, edition_id: int, delegation_id: int, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Person:
    """The same, of someone who becomes a member of the delegation, by whoever may bring it members."""
    require_row(db, edition_id, Permission.BRING_MEMBERS, "delegation", delegation_id, actor=actor)
    return _create_person(db, values, actor=actor, now=now)


def _create_person(db: DbSession, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> Person:
    values = with_picture(db, _with_email_key(values), "photo", actor=actor, now=now)
    _refuse_nameless_person(values)
    refuse_faults(rules.name_faults(values))
    order = values.get("name_order") or NameOrder(rules.usual_order(values.get("native_full") or ""))
    values = {**values, "name_order": order}
    row = Person(**values, search_text=_person_search_text(values))
    create(db, row, actor=actor, now=now)
    index_person(db, row.id, values, is_new=True)
    return row


def update_person(
    db: DbSession, person_id: int, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Person:
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    row = get_person(db, person_id)
    if not changes.keys().isdisjoint(CONTACTS):
        # A change that is refused as stale tells what stands, and one that changes nothing confirms a guess.
        require_contacts(db, person_id, actor=actor)
    changes = change_photo(db, row, _with_email_key(changes), label=name_of(row).texts, actor=actor, now=now)
    return _change_person(db, row, changes, version=version, actor=actor, now=now)


def rename(
    db: DbSession, person_id: int, names: Mapping[str, str], *, version: int, actor: Actor, now: datetime
) -> Person:
    """By the person themselves, whom a signed link has let in. Of a native name the parts stay as far as they are
    known to be those of the new one.
    """
    row = get_person(db, person_id)
    changes: dict[str, Any] = dict(names)
    if changes.get("native_full", row.native_full) != row.native_full:
        parts = rules.native_parts(row.native_family, row.native_given, changes["native_full"]) or ("", "")
        changes["native_family"], changes["native_given"] = parts
    if "latin_family" in names and PROPOSED in row.flags:  # the person has seen and sent it
        changes["flags"] = [flag for flag in row.flags if flag != PROPOSED]
    return _change_person(db, row, changes, version=version, actor=actor, now=now)


def _change_person(
    db: DbSession, row: Person, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> Person:
    merged = {field: changes.get(field, getattr(row, field)) for field in SEARCHED}
    _refuse_nameless_person(merged)
    # What stands otherwise, as it was once imported, hinders no other change.
    refuse_faults(rules.changed_name_faults(row, changes))
    changes = {**changes, **_settled_flags(row, changes)}
    offices = offices_of(db, row.id)
    row.search_text = _person_search_text(merged, offices)
    change(db, row, changes, version=version, actor=actor, now=now)
    if not changes.keys().isdisjoint(SEARCHED):
        index_person(db, row.id, merged, offices=offices)
    elif not changes.keys().isdisjoint(CONTACTS):
        compare_person(db, row.id)
    return row


def _settled_flags(row: Person, changes: Mapping[str, Any]) -> dict[str, list[str]]:
    """The flags of a person without those that a change of the Latin name settles."""
    is_renamed = any(changes.get(name, getattr(row, name)) != getattr(row, name) for name in LATIN)
    settled = {UNDIVIDED} if changes.get("latin_family") else set()
    settled |= {PROPOSED} if is_renamed else set()
    if "flags" in changes or settled.isdisjoint(row.flags):
        return {}
    return {"flags": [flag for flag in row.flags if flag not in settled]}


def confirm_latin_name(db: DbSession, person_id: int, *, version: int, actor: Actor, now: datetime) -> Person:
    """A Latin name that was read from the Chinese one is right as it stands."""
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    row = get_person(db, person_id)
    settle_proposed_name(db, row, version=version, actor=actor, now=now)
    return row


def settle_proposed_name(db: DbSession, row: Person, *, version: int, actor: Actor, now: datetime) -> None:
    """The same by those who know: the person, or an office that approves the name. Other names stay as they are.

    Raises Stale for another version of the person, with or without the flag.
    """
    flags = [flag for flag in row.flags if flag != PROPOSED]
    change(db, row, {"flags": flags}, version=version, actor=actor, now=now)


def add_affiliation(
    db: DbSession,
    person_id: int,
    organization_id: int | None,
    title: Mapping[str, str],
    *,
    actor: Actor,
    now: datetime,
    **dates: Any,
) -> Affiliation:
    """A further post of a person; the first one is the main one. `dates` are starts_on and ends_on.

    It names a title, an organization, or both.
    """
    require_person(db, Permission.EDIT_PEOPLE, person_id, actor=actor)
    refuse_unseen_organization(db, organization_id, actor=actor)
    refuse_strange(db, {"person_id": (Person, person_id), "organization_id": (Organization, organization_id)})
    if organization_id is None and not any(title.values()):
        raise Invalid(fields={"title": "required"})
    starts_on, ends_on = dates.get("starts_on"), dates.get("ends_on")
    if starts_on and ends_on and ends_on < starts_on:
        raise Invalid(fields={"ends_on": "ends-before-start"})
    lock_name(db, f"posts-{person_id}")  # two that are added at once get a place each
    last = db.scalar(select(func.max(Affiliation.position)).where(Affiliation.person_id == person_id)) or 0
    row = Affiliation(
        person_id=person_id, organization_id=organization_id, title=dict(title), position=last + 1, **dates
    )
    create(db, row, actor=actor, now=now)
    compare_person(db, person_id)
    return row


def set_edition_title(
    db: DbSession,
    edition_id: int,
    person_id: int,
    *,
    title: Mapping[str, str],
    organization_id: int | None = None,
    organization_name: Mapping[str, str] | None = None,
    affiliation_id: int | None = None,
    position: int = 1,
    actor: Actor,
    now: datetime,
) -> EditionTitle:
    """How a person appears in an edition; position 1 is the office in which they attend."""
    require_row(db, edition_id, Permission.EDIT_PEOPLE, "person", person_id, actor=actor)
    refuse_unseen_organization(db, organization_id, actor=actor)
    values = {
        "title": dict(title),
        "organization_id": organization_id,
        "organization_name": dict(organization_name or {}),
        "affiliation_id": affiliation_id,
    }
    place = (EditionTitle.edition_id == edition_id, EditionTitle.person_id == person_id)
    row = db.scalar(select(EditionTitle).where(*place, EditionTitle.position == position))
    if row is None:
        row = EditionTitle(edition_id=edition_id, person_id=person_id, position=position, **values)
        create(db, row, actor=actor, now=now)
        release(db, edition_id, person_id)
        if organization_name:
            index_offices(db, person_id)
    else:
        _change_title(db, row, values, version=row.version, actor=actor, now=now)
    return row


def add_edition_title(
    db: DbSession,
    edition_id: int,
    person_id: int,
    values: Mapping[str, Any],
    *,
    position: int | None = None,
    actor: Actor,
    now: datetime,
) -> EditionTitle:
    """A further title of a person in an edition, at a position that is free: the next one where none is named.

    `values`: title, organization_id, organization_name, affiliation_id.
    """
    require_row(db, edition_id, Permission.EDIT_PEOPLE, "person", person_id, actor=actor)
    if db.get(Person, person_id) is None:
        raise NotFound(entity="person")
    _refuse_strange_office(db, person_id, values)
    lock_name(db, f"titles-{edition_id}-{person_id}")
    held = select(EditionTitle.position).where(
        EditionTitle.edition_id == edition_id, EditionTitle.person_id == person_id
    )
    taken = set(db.scalars(held))
    if position in taken:
        raise AlreadyExists(fields={"position": "taken"})
    place = position or max(taken, default=0) + 1
    _refuse_second_title(db, edition_id, person_id, values)
    return set_edition_title(db, edition_id, person_id, **values, position=place, actor=actor, now=now)


def update_edition_title(
    db: DbSession, row: EditionTitle, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> EditionTitle:
    require_row(db, row.edition_id, Permission.EDIT_PEOPLE, "person", row.person_id, actor=actor)
    _refuse_strange_office(db, row.person_id, changes)
    refuse_unseen_organization(db, changes.get("organization_id"), actor=actor)
    names = ("title", "organization_id", "organization_name")
    said = {name: changes.get(name, getattr(row, name)) for name in names}
    if any(said[name] != getattr(row, name) for name in names):
        _refuse_second_title(db, row.edition_id, row.person_id, said, but=row.id)
    _change_title(db, row, changes, version=version, actor=actor, now=now)
    return row


def _refuse_second_title(
    db: DbSession, edition_id: int, person_id: int, values: Mapping[str, Any], *, but: int = 0
) -> None:
    """The same office twice would only print twice."""

    def office(title: Any, organization_id: Any, name: Any) -> tuple[Any, ...]:
        written = ({key: text for key, text in (texts or {}).items() if text} for texts in (title, name))
        return (organization_id, *written)

    columns = (EditionTitle.title, EditionTitle.organization_id, EditionTitle.organization_name)
    others = select(*columns).where(
        EditionTitle.edition_id == edition_id, EditionTitle.person_id == person_id, EditionTitle.id != but
    )
    wanted = office(values["title"], values.get("organization_id"), values.get("organization_name"))
    if any(office(*row) == wanted for row in db.execute(others)):
        raise AlreadyExists(fields={"title": "title-there"})


def _change_title(
    db: DbSession, row: EditionTitle, changes: Mapping[str, Any], *, version: int, actor: Actor, now: datetime
) -> None:
    change(db, row, changes, version=version, actor=actor, now=now)
    if row.version != version:
        release(db, row.edition_id, row.person_id)
        if "organization_name" in changes:
            index_offices(db, row.person_id)


def remove_edition_title(db: DbSession, row: EditionTitle, *, version: int, actor: Actor, now: datetime) -> Removal:
    """The others keep their positions: the first that is left is the one in which the person attends."""
    access = require_row(db, row.edition_id, Permission.EDIT_PEOPLE, "person", row.person_id, actor=actor)
    name = name_of(db.get_one(Person, row.person_id)).texts
    of = delegation_of(db, row.person_id, access.within(Permission.EDIT_PEOPLE), edition_id=row.edition_id)
    release(db, row.edition_id, row.person_id)
    person_id = row.person_id
    removal = remove_in(db, row, label=name, delegation_id=of, version=version, actor=actor, now=now)
    index_offices(db, person_id)
    return removal


def bring_back_edition_title(
    db: DbSession, edition_id: int, removal_id: int, *, actor: Actor, now: datetime
) -> Removal:
    """Where another title has taken its position, behind the last one."""
    held = values_of(get_removal(db, edition_id, removal_id, actor=actor))
    require_row(db, edition_id, Permission.EDIT_PEOPLE, "person", held["person_id"], actor=actor)
    lock_name(db, f"titles-{edition_id}-{held['person_id']}")
    theirs = (EditionTitle.edition_id == edition_id, EditionTitle.person_id == held["person_id"])
    positions = set(db.scalars(select(EditionTitle.position).where(*theirs)))
    instead = {"position": max(positions) + 1} if held["position"] in positions else {}
    release(db, edition_id, held["person_id"])
    removal = bring_back_in(db, edition_id, removal_id, instead=instead, actor=actor, now=now)
    index_offices(db, held["person_id"])
    return removal


def name_of(person: Person) -> rules.Name:
    return rules.Name(
        person.latin_family or "",
        person.latin_given or "",
        person.name_order == "family-first",
        person.native_full or "",
        person.native_language or "zh-Hans",
    )


def search_text_of(db: DbSession, person: Any) -> str:
    """By what a person is found, from those of SEARCHED that `person`, a row of any kind, has."""
    values = {field: getattr(person, field, None) for field in SEARCHED}
    return _person_search_text(values, offices_of(db, person.id))


def _person_search_text(values: Mapping[str, Any], organizations: Iterable[str] = ()) -> str:
    """`values` has the fields of SEARCHED that are known, as columns of Person."""
    others = (values.get("call_name") or "", *(values.get("also_known_as") or ()), *organizations)
    return rules.search_text(name_in(values), others)


def organization_search_text_of(row: Organization) -> str:
    return _organization_search_text({part: getattr(row, part) for part in (*NAMES, "also_known_as")})


def _organization_search_text(values: Mapping[str, Any]) -> str:
    names = [values.get(part) or {} for part in NAMES]
    return rules.organization_search_text(*names, others=values.get("also_known_as") or ())


def _with_email_key(values: Mapping[str, Any]) -> dict[str, Any]:
    email = values.get("email")
    return {**values, "email": email_key(email)} if email else dict(values)


def _refuse_nameless_person(values: Mapping[str, Any]) -> None:
    if not any(is_visible(values.get(part) or "") for part in ("latin_family", "latin_given", "native_full")):
        raise Invalid(fields={"latin_family": "required"})


def _refuse_nameless_organization(*names: Mapping[str, str] | None) -> None:
    if not any(is_visible(text) for name in names for text in (name or {}).values()):
        raise Invalid(fields={"legal": "required"})


def refuse_strange(db: DbSession, wanted: Mapping[str, tuple[type[Base], int | None]]) -> None:
    """`wanted` maps a field to the table and the id it names; what does not exist is refused by the field."""
    unknown = {
        field: "unknown" for field, (kind, row_id) in wanted.items() if row_id is not None and not db.get(kind, row_id)
    }
    if unknown:
        raise Invalid(fields=unknown)


def _refuse_strange_office(db: DbSession, person_id: int, values: Mapping[str, Any]) -> None:
    """A title comes from an organization that is known, or from a post of this very person."""
    refuse_strange(db, {"organization_id": (Organization, values.get("organization_id"))})
    affiliation_id = values.get("affiliation_id")
    if affiliation_id is not None:
        post = db.get(Affiliation, affiliation_id)
        if post is None or post.person_id != person_id:
            raise Invalid(fields={"affiliation_id": "unknown"})


def refuse_unseen_organization(db: DbSession, organization_id: int | None, *, actor: Actor) -> None:
    within = None if organization_id is None else require_somewhere(db, Permission.EDIT_PEOPLE, actor=actor)
    if organization_id is not None and within is not None and not is_of_theirs(db, organization_id, within):
        raise Invalid(fields={"organization_id": "unknown"})


def is_of_theirs(db: DbSession, organization_id: int, within: Collection[int]) -> bool:
    """Whether someone of these delegations is of the organization. Who is limited to them does not see the registry,
    where a guessed id would tell a name: they name what one of their people is of already.
    """
    theirs = people_of(within)
    named = [
        select(kind.id).where(kind.organization_id == organization_id, kind.person_id.in_(theirs))
        for kind in (EditionTitle, Affiliation)
    ]
    return any(db.scalar(query.limit(1)) for query in named)
