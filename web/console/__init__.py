"""The console: pages for a person, over the functions that answer the API.

A page asks nothing of SQL, Redis or a worker itself: it calls what answers a program on the same
question, in the same request, and shows what that returns. So a page sees what its caller may see.
"""

from web.console import (
    again,
    audit,
    changes,
    consistency,
    formats,
    items,
    jobs,
    keys,
    login,
    new_job,
    operations,
    overview,
    persons,
    profiles,
    results,
    review,
    save_profile,
    webhooks,
)
from web.console.blueprint import bp

__all__ = [
    "again",
    "audit",
    "bp",
    "changes",
    "consistency",
    "formats",
    "items",
    "jobs",
    "keys",
    "login",
    "new_job",
    "operations",
    "overview",
    "persons",
    "profiles",
    "results",
    "review",
    "save_profile",
    "webhooks",
]
