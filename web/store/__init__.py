"""Where inputs and outputs are kept: one small interface, the Python side.

A URI is a reference relative to the store's place, such as ``jobs/<job_id>/input/1``; the same
references stand in messages, rows and manifests, and Go reads them the same way.
"""

from urllib.parse import urlsplit

from web.store.beginnings import Beginnings
from web.store.interface import (
    FullStoreError,
    Keeping,
    NotStoredError,
    Store,
    StoreError,
    Writing,
    copy,
    valid_uri,
)
from web.store.local import LocalStore

__all__ = [
    "Beginnings",
    "FullStoreError",
    "Keeping",
    "LocalStore",
    "NotStoredError",
    "Store",
    "StoreError",
    "Writing",
    "copy",
    "open_store",
    "valid_uri",
]


def open_store(url: str) -> Store:
    """Return the store at a URL as ``HARMONIZER_STORE_URL`` holds it; a folder is made.

    Raises:
        StoreError: No store is known for the URL, or the folder cannot be made.
    """
    if urlsplit(url).scheme == "file":
        return LocalStore(url.removeprefix("file://"))
    raise StoreError("only a folder (file:///FOLDER) can be the store in this release")
