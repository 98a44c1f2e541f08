"""Which profile a request means: a built-in one, or one of its caller."""

from web.db import profiles
from web.profiles import Profile, built_in, parts_of
from web.services import Services


def profile_called(of: Services, owner: str, called: str) -> Profile | None:
    """Return the profile that an owner calls NAME or NAME@VERSION, or None.

    Without a version it is the newest; ``Profile.name`` says which.
    """
    if called in built_in():
        return built_in()[called]
    parts = parts_of(called)
    if parts is None:
        return None
    with of.reading() as session:
        found = profiles.find(session, owner, *parts)
    if found is None:
        return None
    name = f"{found.name}@{found.version}"
    return Profile(name, found.tables, found.fields, found.document, False)


def profile_names(of: Services, owner: str) -> list[str]:
    """Return what an owner may name, the built-in profiles first."""
    with of.reading() as session:
        own = [one.name for one in profiles.versions(session, owner)]
    return list(dict.fromkeys([*built_in(), *own]))
