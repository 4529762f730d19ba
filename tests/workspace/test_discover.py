"""Which files a run looks at."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from initls.settings import Settings
from initls.workspace.config import Configuration
from initls.workspace.discover import Found, Missing, discover, excluded_by


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(root: Path, *names: str, force_exclude: bool = False) -> list[str]:
    paths = [root / name for name in names] or [root]
    results = discover(paths, Configuration().resolve, force_exclude=force_exclude)
    return [one.path.relative_to(root).as_posix() for one in results if isinstance(one, Found)]


def test_python_files_below_a_folder_in_order(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a.py", "c.txt", "pkg/z.py", "pkg/sub/m.py", "d.pyi")
    assert found(tmp_path) == ["a.py", "b.py", "pkg/z.py", "pkg/sub/m.py"]


def test_a_file_is_reported_once(tmp_path: Path) -> None:
    make(tmp_path, "pkg/a.py")
    assert found(tmp_path, "pkg/a.py", "pkg", "pkg/../pkg/a.py") == ["pkg/a.py"]


def test_a_named_file_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    make(tmp_path, "script", ".venv/lib/x.py")
    assert found(tmp_path, "script", ".venv/lib/x.py") == ["script", ".venv/lib/x.py"]


def test_a_path_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    results = list(discover([tmp_path / "none"], Configuration().resolve))
    assert results == [Missing(tmp_path / "none", "no such file or folder", named=True)]


def test_default_excludes_work_by_path_segment(tmp_path: Path) -> None:
    make(tmp_path, "a.py", ".venv/x.py", "pkg/node_modules/y.py", "pkg/build/z.py", "pkg/builder/ok.py", "build.py")
    assert found(tmp_path) == ["a.py", "build.py", "pkg/builder/ok.py"]


def test_a_project_inside_an_excluded_segment_is_checked(tmp_path: Path) -> None:
    # The folder of the user may itself lie in one of that name.
    make(tmp_path, "build/project/a.py", "build/project/dist/b.py")
    assert found(tmp_path, "build/project") == ["build/project/a.py"]


def test_exclude_globs_count_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    make(tmp_path, "gen/a.py", "src/gen/b.py", "src/keep.py", "src/old_x.py")
    (tmp_path / "initls.toml").write_text('extend-exclude = ["/gen", "old_*.py"]')
    assert found(tmp_path) == ["src/keep.py", "src/gen/b.py"]


def test_force_exclude_holds_for_named_files(tmp_path: Path) -> None:
    make(tmp_path, ".venv/lib/x.py", "a.py")
    (tmp_path / "initls.toml").write_text("")
    assert found(tmp_path, ".venv/lib/x.py", "a.py", force_exclude=True) == ["a.py"]


def test_without_a_settings_file_the_segments_below_the_base_count(tmp_path: Path) -> None:
    make(tmp_path, "build/pkg/a.py", "b.py", "venv/lib/c.py")
    (tmp_path / "inner" / "build").mkdir(parents=True)
    make(tmp_path, "inner/build/d.py")
    resolve = Configuration(bases=[tmp_path, tmp_path / "inner" / "build"]).resolve
    paths = [tmp_path / name for name in ("build/pkg/a.py", "b.py", "venv/lib/c.py", "inner/build/d.py")]
    left = [one.path.name for one in discover(paths, resolve, force_exclude=True)]
    # Who works in a folder of that name means it.
    assert left == ["b.py", "d.py"]
    assert [one.path.name for one in discover([tmp_path / "build"], resolve)] == ["a.py"]


def test_nested_gitignore_files(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen.py", "pkg/gen.py", "pkg/b.py", "pkg/tmp/c.py", "pkg/sub/tmp/d.py")
    (tmp_path / ".gitignore").write_text("gen.py\n# a comment\n\n")
    (tmp_path / "pkg/.gitignore").write_text("!gen.py\n/tmp/\n")
    assert found(tmp_path) == ["a.py", "pkg/b.py", "pkg/gen.py", "pkg/sub/tmp/d.py"]


def test_gitignore_files_above_count_within_a_repository(tmp_path: Path) -> None:
    make(tmp_path, "pkg/a.py", "pkg/gen.py")
    (tmp_path / ".gitignore").write_text("gen.py\n")
    assert found(tmp_path, "pkg") == ["pkg/a.py", "pkg/gen.py"]
    (tmp_path / ".git/info").mkdir(parents=True)
    assert found(tmp_path, "pkg") == ["pkg/a.py"]


def test_a_line_that_means_nothing_costs_itself_alone(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "b.py")
    (tmp_path / ".gitignore").write_text("!\nold\\\n[z-a]\nb.py\n")
    assert found(tmp_path) == ["a.py"]


def test_info_exclude_is_obeyed(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "mine.py")
    (tmp_path / ".git/info").mkdir(parents=True)
    (tmp_path / ".git/info/exclude").write_text("mine.py\n")
    assert found(tmp_path) == ["a.py"]


def test_a_named_folder_that_git_ignores_is_walked(tmp_path: Path) -> None:
    make(tmp_path, ".corpus/pkg/a.py", ".corpus/pkg/gen.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text(".corpus/\n")
    (tmp_path / ".corpus/pkg/.gitignore").write_text("gen.py\n")
    assert found(tmp_path) == []
    assert found(tmp_path, ".corpus") == [".corpus/pkg/a.py"]
    assert found(tmp_path, ".corpus/pkg") == [".corpus/pkg/a.py"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git itself is the judge here")
def test_the_answer_is_that_of_git(tmp_path: Path) -> None:
    names = ["a.py", "b/a.py", "b/c/a.py", "b/c/d.py", "e f/g.py", "x/y/z.py", "x/q.py", "n.py", "k/n.py", "k/l/m.py"]
    make(tmp_path, *names)
    (tmp_path / ".gitignore").write_text("/a.py\nb/*\n!b/c\ne\\ f/\n**/y\nn.py\r\n")
    (tmp_path / "k").mkdir(exist_ok=True)
    (tmp_path / "k/.gitignore").write_text("!n.py\nl/*\n!l/m.py\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "-z", "*.py"],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert sorted(found(tmp_path)) == sorted(name for name in listed.split("\0") if name)


def test_linked_folders_are_not_followed_but_linked_files_are(tmp_path: Path) -> None:
    make(tmp_path, "real/a.py", "pkg/b.py")
    os.symlink(tmp_path / "real", tmp_path / "pkg/loop")
    os.symlink(tmp_path / "real/a.py", tmp_path / "pkg/linked.py")
    os.symlink(tmp_path / "nowhere.py", tmp_path / "pkg/dangling.py")
    assert found(tmp_path, "pkg") == ["pkg/b.py", "pkg/linked.py"]


def test_an_open_file_is_asked_with_the_folders_above_it(tmp_path: Path) -> None:
    settings = Settings()
    assert excluded_by(tmp_path / ".venv/lib/x.py", settings, tmp_path)
    assert excluded_by(tmp_path / "pkg/site-packages/x.py", settings, tmp_path)
    assert not excluded_by(tmp_path / "pkg/x.py", settings, tmp_path)
    assert not excluded_by(tmp_path / "builder/x.py", settings, tmp_path)
