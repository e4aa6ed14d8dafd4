"""From a mail's words and values to the mail itself, in its reader's language. Needs no database.

What organizers may word themselves has placeholders alone (`wording.py`), which are filled and never run. The other
mails are templates: `templates/mail/NAME.LANGUAGE.txt` holds the subject in its first line and the text below it. The
HTML part is made from the same text, so that the two never differ.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_location
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from forumapp.core.values.text import LANGUAGES, pick
from forumapp.domain.mail.folding import POLICY
from forumapp.domain.mail.placeholders import Placeholder, filled, filled_line, put_in, spaced
from forumapp.domain.mail.rules import greeted
from forumapp.domain.mail.wording import MAILING, MAILS, STATES, MailKind, Wording, default_wording

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LANGUAGE = "en"
NOTHING = Wording("", "")
NAME = re.compile(r"[a-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Sender:
    """The house from which mail comes: its address, and where its pages are."""

    address: str
    base_url: str

    @property
    def host(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be written to whom. `link` is the reader's own page, already signed.

    `values` may hold `name`, `edition_slug`, `code`, `queue_number`, the forum's first and last day as ISO dates
    (`starts_on`, `ends_on`), and texts in several languages. `own` is how the edition itself words it, by language.
    """

    key: str
    template: str
    recipient: str
    language: str
    values: Mapping[str, Any]
    link: str = ""
    own: Mapping[str, Wording] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    # Where one click ends what is sent to many.
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A mail's words as they are read, of which its two parts are made."""

    language: str
    subject: str
    text: str

    @property
    def paragraphs(self) -> list[list[str]]:
        """Of lines."""
        blocks = re.split(r"\n\s*\n", self.text)
        return [block.strip().splitlines() for block in blocks if block.strip()]


def render(letter: Letter, sender: Sender, *, now: datetime) -> EmailMessage:
    """Raises jinja2.TemplateError when there is no such template, or when a value that it needs is missing."""
    written = write(letter, sender)
    mail = EmailMessage(policy=POLICY)
    mail["Subject"] = written.subject
    forum = pick(letter.values.get("edition_name") or {}, written.language)
    mail["From"] = Address(on_one_line(forum), addr_spec=sender.address)
    mail["To"] = letter.recipient
    mail["Date"] = format_datetime(now)
    # The same for each try, so that a mail that was sent twice is recognized as one.
    mail["Message-ID"] = f"<{hashlib.sha256(letter.key.encode()).hexdigest()[:32]}@{sender.host}>"
    mail["Auto-Submitted"] = "auto-generated"
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(written.text + "\n")
    mail.add_alternative(_html_of(written, sender), subtype="html")
    for one in letter.attachments:
        kind, _, subtype = one.media_type.partition("/")
        mail.add_attachment(one.content, maintype=kind, subtype=subtype, filename=one.name)
    mail["Content-Language"] = written.language  # last, or it would move to the first part with its content's headers
    return mail


def write(letter: Letter, sender: Sender) -> Written:
    """What the mail says. Raises as `render` does."""
    language = letter.language if letter.language in LANGUAGES else DEFAULT_LANGUAGE
    if letter.template == MAILING and language not in letter.own:  # of a forum that has the other language alone
        language = next(iter(letter.own), language)
    values = {key: pick(value, language) if is_text(value) else value for key, value in letter.values.items()}
    values |= {
        "when": _days(letter.values.get("starts_on"), letter.values.get("ends_on"), language),
        "place": values.get("place") or "",
        "answer_by": _days(letter.values.get("answer_by"), None, language),
        "name": greeted(str(letter.values.get("name") or "")),
        "until": _moment(letter.values.get("until"), letter.values.get("zone", "UTC"), language),
        "link": letter.link,
        "edition_link": f"{sender.base_url}/{letter.values.get('edition_slug', '')}?lang={language}",
    }
    if letter.template in {*MailKind, MAILING}:
        return _worded(letter, language, _placed(values, language))
    subject, _, text = _text_of(letter.template, language, values).strip().partition("\n")
    return Written(language, on_one_line(subject), text.strip())


def _worded(letter: Letter, language: str, values: Mapping[str, str]) -> Written:
    """In the edition's own words, and in ours where it has none."""
    own, ours = letter.own.get(language, NOTHING), NOTHING
    if letter.template != MAILING:
        ours = default_wording(MailKind(letter.template), language)
    subject = on_one_line(filled_line(own.subject or ours.subject, values))
    if letter.values.get("test"):
        subject = f"［测试］{subject}" if language.startswith("zh") else f"[Test] {subject}"
    text = filled(own.text or ours.text, values)
    if letter.unsubscribe:
        way = "如不希望再收到此类邮件，请打开：" if language.startswith("zh") else "To get no more mail from us, open:"
        text = f"{text}\n\n{way}\n{letter.unsubscribe}"
    return Written(language, subject, text)


def _placed(values: Mapping[str, Any], language: str) -> dict[str, str]:
    """What the placeholders stand for."""
    name, in_chinese = values["name"], language.startswith("zh")
    chinese, english = f"{name}，您好：" if name else "您好：", f"Dear {name or 'guest'},"
    found = {
        Placeholder.GREETING: chinese if in_chinese else english,
        Placeholder.NAME: name or ("嘉宾" if in_chinese else "guest"),
        Placeholder.FORUM: values.get("edition_name"),
        Placeholder.TYPE: values.get("type_name"),
        Placeholder.DATES: values["when"],
        Placeholder.PLACE: values["place"],
        Placeholder.CODE: values.get("code"),
        Placeholder.NUMBER: values.get("queue_number"),
        Placeholder.UNTIL: values["until"],
        Placeholder.LINK: values["link"],
        Placeholder.FORUM_LINK: values["edition_link"],
        Placeholder.OFFICE: values.get("proof_name"),
        Placeholder.ANSWER_BY: values["answer_by"],
        Placeholder.MISSING: values.get("missing"),
        Placeholder.OTHERS: values.get("apart"),
        Placeholder.AGENDA_VERSION: values.get("agenda_version"),
        Placeholder.FOR_WHOM: _for_whom(name if values.get("passed_on") else "", language),
    }
    lines = {key.value: on_one_line(str(value)) if value else "" for key, value in found.items()}
    wrapped = {
        Placeholder.WORDS: values.get("greeting"),
        Placeholder.PEOPLE: values.get("people"),
        Placeholder.PARTS: values.get("parts"),
        Placeholder.CHANGES: values.get("changes"),
        Placeholder.NOTE: values.get("note"),
    }
    if values.get("group"):
        wrapped[Placeholder.PEOPLE] = _group(values["group"], language)
    return {**lines, **{key.value: str(value or "") for key, value in wrapped.items()}}


def _for_whom(name: str, language: str) -> str:
    """Whose the link is. Mail about someone without an address of their own goes to whoever looks after them."""
    if language.startswith("zh"):
        others = filled_line("以上内容供{name}本人使用；如您并非本人，请转交{name}，勿转发他人。", {"name": name})
        return others if name else "该链接仅供您本人使用，请勿转发。"
    others = f"This is for {name}: if that is not you, please pass it on to them, and to nobody else."
    return others if name else "The link is meant for you alone; please do not pass it on."


def _group(people: list[list[str]], language: str) -> str:
    """A line for each, with how they stand."""
    between = "：" if language.startswith("zh") else ": "
    return "\n".join(f"{name}{between}{STATES.get(status, {}).get(language, status)}" for name, status in people)


def _days(first: str | None, last: str | None, language: str) -> str:
    """ISO dates as the reader writes them: "May 22, 2023", "2023年5月22日至2023年5月23日"."""
    days = dict.fromkeys(day for day in (first, last) if day)
    texts = [format_date(date.fromisoformat(day), "long", locale=language.replace("-", "_")) for day in days]
    return ("至" if language.startswith("zh") else " to ").join(texts)


def _moment(instant: str | None, zone: str, language: str) -> str:
    """An instant on the clocks of the forum: "May 20, 2023, 3:00 PM (Los Angeles time)"."""
    if instant is None:
        return ""
    locale, there = language.replace("-", "_"), datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))
    city = get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True)
    day, hour = format_date(there, "long", locale=locale), format_time(there, "short", locale=locale)
    return f"{day} {hour}（{city}时间）" if language.startswith("zh") else f"{day}, {hour} ({city} time)"


def on_one_line(text: str) -> str:
    return " ".join(text.split())


def is_text(value: object) -> bool:
    return isinstance(value, dict) and set(value) <= {"en", "zh-Hans", "zh-Hant"}


@cache
def _environment(*, html: bool) -> Environment:
    """Of its own, not the site's: no request, no helpers of pages, and a missing value is an error."""
    return Environment(
        loader=FileSystemLoader(MAILS),
        autoescape=html,  # noqa: S701 (the text part is no HTML; `_html_of` escapes it)
        undefined=StrictUndefined,
        finalize=None if html else put_in,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _text_of(template: str, language: str, values: Mapping[str, Any]) -> str:
    if not NAME.fullmatch(template):
        raise ValueError(f"not a mail template: {template}")
    names = [f"{template}.{language}.txt", f"{template}.{DEFAULT_LANGUAGE}.txt"]
    return spaced(_environment(html=False).select_template(names).render(values))


def _html_of(written: Written, sender: Sender) -> str:
    template = _environment(html=True).get_template("layout.html")
    paragraphs = paragraphs_of(written, sender)
    return template.render(paragraphs=paragraphs, subject=written.subject, language=written.language)


def paragraphs_of(written: Written, sender: Sender) -> list[Markup]:
    return [Markup("<br>\n").join(_linked(line, sender) for line in lines) for lines in written.paragraphs]


def _linked(line: str, sender: Sender) -> Markup:
    """Only addresses of our own become links; what people wrote about themselves never does."""
    words = [
        Markup('<a href="{0}">{0}</a>').format(word) if word.startswith(f"{sender.base_url}/") else escape(word)
        for word in line.split(" ")
    ]
    return Markup(" ").join(words)
