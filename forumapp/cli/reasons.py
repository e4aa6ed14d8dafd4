"""What the console says when something is refused: one line that names what was wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from forumapp.core.database.write_lock import GateStaysClosed
from forumapp.core.errors import NotFound
from forumapp.core.files.storage import is_full

if TYPE_CHECKING:
    from forumapp.core.errors import Refusal

BUSY = "the database is busy: another process is writing"


def of_refusal(refusal: Refusal) -> str:
    """'there is no edition "x"', 'languages: unknown', or the code in words with its details."""
    details = dict(refusal.details)
    if isinstance(refusal, NotFound) and "entity" in details:
        thing = str(details["entity"]).replace("_", " ")
        return f'there is no {thing} "{details["named"]}"' if "named" in details else f"there is no such {thing}"
    if refusal.fields:
        return ", ".join(f"{field}: {fault.replace('-', ' ')}" for field, fault in sorted(refusal.fields.items()))
    told = ", ".join(f"{key}: {value}" for key, value in details.items())
    words = refusal.code.replace("-", " ")
    return f"{words} ({told})" if told else words


def of_database(error: DBAPIError) -> str:
    """The driver's own line, and what to do where the tables are missing."""
    line = " ".join(str(error.orig).split())
    missing = isinstance(error, OperationalError | ProgrammingError) and any(
        words in line for words in ("no such table", "does not exist", "no such column")
    )
    return f"the database is not ready: {line}" + ("; run `forumapp db upgrade`" if missing else "")


def of_outage(error: Exception) -> str:
    """Of an outage that is waited for."""
    if is_full(error):
        return "the disk is full"
    return BUSY if isinstance(error, GateStaysClosed) else "the database is busy or cannot be reached"
