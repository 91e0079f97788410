"""The entry point of a WSGI server: `granian --interface wsgi wsgi:app`, `gunicorn wsgi:app`."""

from config import Settings
from lms import create_app

app = create_app(Settings.from_environment())
