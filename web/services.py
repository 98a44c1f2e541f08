"""What the views work with, made once for each process and found through the current app."""

from contextlib import ExitStack
from dataclasses import dataclass, field

from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from web.config import Settings
from web.db.session import engine_for, reading_sessions, writing_sessions
from web.queue_link import QueueLink
from web.store import Store, open_store

_KEY = "harmonizer"


@dataclass(frozen=True)
class Services:
    """Settings, store, SQL sessions and the queue. ``reading`` sessions only ask."""

    settings: Settings
    store: Store
    engine: Engine
    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    link: QueueLink
    closing: ExitStack = field(default_factory=ExitStack)
    """What else ends with them, and before: threads that use their connections."""

    def close(self) -> None:
        """End what uses them, and close the connections that wait to be used again."""
        self.closing.close()
        self.engine.dispose()
        self.link.close()


def open_services(settings: Settings) -> Services:
    """Return the services that settings name; neither SQL nor Redis is connected to yet.

    Raises:
        StoreError: The store cannot be opened.
    """
    engine = engine_for(settings.database_url)
    return Services(
        settings,
        open_store(settings.store_url),
        engine,
        writing_sessions(engine),
        reading_sessions(engine),
        QueueLink(settings),
    )


def attach(app: Flask, made: Services) -> None:
    """Give an application its services."""
    app.extensions[_KEY] = made


def services() -> Services:
    """Return the services of the application that serves the current request."""
    found: Services = current_app.extensions[_KEY]
    return found
