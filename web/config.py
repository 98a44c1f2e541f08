"""The settings: read from the environment once, checked, and then never changed.

Imports the standard library only, so every process can ask it first. The same names hold in Go.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "HARMONIZER_"
ROOT = Path(__file__).resolve().parents[1]
"""The repository root: what every relative path starts from, wherever a process is started."""

GIB = 1024**3
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_QUEUE_PREFIX = re.compile(r"[A-Za-z0-9_.-]{1,64}|\{[A-Za-z0-9_.-]{1,64}\}")
_HOST = re.compile(r"[A-Za-z0-9_.:-]{1,253}")
_SERVERS = r"(?:[^@/?]*@)?[^@/?,]+:[0-9]+(?:,[^@/?,]+:[0-9]+)*"
_SEVERAL = re.compile(
    rf"rediss?\+(?:cluster://{_SERVERS}(?:/0?)?|sentinel://{_SERVERS}/[^/?]+(?:/[0-9]*)?)(?:\?.*)?"
)
_TOKEN = re.compile(r"[!-~]{0,256}")
_PASSWORD = re.compile(r"(?<=://)([^/@]*?):[^/]*@|(?<=password)(=)[^&]*")

Reader = Callable[[str], Any]


class SettingsError(ValueError):
    """Values in the environment that cannot be used; the text has one sentence for each."""


@dataclass(frozen=True)
class Setting:
    """One environment variable. ``default`` is written as in the environment; empty is unset."""

    name: str
    default: str
    kind: str
    help: str
    secret: bool


def _text(value: str) -> str:
    return value


def _integer(least: int, most: int) -> Reader:
    def read(value: str) -> int:
        if not _INTEGER.fullmatch(value) or not least <= int(value) <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return int(value)

    return read


def _path(value: str) -> Path:
    return ROOT / Path(value).expanduser()


def _word(*words: str) -> Reader:
    def read(value: str) -> str:
        if value.lower() not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value.lower()

    return read


def is_loopback(host: str) -> bool:
    """Return whether a host name or an address reaches nobody but this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in ("localhost", "localhost.")


def _switch(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return value == "1"


def _matching(pattern: re.Pattern[str], what: str) -> Reader:
    def read(value: str) -> str:
        if not pattern.fullmatch(value):
            raise ValueError(f"must be {what}")
        return value

    return read


def _database_url(value: str) -> str:
    scheme, _, rest = value.partition("://")
    if scheme == "sqlite":
        file = rest.removeprefix("/")
        if not file or file.startswith(":memory:"):
            raise ValueError("must name a file, as in sqlite:///var/harmonizer.db")
        return f"sqlite:///{_path(file)}"
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    raise ValueError("must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME")


def _redis_url(value: str) -> str:
    if _SEVERAL.fullmatch(value):
        return value
    try:
        return _plain_redis_url(value)
    except ValueError as error:
        raise ValueError(f"{error}, redis+sentinel://… or redis+cluster://…") from None


def _plain_redis_url(value: str) -> str:
    if value and value.partition("://")[0] not in ("redis", "rediss", "unix"):
        raise ValueError("must be redis://HOST:PORT/NUMBER, rediss://… or unix://PATH")
    return value


def _store_url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme == "file" and not parts.query and not parts.fragment:
        folder = value.removeprefix("file://")
        if folder.strip("/"):
            return f"file://{_path(folder)}"
    if parts.scheme == "s3" and parts.netloc:
        return value
    raise ValueError("must be file:///FOLDER or s3://BUCKET/PREFIX")


def _worker_url(value: str) -> str:
    if value and not re.fullmatch(r"https?://[A-Za-z0-9_.:\[\]-]+/?", value):
        raise ValueError("must be http://HOST:PORT")
    return value.rstrip("/")


def _networks(value: str) -> str:
    try:
        return ",".join(str(ipaddress.ip_network(one.strip())) for one in value.split(",") if one)
    except ValueError:
        raise ValueError("must be networks as 10.1.0.0/16,fd00::/8") from None


def _is(
    read: Reader, default: str, kind: str, about: str, *, secret: bool = False
) -> dict[str, Any]:
    return {"read": read, "default": default, "kind": kind, "help": about, "secret": secret}


@dataclass(frozen=True, repr=False)
class Settings:
    """All settings of a process. Paths are absolute; ``str()`` hides tokens and passwords."""

    home: Path = field(
        metadata=_is(
            _path,
            "var",
            "folder",
            "All state of the embedded stack: database, store, private Redis.",
        )
    )
    database_url: str = field(
        metadata=_is(
            _database_url,
            "sqlite:///{home}/harmonizer.db",
            "URL",
            "The SQL database that owns every job: SQLite or PostgreSQL.",
            secret=True,
        )
    )
    redis_url: str = field(
        metadata=_is(
            _redis_url,
            "",
            "URL",
            "Redis ≥ 7.0 or Valkey ≥ 7.2 for the queue: one server, redis+sentinel:// or "
            "redis+cluster:// (docs/operations.md). Unset: the private Redis of the embedded "
            "stack, its port read from redis.port in the home folder.",
            secret=True,
        )
    )
    redis_port: int = field(
        metadata=_is(
            _integer(1, 65535),
            "6390",
            "number",
            "Port of the private Redis; when taken, a free one is used and written to redis.port.",
        )
    )
    redis_ephemeral: bool = field(
        metadata=_is(
            _switch,
            "0",
            "switch",
            "1: Redis keeps nothing over its restart on purpose, do not warn of it; the queue is "
            "rebuilt from SQL.",
        )
    )
    tasks_redis_url: str = field(
        metadata=_is(
            _plain_redis_url,
            "",
            "URL",
            "Redis for the background tasks (RQ): one server, also when the queue has several. "
            "Unset: the queue's Redis.",
            secret=True,
        )
    )
    store_url: str = field(
        metadata=_is(
            _store_url,
            "file://{home}/store",
            "URL",
            "Where inputs and outputs are: a folder. A bucket, s3://BUCKET/PREFIX, is refused as "
            "long as there is no program for it.",
        )
    )
    queue_prefix: str = field(
        metadata=_is(
            _matching(_QUEUE_PREFIX, "letters, digits, _ . -, or those in braces"),
            "harmonizer",
            "text",
            "First part of every Redis key; {harmonizer} on Redis Cluster.",
        )
    )
    host: str = field(
        metadata=_is(
            _matching(_HOST, "a host name or an address"),
            "127.0.0.1",
            "text",
            "Address the API listens on.",
        )
    )
    auth: str = field(
        metadata=_is(
            _word("off", "keys"),
            "{auth}",
            "word",
            "Whether callers show an API key or log in (docs/access.md). Unset: off when "
            "HARMONIZER_HOST is this machine's own address, keys otherwise; off is refused on any "
            "other address.",
        )
    )
    probes: str = field(
        metadata=_is(
            _word("loopback", "open"),
            "loopback",
            "word",
            "Who may read /health and /metrics without a key, when keys are asked for: this "
            "machine, or everybody.",
        )
    )
    trusted_proxies: str = field(
        metadata=_is(
            _networks,
            "",
            "networks",
            "Addresses of proxies before the API, as 10.1.0.7/32,fd00::/8: only what they say in "
            "X-Forwarded-For and X-Forwarded-Proto is believed. Unset: nobody's.",
        )
    )
    port: int = field(
        metadata=_is(
            _integer(1, 65535), "8080", "number", "Port the API and the console listen on."
        )
    )
    worker_port: int = field(
        metadata=_is(
            _integer(1, 65535), "8081", "number", "Port of a worker's health, metrics and preview."
        )
    )
    preview_url: str = field(
        metadata=_is(
            _worker_url,
            "",
            "URL",
            "A worker that shows previews, as http://worker:8081. Unset: the one of this machine, "
            "at HARMONIZER_WORKER_PORT.",
        )
    )
    reconciler_port: int = field(
        metadata=_is(
            _integer(0, 65535), "0", "number", "Port of the reconciler's metrics; 0 is none."
        )
    )
    web_processes: int = field(
        metadata=_is(_integer(1, 256), "2", "number", "Processes that serve the API.")
    )
    web_threads: int = field(
        metadata=_is(
            _integer(1, 256),
            "8",
            "number",
            "Requests that each of these processes serves at a time.",
        )
    )
    requests_per_minute: int = field(
        metadata=_is(
            _integer(0, 1_000_000),
            "1200",
            "number",
            "Requests that an API key may make in a minute, unless it has a number of its own; "
            "0 is no limit.",
        )
    )
    max_jobs_in_flight: int = field(
        metadata=_is(
            _integer(0, 1_000_000),
            "0",
            "number",
            "Jobs of an owner that have not ended, at most, unless the key has a number of its "
            "own; 0 is no limit.",
        )
    )
    max_bytes_stored: int = field(
        metadata=_is(
            _integer(0, 2**60),
            "0",
            "bytes",
            "Bytes that an owner's jobs have in the store, inputs, outputs and exports, at most, "
            "unless the key has a number of its own; 0 is no limit.",
        )
    )
    session_idle_minutes: int = field(
        metadata=_is(
            _integer(2, 1440),
            "30",
            "minutes",
            "After so long without a request a person is logged out of the console.",
        )
    )
    session_hours: int = field(
        metadata=_is(
            _integer(1, 168),
            "12",
            "hours",
            "After so long a person is logged out of the console in any case.",
        )
    )
    web_streams: int = field(
        metadata=_is(
            _integer(0, 1000),
            "200",
            "number",
            "Streams of events that each of these processes keeps open beside them.",
        )
    )
    worker_concurrency: int = field(
        metadata=_is(
            _integer(0, 1024),
            "0",
            "number",
            "Items a worker runs at a time; 0 is one for each core, and at least 5.",
        )
    )
    internal_token: str = field(
        metadata=_is(
            _matching(_TOKEN, "at most 256 visible ASCII characters"),
            "",
            "text",
            "What the processes of a stack show each other. Set, a worker listens on all addresses "
            "and asks for it on preview; unset, on loopback only.",
            secret=True,
        )
    )
    lease_seconds: int = field(
        metadata=_is(
            _integer(2, 3600),
            "15",
            "seconds",
            "How long a worker holds an item without renewing before another one gets it.",
        )
    )
    window: int = field(
        metadata=_is(
            _integer(1, 1_000_000),
            "10000",
            "number",
            "Items kept in Redis at most; the rest wait in SQL.",
        )
    )
    max_upload_bytes: int = field(
        metadata=_is(
            _integer(1, 1024 * GIB),
            str(2 * GIB),
            "bytes",
            "Largest submission; a larger one gets a 413.",
        )
    )
    split_bytes: int = field(
        metadata=_is(
            _integer(1, 1024 * GIB),
            str(256 * 1024**2),
            "bytes",
            "A plain CSV or NDJSON file larger than this is read in ranges, by several workers "
            "at once; a range has about a quarter of it.",
        )
    )
    link_shard_rows: int = field(
        metadata=_is(
            _integer(0, 1_000_000_000),
            "0",
            "number",
            "Rows among which one item finds who is who; of more, as many items as it takes, at "
            "most 16, compare a shard of the pairs each, and one more joins what they found. "
            "0: one item always.",
        )
    )
    retention_days: int = field(
        metadata=_is(
            _integer(1, 36500),
            "30",
            "days",
            "Age at which the inputs and outputs of an ended job are deleted.",
        )
    )
    webhook_networks: str = field(
        metadata=_is(
            _networks,
            "",
            "networks",
            "Networks that webhooks may reach beside public addresses, as 10.1.0.0/16,fd00::/8.",
        )
    )
    webhook_http: bool = field(
        metadata=_is(
            _switch,
            "0",
            "switch",
            "1: webhooks may be http:// too, readable on the way.",
        )
    )
    grace_seconds: int = field(
        metadata=_is(
            _integer(0, 3600), "25", "seconds", "Time that work in flight gets to finish at a stop."
        )
    )
    log_level: str = field(
        metadata=_is(
            _word("debug", "info", "warning", "error"),
            "info",
            "word",
            "Least level that is logged.",
        )
    )
    log_dir: Path = field(
        metadata=_is(
            _path,
            "{logs}",
            "folder",
            "Where the stack writes its logs. Unset: logs/, or logs/ in the home folder when that "
            "is set.",
        )
    )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings that an environment gives; an empty variable counts as unset.

        Raises:
            SettingsError: At least one value cannot be used; the text names each.
        """
        given = {name: value for name, value in environ.items() if value}
        home = _path(given.get(PREFIX + "HOME", "var"))
        local = is_loopback(given.get(PREFIX + "HOST", "127.0.0.1"))
        place = {
            "home": home,
            "logs": home / "logs" if PREFIX + "HOME" in given else "logs",
            "auth": "off" if local else "keys",
        }
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for one in fields(cls):
            name = PREFIX + one.name.upper()
            try:
                text = given.get(name) or one.metadata["default"].format(**place)
                values[one.name] = one.metadata["read"](text)
            except ValueError as error:
                wrong.append(f"{name} {error}.")
        if "+cluster://" in values.get("redis_url", "") and "{" not in values.get(
            "queue_prefix", "{"
        ):
            wrong.append(f"{PREFIX}QUEUE_PREFIX must be in braces on a cluster, as {{harmonizer}}.")
        if values.get("auth") == "off" and not local:
            wrong.append(f"{PREFIX}AUTH can be off only where {PREFIX}HOST is 127.0.0.1.")
        if wrong:
            raise SettingsError("\n".join(wrong))
        return cls(**values)

    def __str__(self) -> str:
        """Return ``NAME=value`` lines, passwords hidden."""
        return "\n".join(
            f"{one.name}={_hidden(value, one.kind) if one.secret else value}"
            for one in SETTINGS
            for value in [getattr(self, one.name.removeprefix(PREFIX).lower())]
        )

    __repr__ = __str__


def _hidden(value: str, kind: str) -> str:
    if kind != "URL":
        return value and "***"
    return _PASSWORD.sub(lambda found: "=***" if found[2] else f"{found[1]}:***@", value)


SETTINGS: tuple[Setting, ...] = tuple(
    Setting(
        PREFIX + one.name.upper(),
        one.metadata["default"],
        one.metadata["kind"],
        one.metadata["help"],
        one.metadata["secret"],
    )
    for one in fields(Settings)
)
"""The one table of settings; ``docs/settings.md`` is compared with it by a test."""
