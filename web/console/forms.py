"""What pages read from forms."""

import re
from collections.abc import Mapping

from web.errors import invalid

_NUMBER = re.compile(r"[0-9]{1,18}")


def number_of(form: Mapping[str, str], name: str) -> int:
    """Return a whole number from a form; thousands may be set apart.

    Raises:
        InvalidRequestError: It is none.
    """
    given = form.get(name, "").replace(",", "").strip()
    if not _NUMBER.fullmatch(given):
        raise invalid(name, "must be a number")
    return int(given)
