"""Why an agenda is not published, and what publishing is based on."""

from __future__ import annotations

from typing import NamedTuple

from forumapp.core.errors import Refusal


class AgendaBlocked(Refusal):
    """Something stands against it that the edition takes to block it; `findings` names all parties. A reason publishes
    in spite of it.
    """

    code = "agenda-blocked"


class PublishedMeanwhile(Refusal):
    """Another version was published since the agenda was looked at; `number` is that of the latest."""

    code = "published-meanwhile"


class NothingNew(Refusal):
    """The agenda stands as version `number` has it, which is the latest."""

    code = "nothing-new"


class EmptyAgenda(Refusal):
    """No session in it has a time, so that a version of it would say nothing."""

    code = "agenda-empty"


class ChangedMeanwhile(Refusal):
    """The agenda no longer stands as it was looked at."""

    status, code = 412, "agenda-changed"


class Seen(NamedTuple):
    """What publishing is based on: the number of the latest version, 0 for none, and the seal of what was looked at."""

    number: int
    seal: str | None = None
