"""A door with a device and people with badges, and a browser whose camera sees a picture of one."""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pypdfium2
from PIL import Image, ImageFilter
from sqlalchemy import select

from forumapp.core import clock
from forumapp.core.database.transactions import transaction
from forumapp.domain.checkin.setup.checkpoints import create_checkpoint
from forumapp.domain.checkin.setup.devices import add_device
from forumapp.domain.forums.models import Edition
from forumapp.domain.printing.badges.printer import BadgePrinter
from forumapp.domain.printing.paper.stocks import STOCKS
from forumapp.domain.printing.queries import badge_values, edition_head
from forumapp.domain.printing.rules import Options
from forumapp.domain.registration.models import Registration
from tests.chromium import find_headless_shell
from tests.domain.registering import HOUSE, applicant, make_edition, make_type, sign_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from sqlalchemy.orm import Session as DbSession

    from forumapp.domain.printing.paper.documents import BadgeValues

STATION = "/checkin/forum-2023"
# The page is there without the network once its worker keeps it.
IS_KEPT = """async () => {
    const ready = await navigator.serviceWorker.ready;
    return ready.active && (await caches.match("/checkin/forum-2023"));
}"""
OPEN = """
    const db = await new Promise((good) => (indexedDB.open("checkin").onsuccess = (event) => good(event.target.result)));
    const wait = (request) => new Promise((good) => (request.onsuccess = () => good(request.result)));
    const store = (name) => db.transaction(name, "readwrite").objectStore(name);
    const all = (name) => wait(store(name).getAll());
"""
KNOWN = f"async () => {{ {OPEN} return (await all('people')).length; }}"
PEOPLE = [
    ("Liu", "Chun", "刘春", "zh-Hans"), ("Wang", "Xiaoming", "王小明", "zh-Hans"), ("Chiang", "Hou", "蔣後", "zh-Hant"),
    *((f"Guest{number}", "Ann", "", "") for number in range(9)),
]  # fmt: skip
FRAME = (1280, 720)
PER_SECOND = 30  # pictures
# As a badge is held before a camera: its QR takes a fifth of the height, leans, is seen from the side, out of focus.
WIDE, LEANS, FOCUS = 400, 17, 1.6
ASIDE = (1, 0.12, -20, 0.04, 1, -10, 0.0002, 0.0001)


@dataclass(frozen=True)
class Door:
    """An edition `forum-2023` with a main door; the pairing code of its one device, and the badges of twelve people."""

    edition_id: int
    checkpoint_id: int
    pairing_code: str
    badges: list[BadgeValues]

    def sign_in(self, page: Page, code: str = "") -> None:
        """From the station's page, where a device is asked for its code."""
        page.fill("input[name=code]", code or self.pairing_code)
        with page.expect_navigation():
            page.click(".sign-in button")

    def another(self, name: str, checkpoint_id: int | None = None) -> str:
        """The pairing code of one more device."""
        with transaction() as db:
            said = {"checkpoint_id": checkpoint_id or self.checkpoint_id, "name": name}
            return add_device(db, self.edition_id, said, actor=HOUSE, now=clock.now())[1]


def open_door(db: DbSession) -> Door:
    edition_id = make_edition(db)
    by: dict[str, Any] = {"actor": HOUSE, "now": clock.now()}
    make_type(db, edition_id, color="#8a1c4a")
    for number, (family, given, native, language) in enumerate(PEOPLE):
        names = {"latin_family": family, "latin_given": given}
        if native:
            names |= {"native_full": native, "native_language": language, "name_order": "family-first"}
        sign_up(db, edition_id, applicant(number, **names))
    door = create_checkpoint(db, edition_id, {"kind": "door", "name": {"en": "Main door", "zh-Hans": "正门"}}, **by)
    _row, code = add_device(db, edition_id, {"checkpoint_id": door.id, "name": "Phone 1"}, **by)
    order = list(db.scalars(select(Registration.id).order_by(Registration.id)))
    badges = sorted(badge_values(db, edition_id, Options()), key=lambda one: order.index(one.registration_id))
    return Door(edition_id, door.id, code, badges)


def photographed(db: DbSession, badge: BadgeValues) -> Image.Image:
    """The badge as it is printed, drawn, leaning, a little from the side and out of focus, as a camera would see it."""
    head = edition_head(db, db.scalars(select(Edition)).one(), Options())
    pdf = BadgePrinter(head, STOCKS["a6"], [badge]).pages([badge])
    page = pypdfium2.PdfDocument(pdf)[0]
    drawn = page.render(scale=WIDE / page.get_width()).to_pil().convert("RGB")
    frame = Image.new("RGB", FRAME, "#6b665e")
    frame.paste(drawn, ((FRAME[0] - drawn.width) // 2, (FRAME[1] - drawn.height) // 2))
    leaning = frame.rotate(LEANS, Image.Resampling.BICUBIC, fillcolor="#6b665e")
    aside = leaning.transform(FRAME, Image.Transform.PERSPECTIVE, ASIDE, Image.Resampling.BICUBIC)
    return aside.filter(ImageFilter.GaussianBlur(FOCUS))


def film(path: Path, pictures: list[Image.Image], *, seconds: float = 1 / 3, nothing: int = 0) -> Path:
    """What a camera sees from when it is opened, over and over: each picture for so long or so, and then `nothing` for
    so many seconds. A camera that is open goes on with what the path held before.
    """
    made = path.with_suffix(".new")
    with made.open("wb") as file:
        for picture, lasts in [*((one, seconds) for one in pictures), (Image.new("RGB", FRAME, "#6b665e"), nothing)]:
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=85, subsampling="4:2:0")
            file.write(out.getvalue() * round(lasts * PER_SECOND))
    return made.replace(path)


@contextmanager
def with_camera(browser: Browser, film: Path) -> Iterator[Browser]:
    """Another browser of the kind, whose camera shows the film."""
    seeing = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    arguments = ["--no-sandbox", *seeing, f"--use-file-for-fake-video-capture={film}"]
    camera = browser.browser_type.launch(executable_path=find_headless_shell(), args=arguments)
    try:
        yield camera
    finally:
        camera.close()
