"""A worker some of whose prints never end or hold more and more, as whoever asks for them calls the printer."""

from __future__ import annotations

from functools import partial

from forumapp.__main__ import main
from forumapp.core.transactions import reading
from forumapp.domain.printing.models import PrintJob
from forumapp.worker import print_hands

SET_UP = print_hands.set_up


def set_up(make):
    SET_UP(make)
    from forumapp.worker import print_steps

    print_steps.lay = partial(greedy, print_steps.lay)


def greedy(lay, app, job_id, number):
    device = reading().get_one(PrintJob, job_id).device
    while device == "endless":
        pass
    held = [bytes(2_000_000)]
    while device == "greedy":
        held.append(bytearray(2_000_000))
    return lay(app, job_id, number)


def run():
    print_hands.set_up = set_up
    main()
