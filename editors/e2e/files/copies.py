"""Puts copies of `lenet.py` beside it: one for each thing that is done with it, and one in a cell of a notebook."""

import json
import sys
from pathlib import Path

folder = Path(sys.argv[1])
text = (folder / "lenet.py").read_text()
for name in ("suppressed", "onsave", "obeyed", "crashed", "interpreter"):
    (folder / f"{name}.py").write_text(text)


def cell(kind: str, source: str) -> dict[str, object]:
    code: dict[str, object] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": kind, "metadata": {}, "source": source.splitlines(keepends=True), **code}


kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
cells = [cell("markdown", "# LeNet"), cell("code", text.rstrip())]
notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
(folder / "lenet.ipynb").write_text(json.dumps(notebook, indent=1) + "\n")
