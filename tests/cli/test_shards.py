"""A run in parts, and the parts made one again: nothing tells it from one run."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initls.cli import arguments, main, merge
from initls.cli.formats import FORMATS
from initls.cli.options import options_of
from initls.cli.outcome import Shown
from initls.cli.shards.plain import Misshapen, made, plain
from initls.cli.shards.shard import Shard
from initls.settings import Settings
from initls.syntax.text import Text
from tests.cli.conftest import Ran, Run
from tests.cli.test_cache import BLOCKS, LENET, NET

CELLS = [
    {"cell_type": kind, "metadata": {}, "outputs": [], "source": source}
    for kind, source in (("code", "bad\n"), ("markdown", "# A title\n"), ("code", "x\nrisky\n"))
]
FILES = {
    "a.py": "bad\nodd\n",
    "pkg/b.py": "class A:\n    def f(self):\n        bad\n\n\n\nrisky\n",
    "pkg/c.py": "pass\n",
    "pkg/deeper/d.py": "broken\nodd 'wörd'\n",
    "pkg/e.py": "fault\nbad\n",
    "other/f.py": "odd\n",
    "other/g.ipynb": json.dumps({"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    "other/pyproject.toml": "[tool.initls.severity]\nINI103 = 'error'\n",
    "z.py": "bad\n",
}

Merge = Callable[..., Ran]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with files of all kinds."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def merged(project: Path, capsys: pytest.CaptureFixture[str]) -> Merge:
    """Runs `initls merge`."""

    def merged(*argv: str) -> Ran:
        capsys.readouterr()
        status = merge.run(options_of(arguments.parse(["merge", *argv])))
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return merged


def in_parts(run: Run, of: int, *argv: str, form: str = "json") -> list[str]:
    """The files that the parts of a run have printed into."""
    files = []
    for number in range(1, of + 1):
        done = run(*argv, "--shard", f"{number}/{of}", "--output-format", form)
        Path(f"{number}of{of}.{form}").write_text(done.out, encoding="utf-8")
        files.append(f"{number}of{of}.{form}")
    return files


@pytest.mark.parametrize("form", ["json", "sarif"])
@pytest.mark.parametrize("of", [1, 2, 5, 40])
def test_parts_make_the_whole(run: Run, merged: Merge, form: str, of: int) -> None:
    whole = run("--output-format", form)
    assert whole.out.count("INI101") >= 4
    assert merged(*in_parts(run, of, form=form)) == whole


@pytest.mark.parametrize("form", FORMATS)
def test_the_whole_can_be_printed_in_any_format(run: Run, merged: Merge, form: str) -> None:
    files = in_parts(run, 3)
    flags = ["--output-format", form, "--unsafe-fixes", "--color", "always"]
    assert merged(*files[::-1], *flags) == run(*flags)


@pytest.mark.parametrize(
    "flags",
    [
        ["--statistics"],
        ["--statistics", "--output-format", "json"],
        ["--exit-zero"],
        ["--exit-on", "error", "--quiet", "--output-format", "concise"],
    ],
)
def test_the_whole_is_told_as_it_is_wanted(run: Run, merged: Merge, flags: list[str]) -> None:
    files = in_parts(run, 3)
    assert merged(*files, "--output-format", "full", *flags) == run(*flags)


def test_a_part_holds_the_findings_of_its_files_in_their_usual_form(run: Run) -> None:
    whole = run("--output-format", "json").json
    parts = [json.loads(Path(file).read_text()) for file in in_parts(run, 3)]
    assert sorted((one for part in parts for one in part["findings"]), key=repr) == sorted(whole, key=repr)
    assert [(part["shard"]["number"], part["shard"]["of"]) for part in parts] == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_part_outlives_what_shells_do_to_it(run: Run, merged: Merge, encoding: str) -> None:
    """Standard output has many encodings, and a shell that redirects it may choose yet another."""
    files = in_parts(run, 3)
    for file in map(Path, files):
        file.write_bytes(file.read_text(encoding="utf-8").encode(encoding))
    whole = run("--output-format", "full")
    assert "wörd" in whole.out
    assert merged(*files, "--output-format", "full") == whole


@pytest.mark.parametrize("at_work", ["check", "merge"])
def test_a_baseline_leaves_out_what_it_knows(run: Run, merged: Merge, project: Path, at_work: str) -> None:
    run("--baseline", "known.json", "--write-baseline", "pkg")
    known = ["--baseline", "known.json", "-q"]
    whole = run(*known, "--output-format", "json")
    assert whole.json and len(whole.json) < len(run("--output-format", "json").json)
    if at_work == "check":
        assert merged(*in_parts(run, 3, *known), "-q").out == whole.out
    else:
        assert merged(*in_parts(run, 3), *known) == whole


def test_a_baseline_is_written_of_the_whole(run: Run, merged: Merge, project: Path) -> None:
    files = in_parts(run, 3)
    whole = run("--baseline", "one.json", "--write-baseline")
    parts = merged(*files, "--baseline", "two.json", "--write-baseline", "--output-format", "full")
    assert (parts.status, parts.out) == (whole.status, whole.out)
    assert (project / "one.json").read_text() == (project / "two.json").read_text() != ""


@pytest.mark.parametrize(
    "paths", [["a.py", "pkg", "gone.py"], ["pkg/deeper", "other", "."], ["pkg/crash.py", "."], ["pkg/null.py", "pkg"]]
)
def test_paths_that_are_not_there_and_files_that_cannot_be_read(
    run: Run, merged: Merge, project: Path, paths: list[str]
) -> None:
    (project / "pkg" / "crash.py").write_text("crash\n")
    (project / "pkg" / "null.py").write_bytes(b"\xff\xfe\x00")
    whole = run(*paths, "--output-format", "json")
    assert merged(*in_parts(run, 3, *paths)) == whole


def test_a_part_may_have_been_made_in_another_folder(
    run: Run, merged: Merge, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the real analysis and findings that point at other files."""
    for name, text in {"blocks.py": BLOCKS, "net.py": NET, "lenet.py": LENET}.items():
        (project / "pkg" / name).write_text(text)
    shutil.copytree(project, project.parent / f"{project.name}-copy")

    def real(*argv: str) -> str:
        capsys.readouterr()
        assert main.main(["check", "--no-cache", "pkg", *argv]) in (0, 1)
        return capsys.readouterr().out

    whole = {form: real("--output-format", form) for form in ("json", "sarif", "full")}
    assert [
        one for found in json.loads(whole["json"]) for one in found["related"] if one["filename"] != found["filename"]
    ]
    files = []
    for number, folder in enumerate((project, project.parent / f"{project.name}-copy"), start=1):
        monkeypatch.chdir(folder)
        files.append(str(folder / "part.json"))
        Path(files[-1]).write_text(real("--shard", f"{number}/2", "--output-format", "json"))
    monkeypatch.chdir(project)
    assert {form: merged(*files, "--output-format", form).out for form in whole} == whole


# ------------------------------------------------------------------- which files belong to a part


def test_every_file_is_in_one_part(run: Run, project: Path) -> None:
    listed = run("--show-files").out.split()
    parts = [run("--show-files", "--shard", f"{number}/4").out.split() for number in range(1, 5)]
    assert Counter(name for part in parts for name in part) == Counter(listed)
    assert sum(map(bool, parts)) > 1


@given(st.lists(st.text(min_size=1), unique=True, max_size=30), st.integers(1, 9))
def test_a_name_alone_says_where_a_file_belongs(names: list[str], of: int) -> None:
    for name in names:
        assert [Shard(number, of).holds(name) for number in range(1, of + 1)].count(True) == 1


def test_parts_are_of_like_size() -> None:
    names = [f"pkg/models/model_{number}.py" for number in range(3000)]
    sizes = [sum(Shard(number, 3).holds(name) for name in names) for number in (1, 2, 3)]
    assert min(sizes) > 900


def test_an_empty_part_is_no_mistake(run: Run, project: Path) -> None:
    (empty,) = (done for number in (1, 2) if not (done := run("a.py", "--shard", f"{number}/2", "-q")).out)
    assert (empty.status, empty.err) == (0, "")


# ------------------------------------------------------------------- what is no whole


def written(name: str, text: str | Callable[[Any], object]) -> Callable[[], None]:
    """Writes over a file: a text, or what becomes of the JSON in it."""

    def write() -> None:
        path = Path(name)
        if isinstance(text, str):
            path.write_text(text)
        else:
            told = json.loads(path.read_text())
            text(told)
            path.write_text(json.dumps(told))

    return write


def shard_with(**changes: Any) -> Callable[[Any], object]:
    return lambda told: told["shard"].update(changes)


MISTAKES: dict[str, tuple[Callable[[], object], list[str], str]] = {
    "a shard too few": (lambda: None, ["1of3.json", "3of3.json"], "not all shards are given; missing: 2/3"),
    "a shard twice": (lambda: None, ["1of3.json", "2of3.json", "1of3.json"], "1of3.json: it is shard 1/3, and so is"),
    "two ways to divide": (
        lambda: None,
        ["1of3.json", "2of3.json", "3of4.json"],
        "3of4.json: it is shard 3/4, and 1of3.json is shard 1/3",
    ),
    "no such file": (lambda: None, ["1of3.json", "nothing.json"], "nothing.json: the file cannot be read"),
    "empty": (written("2of3.json", ""), [], "2of3.json: it is empty"),
    "no JSON": (written("2of3.json", "[1,"), [], "2of3.json: it is not valid JSON"),
    "other JSON": (written("2of3.json", "[1]"), [], "2of3.json: it is no part of a run"),
    "a whole run": (written("2of3.json", '{"shard": 1}'), [], "2of3.json: it is no part of a run"),
    "another version": (
        written("2of3.json", shard_with(initls="0.0.1", files=None)),
        [],
        "2of3.json: it was printed by initls 0.0.1, and this is ",
    ),
    "another shape": (
        written("2of3.json", shard_with(files="none")),
        [],
        '2of3.json: it is not as initls has printed it: `"none"` is no array',
    ),
    "files lost": (written("2of3.json", shard_with(files=[])), [], "the shards do not hold all files of the run"),
    "settings lost": (
        written("2of3.json", shard_with(settings=[])),
        [],
        "2of3.json: it is not as initls has printed it",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_is_no_whole_is_said_to_be_none(run: Run, merged: Merge, mistake: str) -> None:
    spoil, files, words = MISTAKES[mistake]
    given = in_parts(run, 3)
    in_parts(run, 4)
    spoil()
    done = merged(*(files or given))
    assert (done.status, done.out) == (2, "")
    assert words in done.err


def test_other_files_and_other_settings_are_told_apart(run: Run, merged: Merge, project: Path) -> None:
    one, two, three = in_parts(run, 3)
    Path("3.json").write_text(run("--shard", "3/3", "--output-format", "json", "--ignore", "INI103").out)
    assert "3.json: it belongs to another run than 1of3.json: other settings held" in merged(one, two, "3.json").err
    (project / "new.py").write_text("bad\n")
    Path("3.json").write_text(run("--shard", "3/3", "--output-format", "json").out)
    assert "3.json: it belongs to another run than 1of3.json: other files were found" in merged(one, two, "3.json").err
    assert merged(one, two, three).status == 1


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--shard", "0/3"], "expected a part and how many there are, such as 2/3, got `0/3`"),
        (["--shard", "4/3"], "got `4/3`"),
        (["--shard", "2"], "got `2`"),
        (["--shard", "1/2", "--fix"], "--shard is for runs that check"),
        (["--shard", "1/2", "--baseline", "b", "--write-baseline"], "`initls merge --baseline FILE --write-baseline`"),
        (["--shard", "1/2", "-"], "standard input is one file"),
    ],
)
def test_what_has_no_parts(argv: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        arguments.parse(["check", *argv])
    assert left.value.code == 2
    assert words in capsys.readouterr().err


# ------------------------------------------------------------------- values as JSON

st.register_type_strategy(Text, st.builds(Text.of, st.text()))


@settings(max_examples=30, deadline=None)
@given(st.from_type(Shown) | st.from_type(Settings))
def test_what_is_told_is_what_is_read(value: Shown | Settings) -> None:
    assert made(type(value), json.loads(json.dumps(plain(value)))) == value


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
)


@settings(max_examples=30, deadline=None)
@given(st.from_type(Shown), st.data())
def test_whatever_else_is_read_is_misshapen(value: Shown, data: st.DataObject) -> None:
    """Junk in any place is either refused, or of the very type that belongs there."""
    told = plain(value)
    place, keys = told, []
    while isinstance(place, dict | list) and place and (not keys or data.draw(st.booleans())):
        keys.append(data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place)))))
        place = place[keys[-1]]
    holder = told
    for key in keys[:-1]:
        holder = holder[key]
    holder[keys[-1]] = data.draw(JUNK)
    try:
        read = made(Shown, told)
    except Misshapen:
        return
    assert plain(read) == told
