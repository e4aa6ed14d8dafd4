"""Pictures: the field of a form that takes one, and the answer that shows one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from flask import Response, g, make_response, request
from flask_babel import gettext as _

from forumapp.core import clock
from forumapp.core.database.transactions import reading, transaction
from forumapp.core.values.numbers import id_from
from forumapp.domain.images.checking import check_picture
from forumapp.domain.images.rules import LARGEST, LONGEST, TAKEN, BadPicture, Crop, MediaType, Picture
from forumapp.domain.registration.uploads.file_checks import BadFile, Filed
from forumapp.domain.registration.uploads.services import find_waiting, keep_waiting
from forumapp.web.forms.fields import Fault, Field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from forumapp.domain.images.models import Image

PICTURE = "picture"
UNCHANGED = object()  # what is not among a form's values, so that a change leaves it alone
EMPTY = b"\0"  # stands for a file that was chosen and holds nothing, which is no picture
PARTS = ("left", "top", "width", "height")
# A drawing that is opened by itself, and not as a picture in a page, can do nothing either.
POLICY = "default-src 'none'; img-src data:; sandbox"
A_WEEK = 7 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class PictureField(Field):
    """A picture that may be chosen, replaced or removed: in a form's values a Picture, None, or nothing at all.

    With an `aspect`, of width to height, it is cropped: to the part that was chosen, or else about its center.
    """

    aspect: float | None = None
    longest: int = LONGEST
    control: ClassVar[str] = PICTURE

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.name, *(f"{self.name}.{part}" for part in ("id", "remove", "kept", *PARTS)))

    @property
    def taken(self) -> str:
        return ",".join(kind for kind in TAKEN if self.aspect is None or kind != MediaType.SVG)

    @property
    def most(self) -> int:
        """Bytes of a file."""
        return LARGEST

    @property
    def megabytes(self) -> int:
        return LARGEST // 1_000_000

    def get(self, row: Any) -> int | None:
        """The id of the picture that it has."""
        image_id: int | None = getattr(row, f"{self.name}_id")
        return image_id

    def write(self, value: int | None) -> dict[str, Any]:
        return {**dict.fromkeys(self.keys, ""), f"{self.name}.id": value or ""}

    def read(self, sent: MultiDict[str, str]) -> dict[str, Any]:
        file = request.files.get(self.name)
        now = f"{self.name}.id"
        chosen = (file.read() or EMPTY) if file else b""
        return {**super().read(sent), now: id_from(sent.get(now, "")) or "", self.name: chosen}

    def parse(self, raw: Mapping[str, Any]) -> Any:
        """A picture that is chosen counts, even where the one before it was to be removed."""
        content, crop = raw[self.name], self._crop(raw)
        if not content and raw[f"{self.name}.remove"]:
            return None
        if not content:
            if not raw[f"{self.name}.kept"]:
                return UNCHANGED
            content, crop = self._waiting(raw[f"{self.name}.kept"]), None
        try:
            return check_picture(content, crop=crop, aspect=self.aspect, longest=self.longest)
        except BadPicture as refusal:
            raise Fault(refusal.code) from refusal

    def keep(self, picture: Picture, raw: Mapping[str, Any]) -> dict[str, Any]:
        """What the form holds instead of a picture that was chosen and not saved: a browser sends a file once. It waits
        as the files of answers do. Raises Fault where it has to be chosen again.
        """
        key = raw[f"{self.name}.kept"] if not raw[self.name] else ""
        if not key:
            filed = Filed(self.name, picture.media_type.value, picture.content)
            try:
                with transaction() as db:
                    key = keep_waiting(db, g.edition.id, self._place, filed, now=clock.now())
            except BadFile as refusal:
                raise Fault("choose-again") from refusal
        return {**dict.fromkeys((self.name, *(f"{self.name}.{part}" for part in PARTS)), ""), f"{self.name}.kept": key}

    @property
    def _place(self) -> str:
        return f".{self.name}"  # which is no question's code

    def _waiting(self, key: str) -> bytes:
        found = find_waiting(reading(), g.edition.id, self._place, key)
        if found is None:
            raise Fault("choose-again")
        return found.content

    def _crop(self, raw: Mapping[str, Any]) -> Crop | None:
        try:
            return Crop(*(float(raw[f"{self.name}.{part}"]) for part in PARTS))
        except ValueError:
            return None

    def words(self, value: Any) -> str:
        if isinstance(value, Picture):
            return str(_("the picture that you chose"))
        return str(_("the picture that is there now") if value else _("no picture"))


def shown(image: Image, *, public: bool) -> Response:
    """The picture itself. It never changes, so that a browser asks once a week whether it may still have it."""
    answer = make_response(image.content)
    answer.content_type = image.media_type
    answer.set_etag(image.sha256[:20])
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = f"{'public' if public else 'private'}, max-age={A_WEEK}, immutable"
    answer.make_conditional(request)
    return answer
