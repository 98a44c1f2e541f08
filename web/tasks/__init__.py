"""Background work of the Python side, by RQ: for now, deleting what nobody may or will read."""
