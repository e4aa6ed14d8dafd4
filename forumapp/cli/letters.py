"""`forumapp issue ...`: formal letters with a serial, which `forumapp print` then prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from forumapp.cli.printing import Blocked, in_words
from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.errors import refuse_faults
from forumapp.domain.audit.models import Via
from forumapp.domain.audit.services import Actor
from forumapp.domain.forums.queries import get_edition
from forumapp.domain.printing.checks.edition_checks import of_paper
from forumapp.domain.printing.letters.issued_letters import KINDS
from forumapp.domain.printing.letters.queries import Selection
from forumapp.domain.printing.letters.services import issue_letters
from forumapp.domain.printing.models import FORMAL, Paper
from forumapp.domain.printing.paper.blocking_findings import FindingsBlock
from forumapp.domain.printing.paper.layout import Finding
from forumapp.domain.printing.rules import fault_of_anyway

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forumapp.core.config import Config


@click.command()
@click.argument("paper", type=click.Choice([one.value for one in FORMAL]))
@click.argument("edition")
@click.option("--type", "type_code", metavar="CODE", help="Only to this registration type.")
@click.option("--delegation", metavar="CODE", help="Only to this delegation, with its parts.")
@click.option("--registration", type=int, metavar="ID", help="Only to this person.")
@click.option("--invited", is_flag=True, help="Invitations to those who were invited and have not answered.")
@click.option("--language", metavar="en,zh-Hans", help="The languages of the letters; the first one leads.")
@click.option("--anyway", metavar="WHY", help="Issue in spite of findings that block; why, for the log.")
@click.option("--despite", metavar="MARK", help="Of the findings that block and were seen, as the refusal tells it.")
@click.pass_obj
def issue(
    _config: Config,
    /,
    paper: str,
    edition: str,
    *,
    type_code: str | None,
    delegation: str | None,
    registration: int | None,
    invited: bool,
    language: str | None,
    anyway: str | None,
    despite: str | None,
) -> None:
    """Give everyone of EDITION who is chosen, and has none, a letter with the next serial."""
    refuse_faults({"anyway": fault_of_anyway(anyway) if anyway else None})
    found = get_edition(reading(), edition)
    kind = KINDS[Paper(paper)]
    chosen = Selection(kind, invited, type_code, delegation, registration)
    languages = tuple(language.split(",")) if language else ()
    by: Any = {"anyway": anyway, "despite": despite, "actor": Actor(None, Via.COMMAND), "now": clock.now()}
    try:
        with transaction() as db:
            issued = issue_letters(db, found, chosen, languages=languages, **by)
            rows, findings = issued.letters, issued.findings
            told = f"issued {len(rows)}: {rows[0].serial} to {rows[-1].serial}"
    except FindingsBlock as refusal:
        findings = [Finding.from_plain(one) for one in refusal.details["findings"]]
        _tell(findings)
        raise Blocked(findings, despite) from None
    _tell(findings)
    click.echo(told)


def _tell(findings: Sequence[Finding]) -> None:
    for one in findings:
        click.echo(in_words(of_paper(one)), err=True)
