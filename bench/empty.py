"""The floor of every page: an application of the same framework that answers nothing."""

from __future__ import annotations

from flask import Flask

app = Flask(__name__)


@app.get("/")
def nothing() -> str:
    return ""
