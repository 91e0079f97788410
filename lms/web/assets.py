"""Built files of the front end: their hashed names, and how they are served."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask
from whitenoise import WhiteNoise

BUILD = Path(__file__).with_name("static") / "build"
PREFIX = "/static/"


class Assets(WhiteNoise):
    """The files as they were when the server started; one that has gone since is not found."""

    def serve(self, static_file: Any, environ: Any, start_response: Any) -> Any:
        """Answer with the file, or as the application does for what is not there."""
        try:
            return super().serve(static_file, environ, start_response)
        except FileNotFoundError:
            return self.application(environ, start_response)


def init_assets(app: Flask) -> None:
    """Serve the built files, compressed beforehand and cacheable for good."""
    wrapped = Assets(
        app.wsgi_app, root=BUILD, prefix=PREFIX, immutable_file_test=_is_hashed, max_age=3600
    )
    app.wsgi_app = wrapped  # type: ignore[method-assign]  # how Flask takes a middleware
    app.jinja_env.globals["asset"] = asset_url


def asset_url(name: str) -> str:
    """The address of a built file by its plain name, such as `css/app.css`.

    Raises KeyError with the remedy when the front end has not been built.
    """
    try:
        return PREFIX + _manifest()[name]
    except (KeyError, FileNotFoundError):
        raise KeyError(
            f"{name} is not in {BUILD}/manifest.json: run bin/serve or bin/test"
        ) from None


@cache
def _manifest() -> dict[str, str]:
    return cast(dict[str, str], json.loads((BUILD / "manifest.json").read_text()))


def _is_hashed(path: str, _url: str) -> bool:
    return Path(path).name in {Path(name).name for name in _manifest().values()}
