"""From an empty machine to a first sign-in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from forumapp.cli.accounts import user
from forumapp.cli.first_run import init
from forumapp.core.database.transactions import reading, transaction
from forumapp.domain.accounts.access import may_create_editions
from forumapp.domain.accounts.team.accounts import find_account_by_email, find_authentic
from forumapp.domain.audit.services import Actor, Via
from forumapp.domain.forums.editions.services import begin_series, create_edition
from forumapp.domain.forums.queries import find_edition, has_editions
from tests.domain.conftest import BY, edition_values

if TYPE_CHECKING:
    from click.testing import Result
    from flask import Flask

    from forumapp.domain.accounts.models import Account

EMAIL = "founder@forum.example"


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(init, words, obj=app.extensions["forumapp.config"])


def creates(email: str) -> bool:
    account = find_account_by_email(reading(), email)
    allowed = account is not None and may_create_editions(reading(), actor=Actor(account.id, Via.PAGE))
    reading().rollback()
    return allowed


@pytest.mark.both_databases
def test_without_the_sample_there_is_an_account_that_may_begin_and_nothing_else(own_app: Flask) -> None:
    first = run(own_app, "--empty")

    sign_in = re.search(r"sign-in: (\S+) / (\S+)", first.output)
    assert sign_in, first.output
    assert find_authentic(reading(), email=sign_in[1], password=sign_in[2])
    reading().rollback()
    assert creates(sign_in[1])
    assert not has_editions(reading())
    assert run(own_app, "--empty").output == first.output


def test_a_forum_of_ones_own_is_not_joined_by_the_sample(own_app: Flask) -> None:
    run(own_app, "--empty")
    with transaction() as db:
        series = begin_series(db, {"en": "Pacific Forum"}, 2024, **BY)
        create_edition(db, edition_values(series, slug="pf-2024", ordinal=1), **BY)

    assert run(own_app).exit_code == 0

    assert find_edition(reading(), "ccbf-2023") is None


def account(email: str) -> Account:
    found = find_account_by_email(reading(), email)
    assert found
    return found


@pytest.mark.usefixtures("own_app")
def test_a_founder_is_named_from_the_console_and_no_longer_one_when_it_is_taken_away() -> None:
    made = CliRunner().invoke(user, ["founder", EMAIL, "--name", "Fei"])
    assert (made.exit_code, len(made.stdout.split()), creates(EMAIL)) == (0, 1, True)
    assert account(EMAIL).name == "Fei"
    assert find_authentic(reading(), email=EMAIL, password=made.stdout.strip())
    reading().rollback()

    again = CliRunner().invoke(user, ["founder", EMAIL])
    assert (again.exit_code, again.stdout, creates(EMAIL)) == (0, "", True)

    off = CliRunner().invoke(user, ["founder", EMAIL, "--off"])
    assert (off.exit_code, off.stdout, creates(EMAIL)) == (0, "", False)


@pytest.mark.usefixtures("own_app")
@pytest.mark.parametrize("words", [["nobody", "--off"], ["not an address"]])
def test_what_is_no_account_or_no_address_is_refused(words: list[str]) -> None:
    assert CliRunner().invoke(user, ["founder", *words]).exit_code != 0
