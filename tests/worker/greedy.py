"""A worker some of whose prints never end, hold more and more or find no room on the disk, as whoever asks for them
calls the printer.
"""

from __future__ import annotations

import resource
from functools import partial

from forumapp.__main__ import main
from forumapp.core.database.transactions import reading
from forumapp.domain.printing.models import PrintJob
from forumapp.worker.printing import pool

SET_UP = pool.set_up


def set_up(make):
    SET_UP(make)
    from forumapp.worker.printing import steps

    steps.lay = partial(greedy, steps.lay)
    steps.complete = partial(without_room, steps.complete)


def greedy(lay, app, job_id, number):
    device = reading().get_one(PrintJob, job_id).device
    while device == "endless":
        pass
    held = [bytes(2_000_000)]
    while device == "greedy":
        held.append(bytearray(2_000_000))
    return lay(app, job_id, number)


def without_room(complete, app, job_id):
    """As a disk with room for small files alone."""
    room, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    if reading().get_one(PrintJob, job_id).device == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, most))
    try:
        return complete(app, job_id)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))


def run():
    pool.set_up = set_up
    main()
