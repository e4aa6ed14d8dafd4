"""Requests drawn at random from the document of the REST interface, in processes of their own.

Building what draws them takes 4 MB for each operation, which is never given back: the test processes get plain values.
"""

from __future__ import annotations

import pickle
import zlib
from typing import TYPE_CHECKING, Any

import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis.core import NotSet

from tests.crowds import FORKS

if TYPE_CHECKING:
    from pathlib import Path

    from schemathesis import GenerationMode

# 412 and 428 are ordinary answers of changes, and a state may refuse what its schema allows.
CONFIG: dict[str, Any] = {
    "generation": {"allow-x00": False, "codec": "utf-8"},
    "checks": {
        "negative_data_rejection": {"expected-statuses": [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428]},
    },
}
PER_PROCESS = 120  # operations: about 800 MB
# What a request is made of, as plain values.
PARTS = ("path_parameters", "headers", "cookies", "query", "body", "media_type", "multipart_content_types", "_meta")


def read_operations(document: dict[str, Any]) -> list[Any]:
    schema = schemathesis.openapi.from_dict(document, config=schemathesis.Config.from_dict(CONFIG))
    return [operation.ok() for operation in schema.get_all_operations()]


def is_public(operation: Any) -> bool:
    return {} in operation.definition.raw.get("security", [])


def choose(operations: list[Any], one_in: int) -> list[Any]:
    """The public ones, and one in so many of the others: always the same ones."""
    return [one for one in operations if is_public(one) or zlib.crc32(one.label.encode()) % one_in == 0]


def draw_to_file(
    path: Path, document: dict[str, Any], mode: GenerationMode, one_in: int, examples: int, public: int
) -> None:
    """Write the requests by the operation's label, `public` of each public operation and `examples` of each other."""
    drawn: dict[str, list[dict[str, Any]]] = {}
    labels = [one.label for one in choose(read_operations(document), one_in)]
    for start in range(0, len(labels), PER_PROCESS):
        part = path.with_suffix(f".part{start}")
        chosen = frozenset(labels[start : start + PER_PROCESS])
        process = FORKS.Process(target=_draw, args=(part, document, mode, chosen, examples, public))
        process.start()
        process.join()
        assert process.exitcode == 0
        drawn |= pickle.loads(part.read_bytes())
        part.unlink()
    path.write_bytes(pickle.dumps(drawn))


def _draw(
    path: Path, document: dict[str, Any], mode: GenerationMode, labels: frozenset[str], examples: int, public: int
) -> None:
    drawn = {
        one.label: [_parts(case) for case in _cases(one, mode, public if is_public(one) else examples)]
        for one in read_operations(document)
        if one.label in labels
    }
    path.write_bytes(pickle.dumps(drawn))


def _cases(operation: Any, mode: GenerationMode, count: int) -> list[schemathesis.Case]:
    cases: list[schemathesis.Case] = []

    @hypothesis.settings(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def run(case: schemathesis.Case) -> None:
        cases.append(case)

    run()
    return cases


def _parts(case: schemathesis.Case) -> dict[str, Any]:
    if case._meta is not None:
        case._meta._initial_hashes.clear()  # hashes of text differ from process to process
    parts = {part: getattr(case, part) for part in PARTS}
    return {name: value for name, value in parts.items() if not isinstance(value, NotSet)}


def read_drawn(path: Path, document: dict[str, Any]) -> list[tuple[Any, list[schemathesis.Case]]]:
    drawn: dict[str, list[dict[str, Any]]] = pickle.loads(path.read_bytes())
    return [
        (one, [one.Case(**parts) for parts in drawn[one.label]])
        for one in read_operations(document)
        if one.label in drawn
    ]
