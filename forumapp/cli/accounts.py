"""`forumapp user ...` and `forumapp token ...`"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import click
from email_validator import EmailNotValidError, validate_email

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.core.errors import Invalid
from forumapp.core.values.times import end_of_day, is_reckonable
from forumapp.domain.accounts.permissions import Role, Scope
from forumapp.domain.accounts.rules import access_faults
from forumapp.domain.accounts.sign_in import two_factor
from forumapp.domain.accounts.team import accounts
from forumapp.domain.accounts.team.roles import grant_role
from forumapp.domain.accounts.tokens.services import EVERYTHING, create_token
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.queries import get_edition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.accounts.models import Account

COMMAND = Actor(None, Via.COMMAND)


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--edition", "slug", required=True, metavar="EDITION")
@click.option("--delegation", "codes", multiple=True, metavar="CODE", help="Binds a liaison; repeatable.")
@click.option("--name", default="", help="How the person is shown; the mail address without it.")
def add(email: str, role: str, slug: str, codes: tuple[str, ...], name: str) -> None:
    """Give EMAIL a role in an edition. A new account's password is generated and printed once."""
    faults = access_faults([role], codes)
    if faults:
        raise Invalid(fields=faults)
    refuse_strange_address(email)
    now = clock.now()
    with transaction() as db:
        edition = get_edition(db, slug)
        account, password = account_of(db, email, name, now=now)
        grant_role(db, account.id, edition.id, Role(role), delegations=codes, actor=COMMAND, now=now)
    if password:
        click.echo(password)


@user.command("founder")
@click.argument("email")
@click.option("--name", default="", help="How the person is shown; the mail address without it.")
@click.option("--off", is_flag=True, help="Take it away again; the editions that the person owns stay theirs.")
def founder(email: str, name: str, off: bool) -> None:
    """Let EMAIL begin series and editions. A new account's password is generated and printed once.

    Whoever owns an edition finds all people and organizations of the registry by name, also those of other editions,
    and with this everyone can come to own one.
    """
    refuse_strange_address(email)
    now = clock.now()
    with transaction() as db:
        if off:
            account, password = accounts.get_account_by_email(db, email), None
        else:
            account, password = account_of(db, email, name, now=now)
        accounts.let_create_editions(db, account, creates=not off, actor=COMMAND, now=now)
    if password:
        click.echo(password)


def refuse_strange_address(email: str) -> None:
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error


def account_of(db: DbSession, email: str, name: str, *, now: datetime) -> tuple[Account, str | None]:
    """The account with this address. One that is made for it has the password beside it, once."""
    account = accounts.find_account_by_email(db, email)
    if account is not None:
        return account, None
    password = secrets.token_urlsafe(12)
    made = accounts.create_account(db, email=email, name=name or email, password=password, actor=COMMAND, now=now)
    return made, password


@user.command("two-factor-off")
@click.argument("email")
def two_factor_off(email: str) -> None:
    """Let EMAIL sign in with the password alone: for whoever has lost phone and recovery codes."""
    with transaction() as db:
        account = accounts.get_account_by_email(db, email)
        two_factor.take_off(db, account.id, actor=COMMAND, now=clock.now())


@user.command("close")
@click.argument("email")
def close(email: str) -> None:
    """Close the account EMAIL, of someone who has left: it is signed out everywhere, and its tokens do nothing."""
    open_or_close(email, active=False)


@user.command("reopen")
@click.argument("email")
def reopen(email: str) -> None:
    """Open the account EMAIL again, with the roles and the password that it had."""
    open_or_close(email, active=True)


def open_or_close(email: str, *, active: bool) -> None:
    with transaction() as db:
        account = accounts.get_account_by_email(db, email)
        accounts.set_active(db, account, active=active, actor=COMMAND, now=clock.now())


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice([scope.value for scope in Scope]),
    multiple=True,
    help="What it may be used for, all without it; repeatable.",
)
@click.option("--edition", "slugs", multiple=True, help="Where it acts, everywhere without it; repeatable.")
@click.option("--expires", type=click.DateTime(["%Y-%m-%d"]), help="Its last day, YYYY-MM-DD.")
def create(email: str, name: str, scopes: tuple[str, ...], slugs: tuple[str, ...], expires: datetime | None) -> None:
    """Make a token that acts for EMAIL, and print it alone. It cannot be shown again.

    It ends with its last day at the place of its edition, or in UTC where it acts in several.
    """
    if not name.strip():
        raise click.BadParameter("say what the token is for", param_hint="--name")
    if expires and not is_reckonable(expires):
        raise click.BadParameter("not within reach", param_hint="--expires")
    with transaction() as db:
        account = accounts.get_account_by_email(db, email)
        editions = [get_edition(db, slug) for slug in slugs]
        zone = editions[0].zone if len(editions) == 1 else "UTC"
        secret = create_token(
            db,
            account,
            name=name.strip(),
            scopes=scopes or EVERYTHING,
            editions=[edition.id for edition in editions] or None,
            expires_at=end_of_day(expires.date(), zone) if expires else None,
            actor=COMMAND,
            now=clock.now(),
        )
    click.echo(secret)
