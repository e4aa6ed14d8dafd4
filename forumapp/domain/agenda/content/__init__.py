"""What a version of the agenda holds, and how two differ. Pure."""
