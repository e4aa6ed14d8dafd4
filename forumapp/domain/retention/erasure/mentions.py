"""Finds and masks a person's name and contact details in any row of any table, such as notes, mails and labels."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Enum, LargeBinary, Text, TypeDecorator, cast, null, or_, select, update

from forumapp.core.db import Base
from forumapp.domain.agenda.versions import seal_of
from forumapp.domain.retention.erasure.words import mask

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from sqlalchemy import Column, ColumnElement, Table
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.retention.erasure.words import Words

# Records of other people and organizations are theirs, and so are accounts; words follow from names.
# What two tables share in many editions (letterheads, badge designs) names nobody who takes part.
NOT_SEARCHED = frozenset(
    {
        "account", "badge_design_version", "erasure", "letter_issue", "organization", "organization_double",
        "organization_word", "person", "person_double", "person_word", "recovery_code", "sign_in",
    }
)  # fmt: skip
# JSON kept as text, with its hash in another column.
SEALED = {"agenda_version": "content", "cue_sheet": "content"}
# An address that is masked would still be written to.
ADDRESSES = frozenset({"email", "phone", "phone_tail", "wechat", "recipient", "liaison_phone", "driver_mobile"})


def list_mentions(db: DbSession, words: Words, known: Mapping[str, Collection[int]]) -> dict[str, list[int]]:
    """By table, the ids of rows with any of the words, except the `known` rows. One query for each table."""
    found: dict[str, list[int]] = {}
    pattern = words.pattern
    if pattern is None:
        return found
    for table in _tables():
        columns = list(_texts(table))
        likely = or_(*(_contains(column, word) for column in columns for word in sorted(words.all)))
        rows = db.execute(select(table.c.id, *columns).where(likely).order_by(table.c.id)).mappings()
        skipped = known.get(str(table.name), ())
        ids = [
            row["id"]
            for row in rows
            if row["id"] not in skipped and any(mask(row[one.name], pattern) != row[one.name] for one in columns)
        ]
        if ids:
            found[str(table.name)] = ids
    return found


def mask_mentions(db: DbSession, words: Words, found: Mapping[str, Collection[int]]) -> None:
    """Mask the words in these rows. Values in the log are emptied instead: it lets nothing else be done to them."""
    pattern = words.pattern
    if pattern is None:
        return
    for name, ids in found.items():
        table: Any = Base.metadata.tables[name]
        if name == "audit_value":
            for row_id in ids:
                db.connection().execute(update(table).where(table.c.id == row_id).values(before=null(), after=null()))
            continue
        columns = list(_texts(table))
        for row_id in ids:
            row = db.execute(select(table.c.id, *columns).where(table.c.id == row_id)).mappings().one()
            masked = {one.name: mask(row[one.name], pattern) for one in columns}
            changed = {one: value for one, value in masked.items() if value != row[one]}
            changed |= {one: None if table.c[one].nullable else "" for one in changed.keys() & ADDRESSES}
            changed |= _sealed(name, changed)
            if changed:
                raised = {"version": table.c.version + 1} if "version" in table.c else {}
                db.connection().execute(update(table).where(table.c.id == row_id).values({**changed, **raised}))


def _sealed(table: str, changed: Mapping[str, Any]) -> dict[str, str]:
    column = SEALED.get(table)
    return {"sha256": seal_of(changed[column])} if column and column in changed else {}


def _tables() -> Iterator[Table]:
    for table in Base.metadata.sorted_tables:
        if table.name not in NOT_SEARCHED and "id" in table.c and list(_texts(table)):
            yield table


def _texts(table: Table) -> Iterator[Column[Any]]:
    for column in table.c:
        kind: Any = column.type
        if isinstance(kind, TypeDecorator):
            kind = kind.impl
        if isinstance(kind, LargeBinary | Enum):
            continue
        if isinstance(kind, Text | JSON):
            yield column


def _contains(column: Column[Any], word: str) -> ColumnElement[bool]:
    """In any case. JSON may be stored with other letters than ASCII escaped."""
    text = cast(column, Text)
    forms = dict.fromkeys(form for one in (word, word.lower(), word.upper()) for form in (one, json.dumps(one)[1:-1]))
    return or_(*(text.icontains(form, autoescape=True) for form in forms))
