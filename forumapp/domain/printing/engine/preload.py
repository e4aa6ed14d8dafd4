"""For the one process from which those that draw papers are forked, and for no other: it compiles the templates when it
imports this, and they have them.
"""

from forumapp.domain.printing.engine import templates

templates.compile_all()
