"""The application for a WSGI server: `gunicorn wsgi:app`."""

from __future__ import annotations

import gc

from forumapp.app import create_app
from forumapp.core.files.private_files import load_privately
from forumapp.core.paths import ROOT
from forumapp.web.status import publish_metrics

app = create_app(load_privately(ROOT))
publish_metrics(app)
# What stands now stands for good: looking it through again would halt every request for a while.
gc.collect()
gc.freeze()
