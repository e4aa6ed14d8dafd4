"""The application for a WSGI server: `gunicorn wsgi:app`."""

from __future__ import annotations

import os

from forumapp.app import create_app
from forumapp.core.config import load_config
from forumapp.core.paths import ROOT

app = create_app(load_config(os.environ, ROOT))
