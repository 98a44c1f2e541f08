"""Entry of the API: ``python app.py`` on a laptop, ``gunicorn app:app`` in the Procfile.

Imported, it starts nothing. Run, it brings what the API needs on the embedded default: a private
Redis, the database, the reconciler and the tasks. A worker is started apart.
"""

import os
import sys

from harmonizer_queue import faults
from web import create_app
from web.config import Settings, SettingsError
from web.logs import configure

try:
    settings = Settings.from_environ(os.environ)
    faults.configure(os.environ)
except (SettingsError, faults.FaultsError) as error:
    sys.exit(str(error))
configure("web", settings.log_level)
app = create_app(settings)

if __name__ == "__main__":
    from harmonizer.serve import serve

    sys.exit(serve(app, settings))
