"""`forumapp user ...` and `forumapp token ...`"""

from __future__ import annotations

import secrets

import click
from email_validator import EmailNotValidError, validate_email

from forumapp.core import clock
from forumapp.core.transactions import transaction
from forumapp.domain.accounts import services
from forumapp.domain.accounts.api_tokens import create_token
from forumapp.domain.accounts.granting import grant_role
from forumapp.domain.accounts.permissions import Role
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.queries import get_edition

COMMAND = Actor(None, Via.COMMAND)


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--edition", "slug", required=True, metavar="EDITION")
@click.option("--name", default="", help="How the person is shown; the mail address without it.")
def add(email: str, role: str, slug: str, name: str) -> None:
    """Give EMAIL a role in an edition. A new account's password is generated and printed once."""
    try:
        validate_email(email, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error
    password = secrets.token_urlsafe(12)
    now = clock.now()
    with transaction() as db:
        edition = get_edition(db, slug)
        account = services.find_account_by_email(db, email)
        is_new = account is None
        if account is None:
            account = services.create_account(
                db, email=email, name=name or email, password=password, actor=COMMAND, now=now
            )
        grant_role(db, account.id, edition.id, Role(role), actor=COMMAND, now=now)
    if is_new:
        click.echo(password)


@click.group()
def token() -> None:
    """API tokens."""


@token.command("create")
@click.argument("email")
@click.option("--name", required=True, help="What the token is for.")
def create(email: str, name: str) -> None:
    """Make a token that acts for EMAIL, and print it alone. It cannot be shown again."""
    if not name.strip():
        raise click.BadParameter("say what the token is for", param_hint="--name")
    with transaction() as db:
        account = services.get_account_by_email(db, email)
        secret = create_token(db, account, name=name, actor=COMMAND, now=clock.now())
    click.echo(secret)
