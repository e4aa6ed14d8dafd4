"""Publishing the agenda, the differences between versions, and the people they concern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import marshmallow as ma
from flask import current_app

from forumapp.api.blueprint import ApiBlueprint
from forumapp.api.paging import PageQuery, SearchQuery
from forumapp.api.v1.program.agenda import VersionLineSchema
from forumapp.api.v1.shapes import With
from forumapp.core.errors import NotFound
from forumapp.core.values.numbers import LARGEST_ID
from forumapp.core.values.paging import Page, page_of
from forumapp.core.values.text import LANGUAGES
from forumapp.domain.accounts.permissions import Permission
from forumapp.domain.agenda.publishing.refusals import Seen
from forumapp.domain.mail.render import Sender
from forumapp.domain.printing.wording.agenda_changes import in_words
from forumapp.domain.publishing import letters, queries, recipients, services
from forumapp.schemas.choices import ChangeKind, TellingStatus
from forumapp.schemas.fields import PARAGRAPHS, Bilingual, Choice, Flag, Id, Part, Shape, Text, WholeNumber

if TYPE_CHECKING:
    from forumapp.api.auth import Call
    from forumapp.core.config import Config
    from forumapp.domain.agenda.content.diff import Change, Difference
    from forumapp.domain.agenda.models import AgendaVersion
    from forumapp.domain.mail.render import Written
    from forumapp.domain.publishing.recipients import Recipient

VERSIONS = "/editions/<slug:edition>/agenda-versions"

blueprint = ApiBlueprint(
    "Publishing", __name__, description="Versions of the agenda, their differences, and who is notified."
)


class NewVersionSchema(Shape):
    label = Text(longest=100, load_default="")
    note = Bilingual(longest=PARAGRAPHS, load_default=dict)
    reason = Text(
        longest=500,
        load_default="",
        metadata={"description": "Why it is published although someone or some room is in two sessions at once."},
    )
    tell = ma.fields.Boolean(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Whether everyone concerned gets one mail. By default they do, but not of a "
            "first version, nor where an earlier one is published again."
        },
    )
    again = WholeNumber(
        least=1,
        load_default=None,
        allow_none=True,
        metadata={"description": "The version whose content is published anew; otherwise the agenda as it stands is."},
    )
    based_on = WholeNumber(
        least=0,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The number of the latest version that is known, 0 for none. Where another was published "
            "since, nothing is, and the answer is 409 with the code published-meanwhile. With it one may publish "
            "what that version holds once more; otherwise that is refused with 409 and the code nothing-new."
        },
    )


class TellingSchema(Shape):
    status = Choice(TellingStatus, required=True)
    total = WholeNumber(
        required=True, allow_none=True, metadata={"description": "Of how many people, once a worker has begun."}
    )
    without_address = WholeNumber(required=True)
    states = ma.fields.Dict(
        keys=ma.fields.String(), values=WholeNumber(), metadata={"description": "How many mails are in which state."}
    )


class RecipientSchema(Shape):
    person_id = Id(required=True)
    name = Bilingual(needed=True)
    language = ma.fields.String(required=True)
    has_address = Flag(required=True)
    session_ids = ma.fields.List(Id(), required=True, metadata={"description": "What the mail is about."})


class MailPreviewSchema(Shape):
    """A mail as one person would read it."""

    language = Text(required=True)
    subject = ma.fields.String(required=True)
    text = ma.fields.String(required=True)


class AgainQuery(Shape):
    again = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(1, LARGEST_ID, error="out-of-range"),
        metadata={"description": "Were this version published anew; otherwise, were the agenda as it stands."},
    )


class RecipientQuery(SearchQuery, AgainQuery):
    pass


class SinceQuery(PageQuery):
    since = ma.fields.Integer(
        load_default=None,
        validate=ma.validate.Range(0, LARGEST_ID, error="out-of-range"),
        metadata={"description": "The version it is compared with: the one before it, if none is named; 0 is nothing."},
    )


class AgendaChangeSchema(Shape):
    kind = Choice(ChangeKind, required=True)
    before = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        allow_none=True,
        metadata={
            "description": "What stood there, as the kind says: a place, of a new session with its people and items; a "
            "person's part with their office; people, each with what has changed of their office and biography; an "
            "item; or fields, with how the room is called and whether the press is let in, if these are among them."
        },
    )
    after = ma.fields.Dict(keys=ma.fields.String(), required=True, allow_none=True)
    words = Bilingual(needed=True, metadata={"description": "The same as a sentence."})


class ChangedSessionSchema(Shape):
    session_id = Id(required=True)
    code = ma.fields.String(required=True)
    title = Bilingual()
    changes = ma.fields.List(Part(AgendaChangeSchema), required=True)


@blueprint.creates(VERSIONS, NewVersionSchema, VersionLineSchema, located_by="number", needs=Permission.PUBLISH_AGENDA)
def publish_agenda(call: Call, values: dict[str, Any], edition: str) -> AgendaVersion:
    """Publish the current agenda, or an earlier version again. Refused with blocking findings unless a reason is given;
    if no session has a time (agenda-empty); if another version was published since the one it is based on; and, if it
    names none, when the latest version is the same.
    """
    based_on = values.pop("based_on")
    # A request without a version cannot know that another one published the same a moment before.
    options = {**values, "seen": None if based_on is None else Seen(based_on), "only_new": based_on is None}
    return services.publish(call.db, call.edition(edition).id, **options, actor=call.actor, now=call.now)


@blueprint.reads(f"{VERSIONS}/<number:number>/telling", TellingSchema, needs=Permission.SEE_AGENDA)
def read_agenda_telling(call: Call, edition: str, number: int) -> With:
    """Progress of notifying the people a version concerns. 404 where nobody was to be notified."""
    telling = queries.find_telling(call.db, call.edition(edition).id, number)
    if telling is None:
        raise NotFound(entity="agenda_telling")
    return With(telling.row, states=dict(telling.states))


@blueprint.lists(
    "/editions/<slug:edition>/agenda-recipients",
    RecipientSchema,
    query=RecipientQuery,
    needs=Permission.PUBLISH_AGENDA,
)
def list_agenda_recipients(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """Who would get a mail if the current agenda, or an earlier version again, were published."""
    edition_id = call.whole_edition(edition).id
    which: dict[str, Any] = {"search": query["q"], "number": query["page"], "size": query["page_size"]}
    page = recipients.list_recipients(call.db, edition_id, **which, again=query["again"], actor=call.actor)
    return page.of([_recipient(item) for item in page.items])


@blueprint.reads(
    "/editions/<slug:edition>/agenda-recipients/<id:person_id>",
    MailPreviewSchema,
    query=AgainQuery,
    needs=Permission.PUBLISH_AGENDA,
)
def preview_agenda_mail(call: Call, query: dict[str, Any], edition: str, person_id: int) -> Written:
    """The mail to one recipient, in their language. The note written when publishing is added."""
    edition_row = call.whole_edition(edition)
    one, number = recipients.get_recipient(call.db, edition_row.id, person_id, again=query["again"], actor=call.actor)
    config: Config = current_app.extensions["forumapp.config"]
    sender = Sender(config.mail_from, config.base_url)
    return letters.previewed(call.db, edition_row, one, number, sender=sender)[0]


@blueprint.lists(f"{VERSIONS}/<number:number>/changes", ChangedSessionSchema, query=SinceQuery, public=True)
def list_agenda_changes(call: Call, query: dict[str, Any], edition: str, number: int) -> Page[dict[str, Any]]:
    """The differences between a version and an earlier one: all of them for those who may see the draft, for everyone
    else the public ones.
    """
    edition_id = call.visible_edition(edition).id
    compared = queries.version_compared(call.db, edition_id, number, query["since"])
    whole = call.access(edition_id).allows(Permission.SEE_AGENDA)
    differences = compared.differences if whole else compared.public_differences
    return _page(differences, query)


@blueprint.lists(
    "/editions/<slug:edition>/agenda-changes", ChangedSessionSchema, query=PageQuery, needs=Permission.SEE_AGENDA
)
def list_unpublished_changes(call: Call, query: dict[str, Any], edition: str) -> Page[dict[str, Any]]:
    """What the next version would change if the current agenda were published."""
    return _page(queries.working_compared(call.db, call.edition(edition).id).differences, query)


def _recipient(recipient: Recipient) -> dict[str, Any]:
    return {
        "person_id": recipient.person_id,
        "name": recipient.name.texts,
        "language": recipient.language,
        "has_address": bool(recipient.email),
        "session_ids": [notice.difference.id for notice in recipient.notices],
    }


def _page(differences: list[Difference], query: dict[str, Any]) -> Page[dict[str, Any]]:
    page = page_of(differences, number=query["page"], size=query["page_size"])
    return page.of([_shown(item) for item in page.items])


def _shown(difference: Difference) -> dict[str, Any]:
    changes = [_change(change) for change in difference.changes]
    return {"session_id": difference.id, "code": difference.code, "title": difference.title, "changes": changes}


def _change(change: Change) -> dict[str, Any]:
    words = {language: in_words(change, language) for language in LANGUAGES}
    return {"kind": change.kind, "before": change.before, "after": change.after, "words": words}
