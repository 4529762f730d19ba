"""From the addresses of documents to the files that they are, as editors write them."""

from __future__ import annotations

import os
import re
from urllib.parse import unquote, urlsplit

_DRIVE = re.compile(r"/[a-zA-Z]:")


def to_path(uri: str) -> str | None:
    """The file that a URI names; None where it names something else.

    The letter of a drive becomes a small one, since editors do not agree about it.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    if parts.scheme != "file":
        return None
    path = unquote(parts.path)
    if parts.netloc and path:
        # A share of another machine.
        path = f"//{unquote(parts.netloc)}{path}"
    elif _DRIVE.match(path):
        path = path[1].lower() + path[2:]
    return path.replace("/", "\\") if os.name == "nt" else path
