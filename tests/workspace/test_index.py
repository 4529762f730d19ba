"""Where modules are found, and when the disk is believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from initls.workspace.index import Index, environment


def tree(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")


def found(index: Index, root: Path, importer: str, module: str, level: int = 0) -> str | None:
    path = index.find(str(root / importer), module, level)
    return None if path is None else Path(path).relative_to(root).as_posix()


LAYOUT = (
    "pyproject.toml",
    "pkg/__init__.py",
    "pkg/a.py",
    "pkg/sub/__init__.py",
    "pkg/sub/b.py",
    "loose/c.py",
    "loose/d.py",
    "src/lib/__init__.py",
    "src/lib/e.py",
    "top.py",
)


@pytest.mark.parametrize(
    ("importer", "module", "level", "expected"),
    [
        ("pkg/a.py", "sub.b", 1, "pkg/sub/b.py"),
        ("pkg/a.py", "", 1, "pkg/__init__.py"),
        ("pkg/sub/b.py", "a", 2, "pkg/a.py"),
        ("pkg/sub/b.py", "", 2, "pkg/__init__.py"),
        ("pkg/sub/b.py", "pkg.a", 0, "pkg/a.py"),
        ("pkg/sub/b.py", "pkg.sub", 0, "pkg/sub/__init__.py"),
        ("pkg/sub/b.py", "top", 0, "top.py"),
        ("pkg/sub/b.py", "missing", 0, None),
        ("pkg/sub/b.py", "missing", 1, None),
        ("loose/c.py", "d", 0, "loose/d.py"),
        ("loose/c.py", "loose.d", 0, "loose/d.py"),
        ("loose/c.py", "lib.e", 0, "src/lib/e.py"),
        ("loose/c.py", "pkg.sub.b", 0, "pkg/sub/b.py"),
        ("src/lib/e.py", "lib", 0, "src/lib/__init__.py"),
        ("top.py", "lib.missing", 0, None),
    ],
)
def test_a_module_is_found_as_python_would(
    tmp_path: Path, importer: str, module: str, level: int, expected: str | None
) -> None:
    tree(tmp_path, *LAYOUT)
    assert found(Index(()), tmp_path, importer, module, level) == expected


def test_a_package_comes_before_a_module_of_its_name(tmp_path: Path) -> None:
    tree(tmp_path, "pyproject.toml", "x.py", "x/__init__.py", "main.py")
    assert found(Index(()), tmp_path, "main.py", "x") == "x/__init__.py"


def test_the_project_ends_where_its_root_is(tmp_path: Path) -> None:
    tree(tmp_path, "outside.py", "project/pyproject.toml", "project/main.py")
    assert found(Index(()), tmp_path, "project/main.py", "outside") is None


def test_the_environment_comes_last(tmp_path: Path) -> None:
    tree(tmp_path, "env/a/__init__.py", "env/b/__init__.py", "work/pyproject.toml", "work/a.py", "work/main.py")
    index = Index((tmp_path / "env",))
    assert found(index, tmp_path, "work/main.py", "a") == "work/a.py"
    assert found(index, tmp_path, "work/main.py", "b") == "env/b/__init__.py"


def test_installed_packages_are_not_ours(tmp_path: Path) -> None:
    site = tmp_path / "venv" / "lib" / "python3.12" / "site-packages"
    index = Index((site,))
    main, one, other = str(tmp_path / "main.py"), str(site / "one" / "a.py"), str(site / "other.py")
    assert index.ours(main, str(tmp_path / "b.py"))
    assert not index.ours(main, one)
    # Whoever checks an installed package itself wants it seen whole.
    assert index.ours(str(site / "one" / "b.py"), one)
    assert not index.ours(one, other)


def test_the_environment_of_a_project_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.delenv("CONDA_PREFIX", raising=False)
    site = tmp_path / "project" / ".venv" / "lib" / "python3.12" / "site-packages"
    site.mkdir(parents=True)
    (tmp_path / "project" / "deep").mkdir()
    assert environment(tmp_path / "project" / "deep") == (site,)
    active = tmp_path / "active" / "lib" / "python3.10" / "site-packages"
    active.mkdir(parents=True)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / "active"))
    assert environment(tmp_path / "project" / "deep") == (active,)


def test_the_disk_is_looked_at_again_only_when_asked(tmp_path: Path) -> None:
    tree(tmp_path, "pyproject.toml", "main.py")
    index = Index(())
    assert found(index, tmp_path, "main.py", "late") is None
    tree(tmp_path, "late.py")
    index.look()
    assert found(index, tmp_path, "main.py", "late") is None
    before = index.layout()
    index.look_again()
    assert index.layout() != before
    assert found(index, tmp_path, "main.py", "late") == "late.py"


def test_a_file_that_changes_has_another_stamp(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    index = Index((), patience=0.0)
    path = str(tmp_path / "a.py")
    before = index.stamp(path)
    index.look()
    assert index.stamp(path) == before
    (tmp_path / "a.py").write_text("x = 1\n")
    index.look()
    assert index.stamp(path) != before
    assert index.text(path) == "x = 1\n"
    (tmp_path / "a.py").unlink()
    assert index.text(path) is None
