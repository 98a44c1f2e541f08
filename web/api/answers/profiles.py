"""Profiles: versions, tests, differences."""

from typing import Any

from typing_extensions import TypedDict

from web.api.answers.kinds import Moment, Sha256


class ProfileSummary(TypedDict):
    """A version of a profile; ``sha256`` is the digest of its document."""

    name: str
    version: str
    built_in: bool
    extends: str | None
    sha256: Sha256
    created_at: Moment | None


class ProfileDocument(ProfileSummary):
    """A version of a profile, whole."""

    content: dict[str, Any]


class Profiles(TypedDict):
    """The profiles that a caller may name."""

    profiles: list[ProfileSummary]


class ProfileVersions(TypedDict):
    """The versions of a profile, the newest first."""

    name: str
    versions: list[ProfileSummary]


class ProfileTest(TypedDict):
    """One test beside a rule: its number from 1, and what the rule says of its row."""

    check: str
    test: int
    expect: str
    got: str


class ProfileVerdict(TypedDict):
    """What a profile holds, its bases merged in (``hash`` is of that), and what its tests say."""

    name: str
    version: str
    hash: Sha256
    tables: list[str]
    checks: int
    passed: int
    failed: int
    tests: list[ProfileTest]


class ProfileChange(TypedDict):
    """One place that differs; null where nothing stood or stands."""

    path: str
    before: Any
    after: Any


class ProfileDiff(TypedDict):
    """What differs between two versions of a profile; ``more`` than is shown."""

    name: str
    old: str
    new: str
    changes: list[ProfileChange]
    more: bool
