"""Writes what happened in the queue into SQL, and dispatches what SQL owns."""
