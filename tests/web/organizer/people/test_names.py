"""Names go through form, database, list, search, mail, ticket, export and import, and stay as people wrote them.

A hundred and twenty, or with BOTH four hundred, are taken of the real list that stands beside the project, where it is
there; some of our own, of every kind that has ever been got wrong, always.
"""

from __future__ import annotations

import csv
import io
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from markupsafe import escape
from sqlalchemy import select

from forumapp.core.database.transactions import reading, transaction
from forumapp.core.files.spreadsheets import read_table
from forumapp.core.paths import ROOT
from forumapp.domain.forums.link_lifetimes import link_ends
from forumapp.domain.forums.models import Edition, EditionStatus
from forumapp.domain.importing.models import ImportRun
from forumapp.domain.mail.models import Message
from forumapp.domain.mail.render import Letter, Sender, write
from forumapp.domain.people.imports.services import State
from forumapp.domain.people.models import Person
from forumapp.domain.people.names.name_split import without_blanks, without_commas
from forumapp.domain.printing.engine.typeset import Typesetter
from forumapp.domain.printing.pdf import fonts
from forumapp.domain.printing.pdf.fonts import font_folder
from forumapp.domain.printing.queries import badge_values
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.lists.filters import Filters
from forumapp.domain.registration.lists.queries import registrations_page
from forumapp.domain.registration.models import Registration, RegistrationType
from tests import import_steps
from tests.conftest import BOTH
from tests.web.organizer.house import BY, HOME, TOKEN

if TYPE_CHECKING:
    from tests.web.organizer.house import Browser, House

REAL = ROOT.parent / "shared" / "data" / "names" / "people.csv"
FORM = "/forum/register/guest"
MANY, PAGE = 400 if BOTH else 120, 50
# Family and given name in Latin letters, the native name, and whether the family name comes first.
OWN = (
    ("Liu", "Chun", "刘春", True),
    ("SHAN", "Liwen", "单立文", True),
    ("OUYANG", "Xiu'an", "欧阳修安", True),
    ("Lü", "Ping’an", "吕平安", True),
    ("van der Berg", "Anne-Marie", "", False),
    ("O'Brien, Jr.", 'Robert "Bob"', "", False),
    ("MACDONALD", "de la Cruz y Núñez", "", False),
    ("macleod", "jane", "", False),
    ("Tai-man", "Peter CHAN", "陳大文", False),
    ("IP LAU", "Suk-yee", "葉劉淑儀", True),
    ("Smith", "John", "约翰·史密斯", False),
    ("Sukarno", "", "", False),
    ("Đặng", "Thị Ngọc", "", True),
    ("Ząbek-Łoś", "Żaneta", "", False),
    ("Wolfeschlegelsteinhausen", "Hubert Blaine", "", False),
    ("Ye", "Ji", "\U00020bb7野吉", True),
    ("Li", "Shan  Shan", "李姗姗", True),
    ("D’Angelo", "Zoë", "", False),
    ("Ma", "Yo-Yo", "马友友", False),
    ("Zhuge", "Liang", "諸葛亮", True),
    ("Lin", "Xinru", "林 心如", True),
)


@dataclass(frozen=True)
class Named:
    number: int
    family: str
    given: str
    native: str
    family_first: bool

    @property
    def email(self) -> str:
        return f"guest{self.number}@example.org"

    @property
    def latin(self) -> str:
        parts = (self.family, self.given) if self.family_first else (self.given, self.family)
        return " ".join(filter(None, parts))


def real() -> list[Named]:
    """Those with both names before the others; nobody twice."""
    with io.StringIO(REAL.read_text("utf-8-sig"), newline="") as text:
        rows = [(row["name_latin"], row["name_local"]) for row in csv.DictReader(text) if row["name_latin"]]
    rows = sorted(dict.fromkeys(rows), key=lambda row: not row[1])[:MANY]
    split = [(["", *latin.rsplit(maxsplit=1)], native) for latin, native in rows]
    return [Named(n, one[-1], one[-2], native, family_first=False) for n, (one, native) in enumerate(split)]


def opened(house: House) -> None:
    with transaction() as db:
        db.get_one(Edition, house.edition_id).status = EditionStatus.OPEN
        db.get_one(RegistrationType, house.type_id).quota = None


def sent(house: House, names: list[Named]) -> None:
    """By form, in the language of their name."""
    for language in ("en", "zh-Hans"):
        browser = house.browser()
        found = TOKEN.search(browser.get(f"{FORM}?lang={language}").text)
        assert found
        for one in names:
            if bool(one.native) is (language == "en"):
                continue
            typed = {
                "csrf_token": found[1],
                "name_script": "han" if one.native else "latin",
                "latin_family": one.family,
                "latin_given": one.given,
                "name_order": "family-first" if one.family_first else "given-first",
                "native_full": one.native,
                "email": one.email,
                "organization.en": "Bay Trading",
                "consent": "1",
            }
            answer = browser.post(FORM, data=typed)
            assert answer.status_code == 303, (one, html.fromstring(answer.text).xpath("string(//*[@role='alert'])"))


def folded(text: str) -> str:
    """As paper is read again: line ends and spaces are those of the layout, capitals those of print."""
    return "".join(text.split()).casefold()


def text_of(paper: bytes) -> str:
    return folded(subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True).stdout.decode())


def printed(names: list[Named], house: House) -> str:
    """All names as the ticket says them, in one paper."""
    values = badge_values(reading(), house.edition_id, Options())
    told = {one.registration_id: (one.latin_name, one.native_name) for one in values}
    lines = [
        f'<p><span lang="en">{escape(latin)}</span> <span lang="zh-Hans">{escape(native)}</span></p>'
        for latin, native in told.values()
    ]
    page = f'<html lang="en"><head><title>Names</title></head><body>{"".join(lines)}</body></html>'
    assert len(told) == len(names)
    return text_of(Typesetter(fonts.SANS, page, font_folder()).pdf(page, "@page { size: A4 } p { margin: 0 }"))


def as_imported(name: str) -> str:
    return without_blanks(without_commas(name))


def listed(owner: Browser, names: list[Named]) -> str:
    pages = range(1, len(names) // PAGE + 2)
    shown = (html.fromstring(owner.get(f"{HOME}/registrations?page={page}").text) for page in pages)
    return "\n".join(" ".join(cell.text_content().split()) for page in shown for cell in page.xpath("//tbody//td"))


NAMES = [
    pytest.param(lambda: [Named(n, *one) for n, one in enumerate(OWN)], id="own"),
    pytest.param(real, id="real", marks=pytest.mark.skipif(not REAL.exists(), reason="the list is not here")),
]


@pytest.mark.one_database
@pytest.mark.parametrize("of", NAMES)
def test_names_stay_as_they_were_written(house: House, owner: Browser, of: Any) -> None:
    names: list[Named] = of()
    opened(house)
    sent(house, names)

    db = reading()
    columns = (Person.email, Person.latin_family, Person.latin_given, Person.native_full, Person.name_order)
    kept = {email: tuple(rest) for email, *rest in db.execute(select(*columns).where(Person.email.like("guest%")))}
    orders = {True: "family-first", False: "given-first"}
    wanted = {one.email: (one.family, one.given, one.native, orders[one.family_first]) for one in names}
    assert kept == wanted

    shown = listed(owner, names)
    assert [one for one in names if " ".join(one.latin.split()) not in shown or one.native not in shown] == []

    by_mail = select(Person.email, Registration.id).join(Registration, Registration.person_id == Person.id)
    ids: dict[str, int] = dict(db.execute(by_mail.where(Person.email.like("guest%"))).all())
    for one in names:
        for words in filter(None, (one.latin, one.native, f"{one.family} {one.given}")):
            page = registrations_page(db, house.edition_id, Filters(search=words), size=200)
            assert ids[one.email] in [line.id for line in page.items], words

    mails = db.scalars(select(Message).where(Message.recipient.like("guest%"))).all()
    written = {}
    for mail in mails:
        values = {name: value for name, value in mail.values.items() if name != "link"}
        letter = Letter(mail.key, mail.template, mail.recipient, mail.language, values, "https://forum.example/r/x")
        written[mail.recipient] = write(letter, Sender("forum@example.org", "https://forum.example")).text
    assert [one for one in names if (one.native or one.latin) not in written[one.email]] == []

    paper = printed(names, house)
    assert [one for one in names if folded(one.latin) not in paper or folded(one.native) not in paper] == []
    for one in (names[0], names[len(names) // 2], names[-1]):
        row = db.get_one(Registration, ids[one.email])
        ends = link_ends(row.registered_at.date())
        signed = house.app.extensions["forumapp.links"].sign("registration", [row.id, row.link_number], ends=ends)
        ticket = owner.get(f"/r/{signed}/ticket.pdf")
        assert ticket.status_code == 200
        assert folded(one.latin) in text_of(ticket.data), one
        assert folded(one.native) in text_of(ticket.data), one

    exported = owner.get(f"{HOME}/registrations/export.xlsx").data
    heads = ("family name", "given name", "native name", "order of the latin name")
    out = {row.cells["attendee email"]: tuple(row.cells[name] for name in heads) for row in read_table(exported).rows}
    assert out == wanted
    page = owner.send(f"{HOME}/people/import/registrations", {"file": (io.BytesIO(exported), "guests.xlsx")}).location
    run = db.get_one(ImportRun, int(page.rpartition("/")[2]))
    lines = import_steps.plan(db, run, actor=BY["actor"])
    assert {line.state for line in lines} == {State.SAME}
    # As people whom nobody knows yet they come in as they went out, but for commas and spaces.
    read = {line.draft.values["email"]: line.draft.values for line in lines}
    parts = ("latin_family", "latin_given", "native_full", "name_order")
    come_in = {email: (*map(as_imported, names), order) for email, (*names, order) in wanted.items()}
    assert {email: tuple(one[part] for part in parts) for email, one in read.items()} == come_in
