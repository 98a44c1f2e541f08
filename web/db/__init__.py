"""The SQL database that owns every job: its tables, sessions, and questions asked of them.

All tables are known as soon as any part of this package is imported.
"""

from web.db import (
    bulk_models,
    models,
    person_models,
    profile_models,
    task_models,
    user_models,
    webhook_models,
)

__all__ = [
    "bulk_models",
    "models",
    "person_models",
    "profile_models",
    "task_models",
    "user_models",
    "webhook_models",
]
