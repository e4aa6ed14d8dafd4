"""What a print puts aside while it is made, and where."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forumapp.domain.printing.models import folder_of

if TYPE_CHECKING:
    from flask import Flask

    from forumapp.core.files.storage import Storage
    from forumapp.domain.printing.models import PrintJob

VALUES = "values.json"


def storage_of(app: Flask) -> Storage:
    storage: Storage = app.extensions["forumapp.storage"]
    return storage


def named(job: PrintJob, name: str) -> str:
    return f"{folder_of(job.edition_id, job.id)}/{name}"


def part_named(job: PrintJob, number: int) -> str:
    return named(job, f"part-{number:04}.pdf")


def parts_of(app: Flask, job: PrintJob, count: int) -> list[bytes]:
    return [storage_of(app).get(part_named(job, number)) for number in range(count)]


def keep_values(app: Flask, job: PrintJob, values: dict[str, Any]) -> None:
    storage_of(app).put(named(job, VALUES), json.dumps(values, ensure_ascii=False).encode())


def kept_values(app: Flask, job: PrintJob) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(storage_of(app).get(named(job, VALUES)))
    return kept


def clean_up(app: Flask, job: PrintJob) -> None:
    """The values name people, so they stay no longer than the work needs them."""
    count = 0
    while storage_of(app).exists(part_named(job, count)):
        count += 1
    for number in reversed(range(count)):  # so that who is interrupted here still finds the others
        storage_of(app).delete(part_named(job, number))
    storage_of(app).delete(named(job, VALUES))
    storage_of(app).delete_drafts(folder_of(job.edition_id, job.id))
