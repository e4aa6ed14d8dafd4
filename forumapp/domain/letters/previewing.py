"""A mail as it would be read, by someone who is registered or by a guest who is not there."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from forumapp.domain.letters.queries import wordings
from forumapp.domain.mail.render import Letter, Sender, Written, paragraphs_of, write
from forumapp.domain.registration.emails import Letter as About
from forumapp.domain.registration.emails import letters_about
from forumapp.domain.registration.lifecycle.reminders import WORDS, describe_missing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.forums.models import Edition

# What the link of a preview says: a real one would open someone's page to whoever looks over a shoulder.
HIDDEN_LINK = "r/…"
GUEST = {"en": "Guest", "zh-Hans": "嘉宾"}
PEOPLE = "刘春 LIU Chun\nhttps://…\n\n林艺 LIN Yi\nhttps://…"
PARTS = {"en": "May 22 09:00, Opening session", "zh-Hans": "5月22日 09:00　开幕式"}
CHANGES = {
    "en": "“Opening”\nMoved from Mon 22 May 09:00–10:00 to Mon 22 May 09:30–10:30.",
    "zh-Hans": "【开幕式】\n由5月22日 周一 09:00–10:00改为5月22日 周一 09:30–10:30。",
}
NOTE = {"en": "The minister arrives later than planned.", "zh-Hans": "部长抵达时间有调整。"}
OFFICE = {"en": "Example Chamber of Commerce", "zh-Hans": "示例商会"}


def preview(
    db: DbSession,
    edition: Edition,
    kind: str,
    typed: Mapping[str, Mapping[str, str]],
    *,
    registration_id: int | None,
    language: str,
    sender: Sender,
) -> tuple[Written, list[Markup]]:
    """The mail with `typed` as its "subject" and "text" by language, of which the default stands for what is empty."""
    values = {**example(edition), **_values_of(db, registration_id, language)}
    link = f"{sender.base_url}/{HIDDEN_LINK}"
    own = wordings(typed["subject"], typed["text"])
    written = write(Letter("", kind, "", language, values, link, own), sender)
    return written, paragraphs_of(written, sender)


def _values_of(db: DbSession, registration_id: int | None, language: str) -> dict[str, Any]:
    """Of what their mail would say, what is there."""
    found = None if registration_id is None else letters_about(db, [registration_id]).get(registration_id)
    return {} if found is None else {key: value for key, value in found.values_in(language).items() if value}


def example(edition: Edition) -> dict[str, Any]:
    """Something for each placeholder, so that no line is left out."""
    last_day = datetime.combine(edition.starts_on - timedelta(days=1), time(17), tzinfo=ZoneInfo(edition.zone))
    about = About(
        registration_id=0,
        link_number=1,
        edition_id=edition.id,
        edition_slug=edition.slug,
        edition_name=edition.name,
        starts_on=edition.starts_on,
        ends_on=edition.ends_on,
        place=edition.place,
        is_open=True,
        type_name=GUEST,
        name="",
        recipient="",
        language="en",
        short="K7MQ2RXD",
        queue_number=3,
        zone=edition.zone,
        offer_ends_at=last_day,
    )
    last = edition.starts_on - timedelta(days=14)
    more = {
        "proof_name": OFFICE,
        "greeting": "",
        "answer_by": last.isoformat(),
        "people": PEOPLE,
        "apart": 2,
        "agenda_version": 2,
    }
    agenda = {"parts": PARTS, "changes": CHANGES, "note": NOTE}
    return {**about.values, **more, **agenda, "missing": describe_missing(list(WORDS))}
