"""The tasks process: background work of the Python side, by RQ."""
