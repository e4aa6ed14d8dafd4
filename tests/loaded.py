"""What the processes of crowds.py begin with, loaded once by the process that they are forked from."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path

from forumapp.app import create_app
from tests.conftest import config_for

with tempfile.TemporaryDirectory() as folder:
    create_app(config_for(f"sqlite:///{folder}/forumapp.sqlite", Path(folder)))  # loads the pages; opens no connection
gc.freeze()
