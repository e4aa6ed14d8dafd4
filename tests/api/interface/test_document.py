from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from forumapp.core.values.text import LINE
from forumapp.domain.printing.agenda_papers import NothingDiffers, NothingEarlier
from forumapp.domain.printing.queries import NothingChanged, NothingPublished, NothingToPrint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient


def test_document_is_valid_openapi_3_1_with_distinct_operations(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    assert document["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    operations = [
        said["operationId"]
        for item in document["paths"].values()
        for method, said in item.items()
        if method != "parameters"
    ]
    assert len(operations) == len(set(operations)) > 5


def test_every_operation_has_a_summary_and_says_whether_a_token_is_needed(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    for path, item in document["paths"].items():
        for method, said in item.items():
            if method != "parameters":
                assert said["summary"], f"{method} {path}"
                assert said["security"] in ([{"bearer": []}], [{}, {"bearer": []}]), f"{method} {path}"


def test_the_page_shows_every_operation_and_schema_and_asks_no_other_host(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    answer = client.get("/api/v1/docs")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    for path, item in document["paths"].items():
        assert path in page
        for method, said in item.items():
            if method != "parameters":
                assert f'id="{said["operationId"]}"' in page
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page
    assert "//" not in page
    assert "<script" not in page
    assert "style=" not in page
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")


def test_what_may_be_sent_as_a_picture_is_said(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    taken = {path: op["put"]["requestBody"]["content"] for path, op in paths.items() if "put" in op}
    assert "image/svg+xml" in taken["/api/v1/editions/{edition}/hosts/{host_id}/logo"]
    assert "image/png" in taken["/api/v1/people/{person_id}/photo"]
    assert "image/svg+xml" not in taken["/api/v1/people/{person_id}/photo"]


def test_what_an_operation_reads_from_the_address_is_said_beside_its_headers(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]

    def named(path: str) -> set[tuple[str, str]]:
        said = paths[f"/api/v1/editions/{{edition}}/{path}"]["get"].get("parameters", [])
        return {(one["in"], one["name"]) for one in said if "name" in one}

    assert {("query", "paper"), ("query", "delegation")} <= named("print-preflight")
    assert ("query", "day") in named("live-numbers")
    assert {("query", "since"), ("query", "after")} <= named("roster")
    assert ("query", "page") in named("printed-pieces")


def test_of_a_print_it_is_said_why_there_may_be_nothing_to_print(client: FlaskClient) -> None:
    said = client.get("/api/v1/openapi.json").json["components"]["schemas"]["Job"]["properties"]["fault"]
    refusals = (NothingPublished, NothingToPrint, NothingChanged, NothingEarlier, NothingDiffers)
    assert [one.code for one in refusals if f"`{one.code}`" not in said["description"]] == []


def test_one_line_texts_that_are_sent_take_no_tabs_line_breaks_or_other_controls(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    sent = [
        said["requestBody"]["content"]["application/json"]["schema"]
        for item in document["paths"].values()
        for said in (one for method, one in item.items() if method != "parameters")
        if "application/json" in said.get("requestBody", {}).get("content", {})
    ]
    texts = dict(one for schema in sent for one in _texts_in(schema, document["components"]["schemas"], ""))
    assert (
        texts["/NewBadge/words/Worded/latin_name"]["maxLength"] == texts["/NewBadge/words/Worded/title/en"]["maxLength"]
    )
    short = {name: said["pattern"] for name, said in texts.items() if said.get("maxLength", 0) <= LINE}
    controls = ("\n", "\r", "\t", "\x07", "\x7f", "\x85", "\u2028")
    tried = [form.format(control) for form in ("Liu{}Chun", "liu{}chun@forum.example") for control in controls]
    assert len(short) > 500
    assert [name for name, form in short.items() if any(re.search(form, text) for text in tried)] == []


def _texts_in(schema: dict[str, Any], named: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schemas of texts of any form that can be sent, by their paths; every named schema on a path once."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if f"/{name}/" not in f"{path}/":
            yield from _texts_in(named[name], named, f"{path}/{name}")
    for part in ("allOf", "anyOf", "oneOf"):
        for one in schema.get(part, ()):
            yield from _texts_in(one, named, path)
    for name, one in schema.get("properties", {}).items():
        if one.get("readOnly"):
            continue
        yield from _texts_in(one, named, f"{path}/{name}")
    if isinstance(schema.get("items"), dict):
        yield from _texts_in(schema["items"], named, path)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _texts_in(schema["additionalProperties"], named, f"{path}/*")
    if "string" in schema.get("type", ()) and "enum" not in schema and "format" not in schema:
        yield path, {"pattern": "", **schema}
