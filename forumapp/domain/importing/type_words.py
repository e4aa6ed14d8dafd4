"""What a table calls the edition's registration types: "VIP ticket" is whatever somebody says it is, for the file and
for those that are brought after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from forumapp.core.values.text import fold
from forumapp.domain.importing.models import ImportKind, ImportRun

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session as DbSession

    from forumapp.core.files.spreadsheets import TableRow
    from forumapp.domain.registration.spreadsheets.rows import Form

# A column with more words than this is no column of types.
MOST_WORDS = 50
_LOOKED_AT = 20


def own_words(forms: Iterable[Form]) -> dict[str, Form]:
    """Types by their codes and names, folded."""
    return {fold(word): form for form in reversed(list(forms)) for word in (*form.name.values(), form.code)}


def with_words(forms: Sequence[Form], said: Mapping[str, str]) -> dict[str, Form]:
    """And by what `said` calls them."""
    by_code = {form.code: form for form in forms}
    return {**{fold(word): by_code[code] for word, code in said.items() if code in by_code}, **own_words(forms)}


def strange_words(rows: Iterable[TableRow], mapping: Mapping[str, str], forms: Iterable[Form]) -> list[str]:
    """What stands in the column of types and names none of them, in the order of the file, each once; none where there
    are too many.
    """
    heading = next((heading for heading, meant in mapping.items() if meant == "type"), None)
    if heading is None:
        return []
    known, found = own_words(forms), dict[str, str]()
    for row in rows:
        cell = row.cells.get(heading, "").strip()
        if cell and (word := fold(cell)) not in known:
            found.setdefault(word, cell)
        if len(found) > MOST_WORDS:
            return []
    return list(found.values())


def words_said_before(db: DbSession, edition_id: int, codes: Collection[str]) -> dict[str, str]:
    """As in the last table of the edition for which something was said."""
    query = select(ImportRun.settings).filter_by(edition_id=edition_id, kind=ImportKind.REGISTRATIONS)
    before = db.scalars(query.order_by(ImportRun.id.desc()).limit(_LOOKED_AT))
    last: Mapping[str, str] = next((one["types"] for one in before if one.get("types")), {})
    return {word: code for word, code in last.items() if code in codes}
