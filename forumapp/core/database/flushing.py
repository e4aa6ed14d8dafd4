"""Sends a session's changes to the database, and turns what its constraints refuse into refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from forumapp.core.errors import AlreadyExists, Invalid, Refusal, Stale

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession

UNIQUE_VIOLATION = "23505"


def flush(db: DbSession) -> None:
    """Raises AlreadyExists, Invalid or Stale. The transaction is lost then, as with every refusal."""
    try:
        db.flush()
    except StaleDataError as error:
        raise Stale from error
    except IntegrityError as error:
        raise refusal_for(error) from error
    except DataError as error:
        raise Invalid from error


def refusal_for(error: IntegrityError) -> Refusal:
    """The refusal that a broken constraint means; `constraint` names it or, on SQLite, its columns."""
    driver = error.orig
    state = getattr(driver, "sqlstate", None)
    text = str(driver)
    unique = state == UNIQUE_VIOLATION or text.startswith("UNIQUE constraint failed")
    diagnosis = getattr(driver, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or text.rpartition(": ")[2]
    return AlreadyExists(constraint=name) if unique else Invalid(constraint=name)
