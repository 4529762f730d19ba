"""A parser that ends its process costs a run the segment that it was given."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

DYING = """
import sys
from initls.syntax import trial

trial.COMMAND = '''
import sys; sys.path[:] = sys.argv[1:]
import os, libcst
from initls.syntax import trial
parse = libcst.parse_module
libcst.parse_module = lambda text: os.abort() if "DEADLY" in text else parse(text)
trial.serve()
'''

if __name__ == "__main__":
    from initls.cli.main import main
    sys.exit(main())
"""

SOUND = "import torch\n\nlayer = torch.nn.Linear(2, 2)\ntorch.nn.init.kaiming_normal_(layer.bias)\n\n\n"


def test_a_run_outlives_its_parser(tmp_path: Path) -> None:
    nested = "[" * 100 + "torch.nn.init.zeros_(1)" + "]" * 100
    (tmp_path / "deadly.py").write_text(f"{SOUND}def f():\n    DEADLY = {nested}\n")
    (tmp_path / "other.py").write_text(f"{SOUND}def f():\n    harmless = {nested}\n")
    (tmp_path / "main.py").write_text(DYING)
    command = [sys.executable, "main.py", "check", "--isolated", "--output-format", "json", "deadly.py", "other.py"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 1, ran.stderr
    found = [(Path(item["filename"]).name, item["location"]["row"], item["message"]) for item in json.loads(ran.stdout)]
    assert [place[:2] for place in found] == [("deadly.py", 4), ("deadly.py", 8), ("other.py", 4)]
    assert found[1][2] == "not analysed: the parser dies of it"
