"""Finds and masks a person's name and contact details in texts about others, such as notes, mails and titles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, null, or_, select, update

from forumapp.core.database.db import Base
from forumapp.domain.agenda.content.snapshots import seal_of
from forumapp.domain.audit.services import batched
from forumapp.domain.retention.erasure.words import excerpt, mask

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import Column, ColumnElement, RowMapping, Table
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.retention.erasure.words import Words

# The columns that are searched, by table: free text, and names and numbers that somebody typed. Never the name or the
# code of a record, which others refer to by it.
SEARCHED: Mapping[str, tuple[str, ...]] = {
    "agenda_plan": ("label", "note"),
    "agenda_version": ("label", "note", "content"),
    "answer_file": ("name",),
    "audit_event": ("reason",),
    "audit_value": ("before", "after"),
    "bulk_run": ("reason",),
    "clash_override": ("reason",),
    "coach_run": ("beside_reason",),
    "content_page": ("title", "body"),
    "cue": ("text", "owner"),
    "cue_sheet": ("note", "content"),
    "delegation": ("liaison_phone",),
    "edition": ("theme",),
    "edition_host": ("remark",),
    "forced_pass": ("authorized_name", "reason"),
    "hotel_room": ("requests",),
    "import_run": ("filename", "fault", "cells"),
    "invitation": ("greeting", "search_text"),
    "item_notice": ("was",),
    "itinerary_item": ("title", "note", "contact", "gift", "dress"),
    "itinerary_settings": ("emergency_numbers", "consulate"),
    "letter": ("reason", "search_text"),
    "letter_form": ("text", "signatory_latin", "signatory_native"),
    "mail_text": ("subject", "text"),
    "mailing": ("subject", "text", "filters"),
    "message": ("recipient", "values", "fault"),
    "name_proof": ("name", "email"),
    "precedence_entry": ("reason",),
    "precedence_list": ("approved_by", "was_approved_by"),
    "print_job": ("options", "fault", "findings", "made_from"),
    "print_line": ("facts", "said"),
    "proof_correction": ("remark", "proposed_by", "reason", "decided_by"),
    "proof_entry": ("approved_by",),
    "registration": ("desk_note", "answers", "outlet", "media_role_other", "printed"),
    "registration_group": ("contact_name", "email", "phone", "outcome", "agreed"),
    "removal": ("label", "search_text", "rows"),
    "scan_review": ("note",),
    "seating_plan": ("printed",),
    "session": ("title", "abstract", "av_needs"),
    "session_item": ("title",),
    "speaker": ("av_needs", "arrival", "notes", "contact"),
    "task": ("title", "note", "done_by"),
    "vehicle": ("driver", "driver_mobile"),
}
# Tables with texts that are not searched. Names, codes and settings name nobody who takes part; records of people,
# organizations and accounts are their own; letters are documents of those to whom they were issued.
NOT_SEARCHED = frozenset(
    {
        "account", "affiliation", "allowance", "api_token", "approved_place", "badge_design",
        "badge_design_version", "badge_printer", "badge_stock", "bulk_row", "checkin_device", "checkpoint",
        "choice_places", "consent", "consent_text", "delegation_group", "distinct_pair", "edition_title",
        "erasure", "frozen_name", "idempotency_key", "image", "interpretation_channel", "itinerary_place",
        "letter_issue", "list_columns", "mail_reminder", "merge", "organization", "organization_double",
        "organization_word", "partition", "person", "person_double", "person_word", "place_block",
        "purge_report", "rate_count", "recovery_code", "registration_type", "room", "scan", "series",
        "sign_in", "speaker_availability", "speaker_writing", "sponsor_level", "suppressed_address",
        "ticket_code", "title_pair", "track", "travel_leg", "venue", "worker_seen",
    }
)  # fmt: skip
# JSON kept as text, with its hash in another column.
SEALED = {"agenda_version": "content", "cue_sheet": "content"}
# An address that is masked would still be written to.
ADDRESSES = frozenset({"email", "phone", "recipient", "liaison_phone", "driver_mobile"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A text with a person's name or contact details; `excerpt` is the part of it around them."""

    table: str
    row_id: int
    column: str
    excerpt: str


def list_mentions(
    db: DbSession, words: Words, editions: Collection[int], known: Mapping[str, Collection[int]]
) -> list[Mention]:
    """The texts of these editions with any of the words, except in the `known` rows. One query for each table."""
    pattern = words.pattern
    if pattern is None or not editions:
        return []
    found: list[Mention] = []
    for name, columns in SEARCHED.items():
        table = Base.metadata.tables[name]
        likely = or_(*(_contains(table.c[column], word) for column in columns for word in sorted(words.all)))
        query = select(table.c.id, *(table.c[column] for column in columns)).where(likely, _within(table, editions))
        skipped = known.get(name, ())
        for row in db.execute(query.order_by(table.c.id)).mappings():
            if row["id"] in skipped:
                continue
            found += [
                Mention(name, row["id"], column, text) for column in columns if (text := excerpt(row[column], pattern))
            ]
    return found


def mask_mentions(db: DbSession, words: Words, found: Sequence[Mention]) -> None:
    """Mask the words in these texts, as far as they still hold them. Values in the log are emptied instead: it lets
    nothing else be done to them.
    """
    for name, ids in _ids_by_table(found).items():
        if name == "audit_value":
            _empty_values(db, ids)
        else:
            _mask_rows(db, Base.metadata.tables[name], ids, words)


def _ids_by_table(found: Sequence[Mention]) -> dict[str, list[int]]:
    ids: dict[str, list[int]] = {}
    for one in found:
        ids.setdefault(one.table, []).append(one.row_id)
    return {name: list(dict.fromkeys(some)) for name, some in ids.items()}


def _empty_values(db: DbSession, ids: Sequence[int]) -> None:
    table = Base.metadata.tables["audit_value"]
    for some in batched(ids):
        db.connection().execute(update(table).where(table.c.id.in_(some)).values(before=null(), after=null()))


def _mask_rows(db: DbSession, table: Table, ids: Sequence[int], words: Words) -> None:
    columns = [table.c[column] for column in SEARCHED[table.name]]
    for some in batched(ids):
        for row in db.execute(select(table.c.id, *columns).where(table.c.id.in_(some))).mappings().all():
            changed = _masked(table, columns, row, words)
            if changed:
                raised: dict[str, Any] = {"version": table.c.version + 1} if "version" in table.c else {}
                db.connection().execute(update(table).where(table.c.id == row["id"]).values({**changed, **raised}))


def _masked(table: Table, columns: Sequence[Column[Any]], row: RowMapping, words: Words) -> dict[str, Any]:
    """The columns that change, with their new values."""
    pattern = words.pattern
    if pattern is None:
        return {}
    masked = {one.name: mask(row[one.name], pattern) for one in columns}
    changed = {name: value for name, value in masked.items() if value != row[name]}
    changed |= {name: None if table.c[name].nullable else "" for name in changed.keys() & ADDRESSES}
    sealed = SEALED.get(table.name)
    return changed | ({"sha256": seal_of(changed[sealed])} if sealed in changed else {})


def _within(table: Table, editions: Collection[int]) -> ColumnElement[bool]:
    if table.name == "edition":
        return table.c.id.in_(editions)
    if table.name == "audit_value":
        event = Base.metadata.tables["audit_event"]
        return table.c.event_id.in_(select(event.c.id).where(event.c.edition_id.in_(editions)))
    return table.c.edition_id.in_(editions)


def _contains(column: Column[Any], word: str) -> ColumnElement[bool]:
    """In any case. JSON may be stored with other letters than ASCII escaped."""
    text = cast(column, Text)
    forms = dict.fromkeys(form for one in (word, word.lower(), word.upper()) for form in (one, json.dumps(one)[1:-1]))
    return or_(*(text.icontains(form, autoescape=True) for form in forms))
