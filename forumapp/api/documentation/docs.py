"""The OpenAPI document, and a page that shows it without requests to other hosts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template

if TYPE_CHECKING:
    from flask import Flask

    from forumapp.api.documentation.document import ProblemApi

POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
METHODS = ("get", "post", "put", "patch", "delete")
_SAMPLES = {"integer": 1, "number": 1.5, "boolean": True, "string": "…", "null": None}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the page shows it."""

    method: str
    path: str
    description: dict[str, Any]
    parameters: list[dict[str, Any]]
    body: str | None
    public: bool


def register(app: Flask, document: ProblemApi) -> None:
    pages = Blueprint("api-docs", __name__, url_prefix="/api/v1")

    @pages.get("/openapi.json")
    def openapi() -> Response:
        text = json.dumps(document.to_dict_cached(), ensure_ascii=False)
        return Response(text, content_type="application/json")

    @pages.get("/docs")
    def read() -> Response:
        """In English, as are the names in the interface that it describes."""
        page = render_template("api/docs.html", **template_variables(document.to_dict_cached()))
        return Response(page, headers={"Content-Security-Policy": POLICY})

    app.register_blueprint(pages)


def template_variables(document: dict[str, Any]) -> dict[str, Any]:
    """The variables of the page's template."""
    schemas = document["components"]["schemas"]
    return {
        "info": document["info"],
        "tags": [(tag, _operations(document, tag["name"])) for tag in document["tags"]],
        "schemas": [
            (name, schema, json.dumps(sample(schema, schemas), ensure_ascii=False, indent=2))
            for name, schema in sorted(schemas.items())
        ],
        "type_name": type_name,
    }


def _operations(document: dict[str, Any], tag: str) -> list[Operation]:
    operations = []
    for path, item in document["paths"].items():
        for method in METHODS:
            description = item.get(method)
            if description and tag in description["tags"]:
                parameters = [*item.get("parameters", []), *description.get("parameters", [])]
                body = description.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
                public = {} in description.get("security", [])
                operations.append(
                    Operation(method.upper(), path, description, parameters, type_name(body) if body else None, public)
                )
    return operations


def type_name(schema: dict[str, Any]) -> str:
    """A schema in a word or two: a component's name, or a type."""
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[1])
    if "anyOf" in schema:
        return " or ".join(type_name(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(each) for each in schema["enum"])
    if "items" in schema:
        return f"list of {type_name(schema['items'])}"
    kind = schema.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def sample(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """A value as `schema` describes it, from its own examples where it has some."""
    chosen = [*schema.get("examples", []), *schema.get("enum", [])]
    schemas_of_type = [schemas[type_name(schema)]] if "$ref" in schema else schema.get("anyOf", [])
    if chosen or schemas_of_type:
        return chosen[0] if chosen else sample(schemas_of_type[0], schemas)
    if "items" in schema:
        return [sample(schema["items"], schemas)]
    if "properties" in schema:
        return {name: sample(each, schemas) for name, each in schema["properties"].items()}
    kind = schema.get("type", "object")
    return _SAMPLES.get(kind[0] if isinstance(kind, list) else kind, {})
