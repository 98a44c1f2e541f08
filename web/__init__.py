"""The HTTP API: ``create_app`` makes the application. Other processes use the parts beneath."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from web.config import Settings


def create_app(settings: "Settings") -> "Flask":
    """Return the application for these settings; it connects to nothing before a request.

    Raises:
        StoreError: The store cannot be opened.
    """
    # Imported here: every process of the stack imports this package, and only one serves HTTP.
    from flask import Flask

    from web import console, errors, services
    from web.api import (
        access,
        audit_log,
        bulk,
        changes,
        consistency,
        describe,
        events,
        every_request,
        health,
        items,
        job_persons,
        jobs,
        keys,
        lookup,
        metrics,
        openapi,
        overview,
        persons,
        places,
        preview,
        problems,
        profiles,
        proxies,
        queue,
        rate,
        rerun,
        results,
        retention,
        review,
        tasks,
        webhooks,
    )
    from web.profiles import built_in

    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_upload_bytes
    app.url_map.converters["int"] = lookup.RowNumber
    app.json.sort_keys = False  # type: ignore[attr-defined]
    services.attach(app, services.open_services(settings))
    errors.register(app)
    every_request.register(app)
    access.register(app)
    describe.register(app)
    rate.register(app, metrics.register(app))
    events.register(app)
    for part in (
        jobs,
        bulk,
        items,
        results,
        changes,
        job_persons,
        rerun,
        retention,
        events,
        preview,
        profiles,
        persons,
        review,
        overview,
        queue,
        consistency,
        tasks,
        webhooks,
        keys,
        audit_log,
        health,
        metrics,
        openapi,
        problems,
        console,
    ):
        app.register_blueprint(part.bp)
    waiting = places.Places(app.wsgi_app, settings.web_threads)
    app.wsgi_app = waiting  # type: ignore[assignment, method-assign]
    if settings.trusted_proxies:
        behind = proxies.Proxies(app.wsgi_app, settings.trusted_proxies)
        app.wsgi_app = behind  # type: ignore[method-assign]
    built_in()  # read now, so that the first submission does not wait for it
    return app
