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
    """Errors by control; "" for controls without one. A template that asks for "items" must not get the method."""

    def __missing__(self, _key: str) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field where the submitted value differs from the current one."""

    label: Any
    mine: str
    theirs: str
    by: By = By.UNKNOWN


@dataclass
class Form:
    """A form filled with the current or the submitted values, and with their errors."""

    fields: tuple[Field, ...]
    raw: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    # The controls' values when the form was opened, to detect what was changed in it.
    opened: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def empty(cls, fields: tuple[Field, ...], **defaults: Any) -> Form:
        form = cls(fields)
        for form_field in fields:
            form.raw |= (
                form_field.write(defaults[form_field.name])
                if form_field.name in defaults
                else dict.fromkeys(form_field.keys, "")
            )
        return form

    @classmethod
    def of(cls, fields: tuple[Field, ...], row: Any) -> Form:
        form = cls(fields, version=row.version)
        for form_field in fields:
            form.raw |= form_field.write(form_field.get(row))
        form.opened = dict(form.raw)
        return form

    @classmethod
    def sent(cls, fields: tuple[Field, ...], sent: MultiDict[str, str], row: Any = None) -> Form:
        """Read the submitted form over `row`, which keeps the values that no control shows."""
        form = cls(fields, version=sent.get("version", type=int), opened=read_seen(sent.get("seen")))
        for form_field in fields:
            raw = form_field.read(sent)
            form.raw |= raw
            try:
                value = form_field.parse(raw)
                if value is UNCHANGED:
                    continue
                form.values[form_field.name] = value
                if row is not None and isinstance(form_field, Texts):
                    form.values[form_field.name] |= form_field.unshown(form_field.get(row))
            except Fault as fault:
                form.faults[fault.key or form_field.name] = fault.code
        if form.faults:
            form.keep_pictures()
        return form

    def keep_pictures(self) -> None:
        """Store chosen pictures until the form is submitted again."""
        for form_field in self.fields:
            picture = self.values.get(form_field.name)
            if isinstance(form_field, PictureField) and isinstance(picture, Picture):
                try:
                    self.raw |= form_field.keep(picture, self.raw)
                except Fault as fault:
                    self.faults[form_field.name] = fault.code

    @property
    def takes_files(self) -> bool:
        return any(form_field.control == PICTURE for form_field in self.fields)

    @property
    def seen(self) -> str:
        """The values that the form was opened with, as the form submits them."""
        return json.dumps(self.opened, ensure_ascii=False)

    @property
    def based_on(self) -> int:
        """The version that the form was opened with. -1, which matches none, if it names none."""
        return -1 if self.version is None else self.version

    @property
    def status(self) -> int:
        """The status of the response that shows the form again."""
        return Stale.status if self.is_stale else Invalid.status

    @property
    def errors(self) -> Errors:
        """Faults in words, by control; "" for the form as a whole."""
        return Errors({key: fault(code) for key, code in self.faults.items()})

    def is_begun(self, form_field: Field) -> bool:
        """Whether a field is filled in any language: only then is a missing language an error."""
        return any(self.raw.get(key) for key in form_field.keys)

    @property
    def labels(self) -> dict[str, Any]:
        return {key: form_field.label for form_field in self.fields for key in (form_field.name, *form_field.keys)}

    def refuse(self, refusal: Invalid | AlreadyExists) -> None:
        """Tell a service's refusal at the fields it names, or at the top where it names none of this form."""
        known = {form_field.name: form_field for form_field in self.fields}
        faults = {self._place_of(known[name]): code for name, code in refusal.fields.items() if name in known}
        of_keys = {key for form_field in self.fields for key in form_field.keys} - known.keys()  # of one language, say
        faults |= {name: code for name, code in refusal.fields.items() if name in of_keys}
        self.faults |= faults or {"": refusal.fields.get("", refusal.code)}
        self.keep_pictures()

    def _place_of(self, form_field: Field) -> str:
        """The control that shows a field's fault: for a text in several languages, the first empty one."""
        if not isinstance(form_field, Texts):
            return form_field.name
        return next((key for key in form_field.keys if not self.raw.get(key)), form_field.keys[0])

    def compare(self, row: Any) -> None:
        """Show the current values next to the submitted ones. Untouched controls take the current value, so that saving
        brings back nothing old. Who has seen both may save: the version is the new one.
        """
        self.version = row.version
        stands: dict[str, Any] = {}
        for form_field in self.fields:
            theirs = form_field.get(row)
            mine = self.values.get(form_field.name, theirs)  # a picture that is left alone has none
            stands |= form_field.write(theirs)
            by = self._by(form_field, stands)
            if mine != theirs:
                self.differences.append(
                    Difference(form_field.label, form_field.words(mine), form_field.words(theirs), by)
                )
            if mine == theirs or by is By.OTHERS:
                self.raw |= form_field.write(theirs)
        self.opened = stands
        self.keep_pictures()

    @property
    def is_stale(self) -> bool:
        """Someone else was faster, and wants something else."""
        return bool(self.differences)

    def _by(self, form_field: Field, current: Mapping[str, Any]) -> By:
        if not self.opened:
            return By.UNKNOWN
        mine, theirs = (any(now[key] != self.opened.get(key) for key in form_field.keys) for now in (self.raw, current))
        return (By.BOTH if theirs else By.ME) if mine else By.OTHERS


def read_seen(text: str | None) -> dict[str, Any]:
    """The values that the form was opened with, as it submitted them. {} if malformed."""
    try:
        opened = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return opened if isinstance(opened, dict) else {}


def saved(form: Form, change: Callable[[DbSession], object], current: Callable[[], Any] | None = None) -> bool:
    """Apply a change with a form's values in one transaction. If refused, the form shows why and keeps its values."""
    if form.faults:
        return False
    try:
        with transaction() as db:
            change(db)
    except Stale:
        if current is None:
            raise
        form.compare(current())
        return not form.is_stale  # the record already has these values, as after a second click
    except (Invalid, AlreadyExists) as refusal:
        form.refuse(refusal)
        return False
    return True
