"""The first steps of an edition. Pure."""

from __future__ import annotations

from dataclasses import dataclass

# In order: each makes sense once those before it are done.
STEPS = ("names", "hosts", "venue", "type", "session", "publish", "open", "guest", "badge")


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    done: bool


def first_steps(done: frozenset[str]) -> list[Step]:
    """All steps with what is done; none once everything is."""
    return [Step(code, code in done) for code in STEPS] if not done.issuperset(STEPS) else []


def next_step(steps: list[Step]) -> str | None:
    return next((step.code for step in steps if not step.done), None)
