"""Entry of the API: ``python app.py`` on a laptop, ``gunicorn app:app`` in the Procfile."""

import os

from web import create_app
from web.config import Settings
from web.logs import configure

settings = Settings.from_environ(os.environ)
configure("web", settings.log_level)
app = create_app(settings)

if __name__ == "__main__":
    import sys

    from harmonizer.serve import serve

    sys.exit(serve(app, settings))
