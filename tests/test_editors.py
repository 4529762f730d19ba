"""What the documentation and the editors' own files say can be read by those that it is for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from initls import __version__

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "docs" / "editors.md",
    ROOT / "docs" / "checks.md",
    ROOT / "editors" / "neovim" / "README.md",
    ROOT / "editors" / "vscode" / "README.md",
]
NEOVIM = ROOT / "editors" / "neovim"
MANIFEST = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text("utf-8"))
TOOLS = ROOT / ".e2e" / "debian" / "bin"
"""Where `make editors` keeps the editors that it has unpacked."""

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(*languages: str) -> list[object]:
    """The pieces of configuration in these languages, each named by its page and line."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in BLOCK.finditer(text):
            if match[1] in languages:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match[2], id=f"{page.relative_to(ROOT)}:{line}"))
    assert found, languages
    return found


def balanced(text: str, comment: str) -> bool:
    """Whether brackets and quotes close each other, outside of comments."""
    expected: list[str] = []
    quote = ""
    at = 0
    while at < len(text):
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif text.startswith(comment, at):
            at = text.find("\n", at)
            if at < 0:
                break
        elif char == '"':
            quote = char
        elif char in "([{":
            expected.append(")]}"["([{".index(char)])
        elif char in ")]}" and (not expected or expected.pop() != char):
            return False
        at += 1
    return not expected and not quote


def program(name: str) -> str | None:
    """An editor of this machine, or one that `make editors` has brought."""
    kept = TOOLS / name
    return str(kept) if kept.exists() else shutil.which(name)


@pytest.mark.parametrize("text", blocks("toml"))
def test_toml_can_be_read(text: str) -> None:
    tomllib.loads(text)


@pytest.mark.parametrize("text", blocks("json", "jsonc"))
def test_json_can_be_read(text: str) -> None:
    # What stands inside of an object that the page does not repeat is one all the same.
    json.loads(text if text.lstrip().startswith("{") else "{" + text.strip().rstrip(",") + "}")


@pytest.mark.parametrize("text", blocks("elisp"))
def test_lisp_is_balanced(text: str) -> None:
    assert balanced(text, ";")


@pytest.mark.parametrize("text", blocks("lua"))
def test_lua_can_be_read(text: str, tmp_path: Path) -> None:
    read_lua(text, tmp_path)


@pytest.mark.parametrize("text", blocks("vim"))
def test_vim_script_defines_what_it_registers(text: str) -> None:
    assert balanced(text, '\n"')
    # Each line but the first of a command has the mark that continues it.
    (call,) = re.findall(r"lsp#register_server\(\{\n(.*?)\}\)", text, re.DOTALL)
    assert all(line.lstrip().startswith("\\") for line in call.splitlines())


def read_lua(text: str, folder: Path) -> None:
    """Have Neovim read a piece of Lua, or a compiler of Lua; where there is neither, count the brackets."""
    file = folder / "read.lua"
    file.write_text(text, "utf-8")
    if nvim := program("nvim"):
        command = [nvim, "--clean", "-l", "-"]
        script = f"assert(loadfile([[{file}]]))"
        done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    elif luac := program("luac"):
        subprocess.run([luac, "-p", str(file)], check=True, timeout=60)
    else:
        assert balanced(text.replace("'", '"'), "--")


@pytest.mark.parametrize("file", sorted(NEOVIM.rglob("*.lua")), ids=lambda file: file.name)
def test_the_configuration_for_neovim_can_be_read(file: Path, tmp_path: Path) -> None:
    read_lua(file.read_text("utf-8"), tmp_path)


def test_every_mention_in_neovims_help_leads_somewhere() -> None:
    text = (NEOVIM / "doc" / "initls.txt").read_text("utf-8")
    tags = set(re.findall(r"\*([\w.:-]+)\*", text))
    mentioned = {tag for tag in re.findall(r"\|([\w.:-]+)\|", text) if tag.startswith("initls")}
    assert mentioned
    assert mentioned <= tags
    assert all(len(line.expandtabs(8)) <= 78 for line in text.splitlines())


def test_the_package_for_mason_is_that_of_pypi() -> None:
    package = yaml.safe_load((NEOVIM / "mason" / "package.yaml").read_text("utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert package["source"]["id"] == f"pkg:pypi/{project['name']}@{__version__}"
    assert package["bin"] == {name: f"pypi:{name}" for name in project["scripts"]}
    assert package["neovim"]["lspconfig"] == "initls"
    assert (NEOVIM / "lsp" / f"{package['neovim']['lspconfig']}.lua").exists()


def test_the_extension_asks_for_the_python_that_the_package_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    source = (ROOT / "editors" / "vscode" / "src" / "pythons.ts").read_text("utf-8")
    (oldest,) = re.findall(r"export const OLDEST = \[(\d+), (\d+)\]", source)
    assert project["requires-python"] == f">={'.'.join(oldest)}"
    assert MANIFEST["version"] == __version__


def test_the_extension_registers_the_commands_that_it_contributes() -> None:
    contributes = MANIFEST["contributes"]
    source = (ROOT / "editors" / "vscode" / "src" / "extension.ts").read_text("utf-8")
    declared = {one["command"] for one in contributes["commands"]}
    assert declared == set(re.findall(r'^    "(initls\.\w+)":', source, re.MULTILINE))
    mentioned = set(re.findall(r"command:(initls\.\w+)", json.dumps(contributes["walkthroughs"])))
    assert mentioned <= declared


def test_pictures_of_the_extension_are_there() -> None:
    folder = ROOT / "editors" / "vscode"
    pictures = set(re.findall(r"images/[\w-]+\.png", json.dumps(MANIFEST) + (folder / "README.md").read_text("utf-8")))
    assert pictures == {str(file.relative_to(folder)) for file in folder.glob("images/*.png")}
