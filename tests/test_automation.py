"""The pieces that call initls: hooks for pre-commit, the action for GitHub, and the problem matcher of VS Code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from initls.cli.arguments import parse
from initls.cli.formats import FORMATS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
MANIFEST = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text(encoding="utf-8"))

MODEL = (ROOT / "examples" / "lenet.py").read_text(encoding="utf-8")


# --------------------------------------------------------------------------- pre-commit


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_calls_what_there_is(hook: dict[str, Any]) -> None:
    program, *arguments = hook["entry"].split()
    parsed = parse([*arguments, "a.py", "b.ipynb"])
    assert (program, parsed.command, parsed.paths) == ("initls", "check", ["a.py", "b.ipynb"])
    # pre-commit names files, and what the settings exclude is excluded all the same.
    assert parsed.force_exclude
    assert parsed.fix == hook["id"].endswith("-fix")
    assert hook["language"] == "python" and hook["require_serial"] is True
    assert set(hook["types_or"]) == {"python", "jupyter"}


def test_the_page_names_the_hooks() -> None:
    assert {hook["id"] for hook in HOOKS} == {"initls", "initls-fix"}
    example = yaml.safe_load(PAGE.split("## pre-commit")[1].split("```yaml\n")[1].split("```")[0])
    ((repo,),) = ((one,) for one in example["repos"])
    assert repo["hooks"][0]["id"] in {hook["id"] for hook in HOOKS}


# --------------------------------------------------------------------------- the action

STEPS = {step.get("id") or step["name"]: step for step in ACTION["runs"]["steps"]}


def test_the_action_hands_inputs_over_as_variables() -> None:
    for step in STEPS.values():
        assert "${{" not in step.get("run", ""), "an input that is written into a script is code"
        assert step.get("shell", "bash") == "bash"
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"])
    example = yaml.safe_load(PAGE.split("## GitHub Actions")[1].split("```yaml\n")[1].split("```")[0])
    (ours,) = (step for step in example["steps"] if step["uses"].startswith("initls/"))
    assert set(ours["with"]) <= set(ACTION["inputs"])


@pytest.mark.skipif(shutil.which("bash") is None, reason="the action's steps are scripts for bash")
@pytest.mark.parametrize(
    ("paths", "arguments", "status", "told"),
    [
        ("pkg", "", 1, ["lenet.py"]),
        ("pkg\n\nthe rest\n", "", 1, ["lenet.py", "a b.py"]),
        ("pkg", "--ignore INI202  --exit-zero", 0, []),
        ("", "--select INI202", 1, ["a b.py", "lenet.py"]),
        ("none", "", 2, []),
        ("$(touch hacked)\n; touch hacked", "--quiet $(touch${IFS}hacked)", 2, []),
    ],
)
def test_the_action_checks(tmp_path: Path, paths: str, arguments: str, status: int, told: list[str]) -> None:
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    program = scripts / "initls"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m initls "$@"\n')
    program.chmod(0o755)
    project = tmp_path / "project"
    for name in ("pkg/lenet.py", "the rest/a b.py"):
        (project / name).parent.mkdir(parents=True)
        (project / name).write_text(MODEL, encoding="utf-8")
    environment = os.environ | {
        "SCRIPTS": str(scripts),
        "PATHS": paths,
        "ARGS": arguments,
        "SARIF": "out.sarif",
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        ["bash", "-e", "-c", STEPS["Check"]["run"]], cwd=project, env=environment, capture_output=True, text=True
    )
    assert done.returncode == status, done.stderr
    files = [Path(name).name for name in re.findall(r"^::warning [^:]*file=([^,]*),", done.stdout, re.MULTILINE)]
    assert sorted(files) == sorted(told)
    assert not list(tmp_path.rglob("hacked"))
    if status != 2:
        results = json.loads((project / "out.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
        assert len(results) == len(told)


# --------------------------------------------------------------------------- the problem matcher


def test_the_problem_matcher_reads_the_concise_format(tmp_path: Path) -> None:
    (matcher,) = MANIFEST["contributes"]["problemMatchers"]
    pattern = matcher["pattern"]
    (tmp_path / "a.py").write_text(MODEL, encoding="utf-8")
    (tmp_path / "b.py").write_text("def f(:\n", encoding="utf-8")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": MODEL}
    (tmp_path / "c.ipynb").write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4}))

    def run(*argv: str) -> str:
        command = [sys.executable, "-m", "initls", "check", "--isolated", *argv]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout

    matched = [
        match for line in run("--output-format", "concise").splitlines() if (match := re.match(pattern["regexp"], line))
    ]
    found = json.loads(run("--output-format", "json"))
    assert {one["code"] for one in found} == {"INI202", "invalid-syntax"}
    assert [tuple(match.group(pattern[part]) for part in ("file", "line", "column", "code")) for match in matched] == [
        (Path(one["filename"]).name, *map(str, one["location"].values()), one["code"])
        for one in found
        # The lines of a cell are not lines of its file, which is all that a matcher knows.
        if one["cell"] is None
    ]
    assert next(match.group(pattern["message"]) for match in matched).startswith("this initialization")
    assert matcher["name"] in PAGE.split('"problemMatcher": "$')[1]


def test_every_format_is_on_the_page() -> None:
    table = PAGE.split("## Formats")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(FORMATS)


def test_the_commands_of_the_page_are_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for line in re.findall(
        r"(?:^    |- |\"command\": \")initls (check [^\n>]*?)(?: {4}| >|\"?,?$)", PAGE, re.MULTILINE
    ):
        arguments = [piece.strip('"') for piece in re.findall(r'"[^"]*"|\S+', line)]
        assert parse(arguments).command == "check"
