"""What a failing statement says of itself: enough to mend it, and nothing of the people in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session as DbSession


def test_an_error_of_the_database_names_no_values(session: DbSession) -> None:
    with pytest.raises(DBAPIError) as failed:
        session.execute(text("SELECT * FROM no_such_table WHERE email = :email"), {"email": "lin.yi@example.org"})

    assert "no_such_table" in str(failed.value)
    assert "lin.yi" not in str(failed.value)
