"""Fixtures of the tests of the API, of the reconciler and of the console."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from a_browser import Looking, chromium, looking
from an_api import AnApi, an_api
from queue_world import World
from running_stack import RunningStack
from served_api import Served, served_api
from web.config import Settings


@pytest.fixture
def api(settings: Settings) -> Iterator[AnApi]:
    """Return the application, open to all callers."""
    with an_api(settings) as api:
        yield api


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    """Return a reconciler whose steps are called, and what it needs."""
    world = World(settings)
    yield world
    world.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return a real Chromium, one for all tests of a module."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def served(settings: Settings) -> Iterator[Served]:
    """Return the application behind an address, open to all callers."""
    with served_api(settings) as served:
        yield served


@pytest.fixture
def at(stack: RunningStack, browser: Browser) -> Iterator[Looking]:
    """Return a window on the stack of the module, of which no page may complain."""
    with looking(browser, stack.api.address) as at:
        yield at
    assert at.complaints == []


@pytest.fixture
def plain(stack: RunningStack, browser: Browser) -> Iterator[Looking]:
    """Return a window without JavaScript."""
    with looking(browser, stack.api.address, scripts=False) as at:
        yield at
