"""The web application: HTTP API, database, store and background tasks."""
