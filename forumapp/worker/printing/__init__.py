"""The workflow that prints, and the processes with limits that lay out its parts."""
