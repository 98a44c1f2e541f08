"""Whose word about the client's address is believed: that of trusted proxies alone."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from an_api import AnApi, an_api
from web.api.proxies import Proxies
from web.config import Settings
from web.db.models import AuditEntry

INNER, OUTER, CLIENT, FORGED = "10.0.0.7", "192.0.2.9", "198.51.100.4", "203.0.113.66"
TRUSTED = "127.0.0.1/32,10.0.0.0/8,192.0.2.9/32,fd00::/8"


def seen(peer: str, told: str | None, proto: str | None = None) -> tuple[str, str]:
    """Return the address and the scheme that the application behind trusted proxies sees."""
    found: dict[str, Any] = {}

    def app(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        found.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http"}
    if told is not None:
        environ["HTTP_X_FORWARDED_FOR"] = told
    if proto is not None:
        environ["HTTP_X_FORWARDED_PROTO"] = proto
    Proxies(app, TRUSTED)(environ, None)
    return found["REMOTE_ADDR"], found["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("peer", "told", "client"),
    [
        (INNER, CLIENT, CLIENT),
        (INNER, f"{CLIENT}, {OUTER}", CLIENT),
        (INNER, f"{FORGED}, {CLIENT}, {OUTER}", CLIENT),
        (INNER, f"{INNER}, {CLIENT}", CLIENT),
        (INNER, f"127.0.0.1, {CLIENT}", CLIENT),
        (INNER, "127.0.0.1", INNER),
        ("127.0.0.1", CLIENT, CLIENT),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        (INNER, f"{CLIENT}:4711", CLIENT),
        (INNER, "[2001:db8::1]:4711", "2001:db8::1"),
        ("fd00::1", "2001:db8::1", "2001:db8::1"),
        (f"::ffff:{INNER}", f"::ffff:{CLIENT}", CLIENT),
        (INNER, f"{CLIENT}, unknown", INNER),
        (INNER, f"{CLIENT}, unknown, {OUTER}", OUTER),
        (INNER, OUTER, OUTER),
        (INNER, "", INNER),
        (INNER, None, INNER),
        (INNER, ",".join([FORGED] * 9999 + [CLIENT]), CLIENT),
        (CLIENT, FORGED, CLIENT),
        (CLIENT, INNER, CLIENT),
        ("", FORGED, ""),
    ],
)
def test_the_client_is_the_last_that_no_trusted_proxy_is(
    peer: str, told: str | None, client: str
) -> None:
    assert seen(peer, told)[0] == client


def test_the_scheme_is_what_the_nearest_proxy_says() -> None:
    assert seen(INNER, CLIENT, "https")[1] == "https"
    assert seen(INNER, CLIENT, "https, http")[1] == "http"
    assert seen(INNER, CLIENT, "gopher")[1] == "http"
    assert seen(CLIENT, None, "https")[1] == "http"


@pytest.fixture(params=["", "10.0.0.0/8,127.0.0.1/32"])
def api(request: pytest.FixtureRequest, settings: Settings) -> Iterator[AnApi]:
    trusted = dataclasses.replace(settings, auth="keys", trusted_proxies=request.param)
    with an_api(trusted) as api:
        yield api


def test_lock_outs_audit_and_probes_are_about_the_client(api: AnApi) -> None:
    trusts = bool(api.of.settings.trusted_proxies)
    by = {"environ_base": {"REMOTE_ADDR": INNER}, "headers": {"X-Forwarded-For": CLIENT}}
    api.client.post("/login", data={"name": "ada", "password": "x"}, **by)
    with api.of.reading() as session:
        wanted = select(AuditEntry.address).where(AuditEntry.what == "login.fail")
        assert session.scalars(wanted).all() == [CLIENT if trusts else INNER]
    outside = {"headers": {"X-Forwarded-For": CLIENT}}
    assert api.client.get("/health", **outside).status_code == (401 if trusts else 200)
    forged = {"environ_base": {"REMOTE_ADDR": CLIENT}, "headers": {"X-Forwarded-For": "127.0.0.1"}}
    assert api.client.get("/health", **forged).status_code == 401
