"""Which rows those may see and change who are bound to some delegations.

The tables of who is in which delegation belong to domains above this one. They are named here, and not imported, so
that every domain can ask the same question; a test holds the names against the models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, String, column, literal, or_, select, table, true

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy import CTE, CompoundSelect, Select, Subquery
    from sqlalchemy.orm import Session as DbSession

_DELEGATION = table(
    "delegation",
    column("id", BigInteger),
    column("edition_id", BigInteger),
    column("parent_id", BigInteger),
    column("code", String),
)
_MEMBER = table(
    "delegation_member",
    column("id", BigInteger),
    column("edition_id", BigInteger),
    column("delegation_id", BigInteger),
    column("registration_id", BigInteger),
    column("left_on", String),
)
_PERSON = table("person", column("id", BigInteger))
_REGISTRATION = table(
    "registration", column("id", BigInteger), column("edition_id", BigInteger), column("person_id", BigInteger)
)
_SUPPORTER = table("delegation_supporter", column("id", BigInteger), column("delegation_id", BigInteger))
_ITEM = table("itinerary_item", column("id", BigInteger), column("delegation_id", BigInteger))
_PARTITION = table("partition", column("id", BigInteger), column("delegation_id", BigInteger))
_GROUP = table("delegation_group", column("id", BigInteger), column("partition_id", BigInteger))
_IN_GROUP = table("group_member", column("id", BigInteger), column("registration_id", BigInteger))
_ROOM = table("hotel_room", column("id", BigInteger), column("delegation_id", BigInteger))
_IN_ROOM = table("room_stay", column("id", BigInteger), column("registration_id", BigInteger))
_LEG = table("travel_leg", column("id", BigInteger), column("item_id", BigInteger))
_AUDIENCE = table("item_audience", column("id", BigInteger), column("item_id", BigInteger))
_RUN = table("coach_run", column("id", BigInteger), column("item_id", BigInteger))
_BOARDING = table("boarding", column("id", BigInteger), column("registration_id", BigInteger))
_TITLE = table(
    "edition_title", column("id", BigInteger), column("edition_id", BigInteger), column("person_id", BigInteger)
)
_ENTRY = table(
    "precedence_entry", column("id", BigInteger), column("edition_id", BigInteger), column("person_id", BigInteger)
)
_OVERRIDE = table(
    "clash_override",
    column("id", BigInteger),
    column("edition_id", BigInteger),
    column("person_id", BigInteger),
    column("delegation_id", BigInteger),
)
_TELLING = table("itinerary_telling", column("id", BigInteger), column("registration_id", BigInteger))
_GIVEN_OUT = table("itinerary_given_out", column("id", BigInteger), column("delegation_id", BigInteger))
_PART = table(
    "role_assignment", column("id", BigInteger), column("edition_id", BigInteger), column("person_id", BigInteger)
)
_JOB = table("print_job", column("id", BigInteger), column("delegation_id", BigInteger), column("paper", String))
_LETTER = table("letter", column("id", BigInteger), column("registration_id", BigInteger))
_LIST = table("import_run", column("id", BigInteger), column("delegation_id", BigInteger))
_PROOF = table("name_proof", column("id", BigInteger), column("delegation_id", BigInteger))
_PROOFED = table(
    "proof_entry", column("id", BigInteger), column("proof_id", BigInteger), column("person_id", BigInteger)
)
_CORRECTION = table("proof_correction", column("id", BigInteger), column("entry_id", BigInteger))
# What makes someone take part in an edition; who is in a delegation is registered.
_PARTS = (_REGISTRATION, _PART, _ENTRY)
TABLES = (
    _DELEGATION,
    _MEMBER,
    _PERSON,
    *_PARTS,
    _ITEM,
    _LEG,
    _AUDIENCE,
    _PARTITION,
    _GROUP,
    _IN_GROUP,
    _ROOM,
    _IN_ROOM,
    _RUN,
    _BOARDING,
    _TITLE,
    _OVERRIDE,
    _TELLING,
    _GIVEN_OUT,
    _JOB,
    _LETTER,
    _LIST,
    _PROOF,
    _PROOFED,
    _CORRECTION,
)


class ContactScope(NamedTuple):
    """The people whose contact details a caller may see: participants of these editions and members of these
    delegations.
    """

    editions: frozenset[int] = frozenset()
    delegations: frozenset[int] = frozenset()


NOBODY = ContactScope()


def with_parts(bound: Select[Any]) -> CTE:
    """The ids that `bound` selects, with those of all their parts, and their editions."""
    found = select(_DELEGATION.c.id, _DELEGATION.c.edition_id)
    whole = found.where(_DELEGATION.c.id.in_(bound)).cte("reach", recursive=True)
    return whole.union(found.join(whole, _DELEGATION.c.parent_id == whole.c.id))


def registrations_of(within: Collection[int]) -> Select[Any]:
    """The ids of the registrations that are in these delegations now."""
    return select(_MEMBER.c.registration_id).where(_MEMBER.c.delegation_id.in_(within), _MEMBER.c.left_on.is_(None))


def registrations_in(edition_id: int, codes: Collection[str] | None = None) -> Select[Any]:
    """The ids of the registrations that are now in the edition's delegations with these codes or in their parts; None
    is in any.
    """
    now = select(_MEMBER.c.registration_id).where(_MEMBER.c.edition_id == edition_id, _MEMBER.c.left_on.is_(None))
    if codes is None:
        return now
    named = select(_DELEGATION.c.id).where(_DELEGATION.c.edition_id == edition_id, _DELEGATION.c.code.in_(codes))
    return now.where(_MEMBER.c.delegation_id.in_(select(with_parts(named).c.id)))


def codes_of_delegations(edition_id: int) -> Select[Any]:
    """The edition's registrations that are now in a delegation, with its code: registration_id, code."""
    now = select(_MEMBER.c.registration_id, _DELEGATION.c.code).where(_MEMBER.c.left_on.is_(None))
    return now.where(_MEMBER.c.edition_id == edition_id, _DELEGATION.c.id == _MEMBER.c.delegation_id)


def registrations_beside(edition_id: int, registrations: Select[Any]) -> Select[Any]:
    """The ids of the registrations that are now in one delegation with any of these."""
    theirs = select(_MEMBER.c.delegation_id).where(
        _MEMBER.c.registration_id.in_(registrations), _MEMBER.c.left_on.is_(None)
    )
    return registrations_in(edition_id).where(_MEMBER.c.delegation_id.in_(theirs))


def people_of(within: Collection[int]) -> Select[Any]:
    """The ids of the people who are in these delegations now."""
    return select(_REGISTRATION.c.person_id).where(_REGISTRATION.c.id.in_(registrations_of(within)))


def people_of_edition(edition_id: int) -> CompoundSelect[Any]:
    """The ids of the people who take part in an edition, by a registration or a title there."""
    registered = select(_REGISTRATION.c.person_id).where(_REGISTRATION.c.edition_id == edition_id)
    return registered.union(select(_TITLE.c.person_id).where(_TITLE.c.edition_id == edition_id))


def has_open_contacts(ids: Any, contact_scope: ContactScope | None) -> ColumnElement[bool]:
    """Whether contact details may be shown; `ids` is a column of person ids, and a scope of None shows all.

    People who take part nowhere are open to every edition. A title does not count as taking part, or any organizer
    could open someone's contacts by giving them one: people with titles only belong to the edition of the first.
    """
    if contact_scope is None:
        return true()
    mine: ColumnElement[bool] = ids.in_(people_of(contact_scope.delegations))
    if not contact_scope.editions:
        return mine
    titles = select(_TITLE.c.edition_id).where(_TITLE.c.person_id == ids).correlate_except(_TITLE)
    first = titles.order_by(_TITLE.c.id).limit(1).scalar_subquery()
    free = ~_takes_part(ids) & (first.is_(None) | first.in_(contact_scope.editions))
    return or_(_takes_part(ids, contact_scope.editions), mine, free)


def people_with_open_contacts(
    db: DbSession, person_ids: Collection[int], contact_scope: ContactScope | None
) -> frozenset[int]:
    """The ids among `person_ids` whose contact details may be shown. At most one query."""
    if contact_scope is None or contact_scope == NOBODY or not person_ids:
        return frozenset(person_ids if contact_scope is None else ())
    query = select(_PERSON.c.id).where(_PERSON.c.id.in_(person_ids), has_open_contacts(_PERSON.c.id, contact_scope))
    return frozenset(db.scalars(query))


def _takes_part(ids: Any, editions: Collection[int] | None = None) -> ColumnElement[bool]:
    """In one of these editions, or in any."""
    found = [select(literal(1)).where(part.c.person_id == ids).correlate_except(part) for part in _PARTS]
    if editions is not None:
        there = zip(found, _PARTS, strict=True)
        found = [query.where(part.c.edition_id.in_(editions)) for query, part in there]
    return or_(*(query.exists() for query in found))


def _of_person(rows: Any) -> Callable[[int | None, Collection[int]], Select[Any]]:
    def select_rows(edition_id: int | None, within: Collection[int]) -> Select[Any]:
        return select(rows.c.id).where(rows.c.edition_id == edition_id, rows.c.person_id.in_(people_of(within)))

    return select_rows


def _proofs_of(within: Collection[int]) -> Select[Any]:
    """Those of these delegations; an office's own goes to nobody who is limited to delegations."""
    return select(_PROOF.c.id).where(_PROOF.c.delegation_id.in_(within))


def _partitions_of(within: Collection[int]) -> Select[Any]:
    """Those of a whole are for whoever looks after all of it, though its parts see them."""
    return select(_PARTITION.c.id).where(_PARTITION.c.delegation_id.in_(within))


def _proofed_of(within: Collection[int]) -> Select[Any]:
    """Who has left the delegation is another's to see."""
    there = _PROOFED.c.proof_id.in_(_proofs_of(within)), _PROOFED.c.person_id.in_(people_of(within))
    return select(_PROOFED.c.id).where(*there)


def _of_items(rows: Any, within: Collection[int]) -> Select[Any]:
    """What belongs to the items of these delegations."""
    return select(rows.c.id).join(_ITEM, _ITEM.c.id == rows.c.item_id).where(_ITEM.c.delegation_id.in_(within))


# By table: the ids of its rows that are within reach. The edition says nothing where rows belong to none.
REACHED: dict[str, Callable[[int | None, Collection[int]], Select[Any]]] = {
    "delegation": lambda _, within: select(_DELEGATION.c.id).where(_DELEGATION.c.id.in_(within)),
    "delegation_member": lambda _, within: select(_MEMBER.c.id).where(_MEMBER.c.delegation_id.in_(within)),
    "delegation_supporter": lambda _, within: select(_SUPPORTER.c.id).where(_SUPPORTER.c.delegation_id.in_(within)),
    "registration": lambda _, within: registrations_of(within),
    "person": lambda _, within: people_of(within),
    "edition_title": _of_person(_TITLE),
    "precedence_entry": _of_person(_ENTRY),
    # Not what was allowed in another delegation, where they were then.
    "clash_override": lambda edition_id, within: _of_person(_OVERRIDE)(edition_id, within).where(
        _OVERRIDE.c.delegation_id.is_(None) | _OVERRIDE.c.delegation_id.in_(within)
    ),
    "itinerary_telling": lambda _, within: select(_TELLING.c.id).where(
        _TELLING.c.registration_id.in_(registrations_of(within))
    ),
    "itinerary_given_out": lambda _, within: select(_GIVEN_OUT.c.id).where(_GIVEN_OUT.c.delegation_id.in_(within)),
    "itinerary_item": lambda _, within: select(_ITEM.c.id).where(_ITEM.c.delegation_id.in_(within)),
    "travel_leg": lambda _, within: _of_items(_LEG, within),
    "item_audience": lambda _, within: _of_items(_AUDIENCE, within),
    "partition": lambda _, within: _partitions_of(within),
    "delegation_group": lambda _, within: select(_GROUP.c.id).where(_GROUP.c.partition_id.in_(_partitions_of(within))),
    "group_member": lambda _, within: select(_IN_GROUP.c.id).where(
        _IN_GROUP.c.registration_id.in_(registrations_of(within))
    ),
    # Those of a whole are seen by its parts, and changed by whoever looks after all of it.
    "hotel_room": lambda _, within: select(_ROOM.c.id).where(_ROOM.c.delegation_id.in_(within)),
    "room_stay": lambda _, within: select(_IN_ROOM.c.id).where(
        _IN_ROOM.c.registration_id.in_(registrations_of(within))
    ),
    # Those of a whole are for whoever looks after all of it, though its parts see them.
    "coach_run": lambda _, within: _of_items(_RUN, within),
    "boarding": lambda _, within: select(_BOARDING.c.id).where(
        _BOARDING.c.registration_id.in_(registrations_of(within))
    ),
    # A program shows what was published to all.
    "print_job": lambda _, within: select(_JOB.c.id).where(
        _JOB.c.delegation_id.in_(within) | _JOB.c.paper.in_(("program", "pocket-agenda", "program-erratum"))
    ),
    # Of those who are invited, and in no delegation yet, nobody who is limited to some sees any.
    "letter": lambda _, within: select(_LETTER.c.id).where(_LETTER.c.registration_id.in_(registrations_of(within))),
    # The lists of these delegations; tables of others are for those alone who see everyone.
    "import_run": lambda _, within: select(_LIST.c.id).where(_LIST.c.delegation_id.in_(within)),
    "name_proof": lambda _, within: _proofs_of(within),
    "proof_entry": lambda _, within: _proofed_of(within),
    "proof_correction": lambda _, within: select(_CORRECTION.c.id).where(
        _CORRECTION.c.entry_id.in_(_proofed_of(within))
    ),
}


def limited(ids: Any, entity: str, edition_id: int | None, within: Collection[int] | None) -> list[ColumnElement[bool]]:
    """What a query adds to its `where`: `ids`, a column with ids of `entity`, within reach. None is no limit."""
    return [] if within is None else [ids.in_(REACHED[entity](edition_id, within))]


def about_reached(entity: Any, ids: Any, edition_id: int, within: Collection[int]) -> ColumnElement[bool]:
    """Of a table that tells of others by `entity` and id: what tells of rows within reach."""
    return or_(*((entity == name) & ids.in_(rows(edition_id, within)) for name, rows in REACHED.items()))


def in_reach(db: DbSession, edition_id: int | None, entity: str, row_id: int, within: Collection[int]) -> bool:
    if not within or entity not in REACHED:
        return False
    reached = REACHED[entity](edition_id, within).subquery()
    return (
        db.scalar(select(literal(1)).select_from(reached).where(_only_column(reached) == row_id).limit(1)) is not None
    )


def reached_among(db: DbSession, edition_id: int, entity: str, within: Collection[int]) -> frozenset[int]:
    """The ids of all rows of a table that are within reach, for whoever asks of many."""
    if not within or entity not in REACHED:
        return frozenset()
    return frozenset(db.scalars(REACHED[entity](edition_id, within)))


def delegation_of(
    db: DbSession, person_id: int, within: Collection[int] | None, *, edition_id: int | None = None
) -> int | None:
    """The delegation in which the person is, among these where there is a limit, and in this edition where what was
    removed of them is of one: whose liaison may undo it.
    """
    there = _MEMBER.join(_REGISTRATION, _REGISTRATION.c.id == _MEMBER.c.registration_id)
    query = select(_MEMBER.c.delegation_id).select_from(there)
    query = query.where(_REGISTRATION.c.person_id == person_id, _MEMBER.c.left_on.is_(None))
    if edition_id is not None:
        query = query.where(_MEMBER.c.edition_id == edition_id)
    if within is not None:
        query = query.where(_MEMBER.c.delegation_id.in_(within))
    found: int | None = db.scalar(query.order_by(_MEMBER.c.id.desc()).limit(1))
    return found


def _only_column(rows: Subquery) -> ColumnElement[Any]:
    return next(iter(rows.c))


def delegations_with(db: DbSession, edition_id: int, codes: Collection[str]) -> dict[str, int]:
    """The ids of the edition's delegations with these codes."""
    named = (_DELEGATION.c.edition_id == edition_id, _DELEGATION.c.code.in_(codes))
    return {row.code: row.id for row in db.execute(select(_DELEGATION).where(*named))} if codes else {}


def with_codes(bound: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The rows of `bound`, whose last column is a delegation's id, with its code after it."""
    rows = bound.subquery()
    return select(*rows.c, _DELEGATION.c.code).join(_DELEGATION, _DELEGATION.c.id == list(rows.c)[-1])
