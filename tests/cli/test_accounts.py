"""Accounts and tokens from the console."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from forumapp.cli.accounts import token, user
from forumapp.core import clock
from forumapp.core.database.db import db
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import Invalid, NotFound, Refusal
from forumapp.core.paths import ROOT
from forumapp.domain.accounts.access import access_to
from forumapp.domain.accounts.models import Account, ApiToken
from forumapp.domain.accounts.queries import get_access
from forumapp.domain.accounts.sign_in.sign_ins import find_identity, start
from forumapp.domain.accounts.team.accounts import find_authentic
from forumapp.domain.accounts.tokens.services import find_token
from forumapp.domain.audit.services import Actor, Via
from tests.seeds import BY, NOW, seed, seed_delegation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result
    from flask import Flask

EMAIL = "lin@forum.example"
LIAISON = ("user", "add", EMAIL, "--role", "delegation-liaison", "--edition", "ccbf-2023")


@pytest.fixture
def edition_id(own_app: Flask) -> int:
    with transaction() as session:
        edition = seed(session, 0).edition
        for code in ("js", "hb"):
            seed_delegation(session, edition, code, [])
        return edition.id


@pytest.fixture
def run(own_app: Flask, edition_id: int) -> Callable[..., Result]:
    def invoke(group: str, *words: str) -> Result:
        return CliRunner().invoke({"user": user, "token": token}[group], words)

    return invoke


def accounts() -> dict[str, int]:
    found = {account.email: account.id for account in reading().scalars(select(Account))}
    db.session.commit()
    return found


def held(edition_id: int) -> tuple[list[str], list[str]]:
    line = get_access(reading(), edition_id, accounts()[EMAIL])
    return [role.value for role in line.roles], list(line.delegations)


def test_the_password_of_a_new_account_is_printed_alone_and_works(run: Any, edition_id: int) -> None:
    result = run("user", "add", EMAIL, "--role", "viewer", "--edition", "ccbf-2023", "--name", "Lin Hua")

    assert (result.exit_code, result.stderr, len(result.stdout.split())) == (0, "", 1)
    account = find_authentic(reading(), email=EMAIL, password=result.stdout.strip())
    assert account is not None
    assert account.name == "Lin Hua"
    assert held(edition_id) == (["viewer"], [])


def test_a_second_role_adds_to_the_first_and_prints_nothing(run: Any, edition_id: int) -> None:
    run(*LIAISON, "--delegation", "js")
    result = run("user", "add", EMAIL, "--role", "viewer", "--edition", "ccbf-2023")

    assert (result.exit_code, result.output) == (0, "")
    assert held(edition_id) == (["delegation-liaison", "viewer"], ["js"])


def test_a_liaison_is_bound_to_one_delegation_or_several(run: Any, edition_id: int) -> None:
    assert run(*LIAISON, "--delegation", "js").exit_code == 0
    assert held(edition_id) == (["delegation-liaison"], ["js"])
    assert run(*LIAISON, "--delegation", "hb", "--delegation", "js").exit_code == 0

    assert held(edition_id) == (["delegation-liaison"], ["hb", "js"])


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (LIAISON, Invalid(fields={"delegations": "liaison-of-none"})),
        ((*LIAISON, "--delegation", "nobody"), Invalid(fields={"delegations": "unknown"})),
        (
            ("user", "add", EMAIL, "--role", "viewer", "--edition", "ccbf-2023", "--delegation", "js"),
            Invalid(fields={"delegations": "only-for-liaisons"}),
        ),
        (
            ("user", "add", EMAIL, "--role", "viewer", "--edition", "nowhere"),
            NotFound(entity="edition", named="nowhere"),
        ),
        (
            ("user", "add", EMAIL, "--role", "viewer", "--edition", "ccbf-2023", "--name", "Lin\tHua"),
            Invalid(fields={"name": "not-plain"}),
        ),
        (("user", "founder", EMAIL, "--name", "Lin\nHua"), Invalid(fields={"name": "line-break"})),
        (("user", "two-factor-off", EMAIL), NotFound(entity="account", named=EMAIL)),
        (("token", "create", EMAIL, "--name", "x"), NotFound(entity="account", named=EMAIL)),
    ],
)
def test_what_is_refused_leaves_nothing_behind(run: Any, words: tuple[str, ...], refusal: Refusal) -> None:
    result = run(*words)

    assert (type(result.exception), result.stdout) == (type(refusal), "")
    assert (result.exception.fields, result.exception.details) == (refusal.fields, refusal.details)
    assert accounts() == {}


@pytest.mark.parametrize(
    "words",
    [
        ("user", "add", EMAIL, "--role", "king", "--edition", "ccbf-2023"),
        ("user", "add", "nobody", "--role", "viewer", "--edition", "ccbf-2023"),
        ("user", "add", EMAIL, "--role", "viewer"),
        ("token", "create", EMAIL),
        ("token", "create", EMAIL, "--name", "x", "--scope", "all"),
        ("token", "create", EMAIL, "--name", "x", "--expires", "tomorrow"),
        ("token", "create", EMAIL, "--name", "x", "--expires", "9999-12-31"),
    ],
)
def test_wrong_usage(run: Any, words: tuple[str, ...]) -> None:
    result = run(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr.splitlines()[-1]


def test_a_refusal_is_one_line_and_exit_status_1(own_app: Flask, edition_id: int, tmp_path: Path) -> None:
    settings = {"FORUMAPP_DATABASE_URL": own_app.config["SQLALCHEMY_DATABASE_URI"], "FORUMAPP_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "forumapp", *LIAISON, "--delegation", "nobody"]

    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout, done.stderr) == (1, "", "delegations: unknown\n")


def test_a_token_is_printed_alone_and_may_do_all_that_its_account_may(run: Any) -> None:
    run("user", "add", EMAIL, "--role", "owner", "--edition", "ccbf-2023")
    result = run("token", "create", EMAIL, "--name", "Door")

    assert (result.exit_code, result.stderr, len(result.stdout.split())) == (0, "", 1)
    found = find_token(reading(), result.stdout.strip(), now=NOW)
    assert found is not None
    row, granted = found
    assert (row.name, granted.scopes, granted.editions, row.expires_at) == ("Door", {"admin"}, None, None)


def test_who_has_left_is_out_at_once_until_the_account_is_opened_again(run: Any, edition_id: int) -> None:
    password = run("user", "add", EMAIL, "--role", "owner", "--edition", "ccbf-2023").stdout.strip()
    secret = run("token", "create", EMAIL, "--name", "Door").stdout.strip()
    account_id, now = accounts()[EMAIL], clock.now()
    with transaction() as session:
        browser = start(session, account_id, device="x", actor=BY["actor"], now=now)

    def works() -> list[bool]:
        known = find_authentic(reading(), email=EMAIL, password=password)
        signed_in = find_identity(reading(), browser, now=clock.now())
        found = [one is not None for one in (known, find_token(reading(), secret, now=NOW), signed_in)]
        # What a worker still does in their name.
        return [*found, bool(access_to(reading(), edition_id, actor=Actor(account_id, Via.PAGE)).roles)]

    assert works() == [True, True, True, True]
    assert run("user", "close", EMAIL).output == ""
    assert works() == [False, False, False, False]
    run("user", "reopen", EMAIL)
    assert works() == [True, True, False, True]


def test_a_token_is_limited_to_scopes_editions_and_days(run: Any, edition_id: int) -> None:
    run("user", "add", EMAIL, "--role", "owner", "--edition", "ccbf-2023")
    result = run(
        *("token", "create", EMAIL, "--name", "Door", "--scope", "scan", "--scope", "read"),
        *("--edition", "ccbf-2023", "--expires", "2999-01-31"),
    )

    ends = datetime(2999, 2, 1, 8, tzinfo=UTC)  # midnight in Los Angeles
    found = find_token(reading(), result.stdout.strip(), now=ends - timedelta(seconds=1))
    assert found is not None
    assert (found[1].scopes, found[1].editions) == ({"read", "scan"}, {edition_id})
    assert find_token(reading(), result.stdout.strip(), now=ends) is None


def test_a_token_that_has_ended_or_leads_nowhere_is_not_made(run: Any) -> None:
    run("user", "add", EMAIL, "--role", "owner", "--edition", "ccbf-2023")
    words = ("token", "create", EMAIL, "--name", "Door")

    past, nowhere = run(*words, "--expires", "2001-01-01"), run(*words, "--edition", "nowhere")
    broken = run("token", "create", EMAIL, "--name", "Door\x1b[2J")

    assert past.exception.fields == {"expires_at": "in-the-past"}
    assert broken.exception.fields == {"name": "not-plain"}
    assert nowhere.exception.details == {"entity": "edition", "named": "nowhere"}
    assert list(reading().scalars(select(ApiToken))) == []


def test_two_factor_sign_in_is_turned_off_for_whoever_lost_their_phone(run: Any) -> None:
    run("user", "add", EMAIL, "--role", "owner", "--edition", "ccbf-2023")
    with transaction() as session:
        session.get_one(Account, accounts()[EMAIL]).totp_since = NOW

    assert run("user", "two-factor-off", EMAIL).exit_code == 0

    assert reading().scalars(select(Account.totp_since)).one() is None
