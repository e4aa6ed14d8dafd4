"""Forms: described once as rows of fields, then shown, read, checked, and compared when someone else was faster."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from forumapp.core.database.transactions import transaction
from forumapp.core.errors import AlreadyExists, Invalid, Stale
from forumapp.domain.images.rules import Picture
from forumapp.web.forms.faults import fault
from forumapp.web.forms.fields import Fault, Texts
from forumapp.web.forms.pictures import PICTURE, UNCHANGED, PictureField

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session as DbSession
    from werkzeug.datastructures import MultiDict

    from forumapp.web.forms.fields import Field


class By(StrEnum):
    """Who changed a field since the form was opened."""

    ME, OTHERS, BOTH, UNKNOWN = "me", "others", "both", "unknown"


class Errors(dict[str, str]):
    """Nothing is wrong with what it does not name: a template that asks for "items" would else be given the method."""

    def __missing__(self, _key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which what was typed here differs from what stands now."""

    label: Any
    mine: str
    theirs: str
    by: By = By.UNKNOWN


@dataclass
class Form:
    """A description filled with what stands or what was typed, and with what is wrong about it."""

    fields: tuple[Field, ...]
    raw: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    # What the controls showed when the form was opened, by which is known what was changed in it.
    opened: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def empty(cls, fields: tuple[Field, ...], **defaults: Any) -> Form:
        form = cls(fields)
        for one in fields:
            form.raw |= one.write(defaults[one.name]) if one.name in defaults else dict.fromkeys(one.keys, "")
        return form

    @classmethod
    def of(cls, fields: tuple[Field, ...], row: Any) -> Form:
        form = cls(fields, version=row.version)
        for one in fields:
            form.raw |= one.write(one.get(row))
        form.opened = dict(form.raw)
        return form

    @classmethod
    def sent(cls, fields: tuple[Field, ...], sent: MultiDict[str, str], row: Any = None) -> Form:
        """What was typed over `row`, of which stays what the controls do not show."""
        form = cls(fields, version=sent.get("version", type=int), opened=read_seen(sent.get("seen")))
        for one in fields:
            raw = one.read(sent)
            form.raw |= raw
            try:
                value = one.parse(raw)
                if value is UNCHANGED:
                    continue
                form.values[one.name] = value
                if row is not None and isinstance(one, Texts):
                    form.values[one.name] |= one.unshown(one.get(row))
            except Fault as fault:
                form.faults[fault.key or one.name] = fault.code
        if form.faults:
            form.keep_pictures()
        return form

    def keep_pictures(self) -> None:
        """What was chosen and is not saved now waits for the form to be sent again."""
        for one in self.fields:
            picture = self.values.get(one.name)
            if isinstance(one, PictureField) and isinstance(picture, Picture):
                try:
                    self.raw |= one.keep(picture, self.raw)
                except Fault as fault:
                    self.faults[one.name] = fault.code

    @property
    def takes_files(self) -> bool:
        return any(one.control == PICTURE for one in self.fields)

    @property
    def seen(self) -> str:
        """What a form sends along of what it was opened with."""
        return json.dumps(self.opened, ensure_ascii=False)

    @property
    def based_on(self) -> int:
        """The version that was looked at; none that ever stands where the form says nothing."""
        return -1 if self.version is None else self.version

    @property
    def status(self) -> int:
        """Of the answer that shows the form again."""
        return Stale.status if self.is_stale else Invalid.status

    @property
    def errors(self) -> Errors:
        """What is wrong, in words, by the name of the control; "" for the form as a whole."""
        return Errors({key: fault(code) for key, code in self.faults.items()})

    def is_begun(self, one: Field) -> bool:
        """Whether anything is written in a field: a gap in a text is one only beside another language."""
        return any(self.raw.get(key) for key in one.keys)

    @property
    def labels(self) -> dict[str, Any]:
        return {key: one.label for one in self.fields for key in (one.name, *one.keys)}

    def refuse(self, refusal: Invalid | AlreadyExists) -> None:
        """Tell a service's refusal at the fields it names, or at the top where it names none of this form."""
        known = {one.name: one for one in self.fields}
        told = {self._place_of(known[name]): code for name, code in refusal.fields.items() if name in known}
        of_keys = {key for one in self.fields for key in one.keys} - known.keys()  # of one language, say
        told |= {name: code for name, code in refusal.fields.items() if name in of_keys}
        self.faults |= told or {"": refusal.fields.get("", refusal.code)}
        self.keep_pictures()

    def _place_of(self, one: Field) -> str:
        """Where a fault of a field is told: of a text in several languages, at the first that is not written."""
        if not isinstance(one, Texts):
            return one.name
        return next((key for key in one.keys if not self.raw.get(key)), one.keys[0])

    def compare(self, row: Any) -> None:
        """Show what stands now beside what was typed. What was not touched here follows what stands, so that saving
        brings back nothing old. Who has seen both may save: the version is the new one.
        """
        self.version = row.version
        stands: dict[str, Any] = {}
        for one in self.fields:
            theirs = one.get(row)
            mine = self.values.get(one.name, theirs)  # a picture that is left alone has none
            stands |= one.write(theirs)
            by = self._by(one, stands)
            if mine != theirs:
                self.differences.append(Difference(one.label, one.words(mine), one.words(theirs), by))
            if mine == theirs or by is By.OTHERS:
                self.raw |= one.write(theirs)
        self.opened = stands
        self.keep_pictures()

    @property
    def is_stale(self) -> bool:
        """Someone else was faster, and wants something else."""
        return bool(self.differences)

    def _by(self, one: Field, stands: Mapping[str, Any]) -> By:
        if not self.opened:
            return By.UNKNOWN
        mine, theirs = (any(now[key] != self.opened.get(key) for key in one.keys) for now in (self.raw, stands))
        return (By.BOTH if theirs else By.ME) if mine else By.OTHERS


def read_seen(text: str | None) -> dict[str, Any]:
    """What a form sent along of what it showed; nothing where that is no such thing."""
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def saved(form: Form, change: Callable[[DbSession], object], current: Callable[[], Any] | None = None) -> bool:
    """Make a change with a form's values in one transaction; when it is refused, the form says why and keeps all."""
    if form.faults:
        return False
    try:
        with transaction() as db:
            change(db)
    except Stale:
        if current is None:
            raise
        form.compare(current())
        return not form.is_stale  # what is wanted stands already, as after a second click
    except (Invalid, AlreadyExists) as refusal:
        form.refuse(refusal)
        return False
    return True
