"""Which settings hold for a file, and what is said about those that cannot be obeyed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from initls.findings import Severity
from initls.settings import DEFAULT_EXCLUDE, Settings
from initls.workspace.config import ConfigError, Configuration, Overrides, load
from initls.workspace.options import KEYS, apply_options

CODES = ("INI001", "INI101", "INI102", "INI202", "INI203")


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_fills_its_field(tmp_path: Path) -> None:
    path = write(
        tmp_path / "initls.toml",
        """
        select = ["ALL"]
        ignore = ["INI2"]
        extend-select = ["INI203"]
        exclude = ["old"]
        extend-exclude = ["gen/*.py"]
        distribution = "uniform"
        torch-version = "2.6"
        framework = ["transformers"]
        [per-file-ignores]
        "tests/*" = ["INI1"]
        [severity]
        INI1 = "hint"
        """,
    )
    assert load(path, CODES) == Settings(
        select=("ALL",),
        ignore=("INI2",),
        extend_select=("INI203",),
        per_file_ignores=(("tests/*", ("INI1",)),),
        exclude=("old",),
        extend_exclude=("gen/*.py",),
        severity=(("INI1", Severity.HINT),),
        distribution="uniform",
        torch_version="2.6",
        framework=("transformers",),
    )


def test_the_keys_are_the_fields_of_settings() -> None:
    assert {key.replace("-", "_") for key in KEYS} == set(Settings.__struct_fields__)


def test_the_nearest_file_holds(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", 'ignore = ["INI101"]')
    write(tmp_path / "inner/pyproject.toml", '[tool.initls]\nignore = ["INI102"]')
    (tmp_path / "inner/deep").mkdir()
    configuration = Configuration(CODES)
    assert configuration.for_file(tmp_path / "a.py").ignore == ("INI101",)
    assert configuration.for_file(tmp_path / "inner/deep/a.py").ignore == ("INI102",)
    assert configuration.resolve(tmp_path / "inner/deep").root == tmp_path / "inner"


def test_initls_toml_wins_over_pyproject_in_one_folder(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.initls]\nignore = ["INI102"]')
    write(tmp_path / "initls.toml", 'ignore = ["INI101"]')
    assert Configuration(CODES).for_file(tmp_path / "a.py").ignore == ("INI101",)


def test_a_pyproject_without_our_table_is_passed_by(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[tool.initls]\nignore = ["INI102"]')
    write(tmp_path / "inner/pyproject.toml", '[tool.ruff]\nselect = ["E"]')
    resolved = Configuration(CODES).resolve(tmp_path / "inner")
    assert resolved.settings.ignore == ("INI102",)
    assert resolved.source == tmp_path / "pyproject.toml"


def test_an_empty_table_ends_the_walk(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", 'ignore = ["INI101"]')
    write(tmp_path / "inner/pyproject.toml", "[tool.initls]\n")
    assert Configuration(CODES).for_file(tmp_path / "inner/a.py") == Settings()


def test_isolated_looks_at_no_file(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", 'ignore = ["INI101"]')
    assert Configuration(CODES, isolated=True).for_file(tmp_path / "a.py") == Settings()


def test_a_given_file_stands_for_all(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", 'ignore = ["INI101"]')
    given = write(tmp_path / "other/strict.toml", 'ignore = ["INI202"]')
    resolved = Configuration(CODES, file=given).resolve(tmp_path)
    assert resolved.settings.ignore == ("INI202",)
    assert resolved.root == tmp_path / "other"


def test_a_given_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: the settings file cannot be read"):
        Configuration(CODES, file=tmp_path / "none.toml").resolve(tmp_path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "initls.toml", 'ignore = ["INI101"]')
    configuration = Configuration(CODES)
    assert configuration.for_file(tmp_path / "a.py").ignore == ("INI101",)
    write(path, 'ignore = ["INI202"]')
    os.utime(path, ns=(1, 1))
    assert configuration.for_file(tmp_path / "a.py").ignore == ("INI202",)
    path.unlink()
    assert configuration.for_file(tmp_path / "a.py").ignore == ()


def test_an_unchanged_file_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "initls.toml", 'ignore = ["INI101"]')
    configuration = Configuration(CODES)
    configuration.for_file(tmp_path / "a.py")
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read again"))
    assert configuration.for_file(tmp_path / "b.py").ignore == ("INI101",)


def test_the_longest_beginning_of_a_code_says_how_loud_it_is() -> None:
    settings = Settings(severity=(("ALL", Severity.HINT), ("INI2", Severity.ERROR), ("INI203", Severity.WARNING)))
    heard = [settings.severity_of(code, Severity.INFORMATION) for code in ("INI101", "INI202", "INI203")]
    assert heard == [Severity.HINT, Severity.ERROR, Severity.WARNING]
    assert Settings().severity_of("INI101", Severity.INFORMATION) is Severity.INFORMATION


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('\nselct = ["INI1"]', 2, "`selct`: there is no such setting; did you mean `select`?"),
        (
            'select = ["INI1O1"]',
            1,
            "`select`: `INI1O1` is neither a rule's code nor the beginning of one; did you mean",
        ),
        ('select = "INI1"', 1, "`select`: expected a list of strings, got 'INI1'"),
        ('\n\ndistribution = "unform"', 3, 'expected "normal" or "uniform", got \'unform\'; did you mean `uniform`?'),
        ("[severity]\nINI1 = 'fatal'", 1, 'expected "error", "warning", "information" or "hint", got \'fatal\''),
        ("torch-version = 2.6", 1, 'expected a version such as "2.6", got 2.6'),
        ("per-file-ignores = 3", 1, "expected a table of globs with lists of codes, got 3"),
        (
            "framework = ['fdsp']",
            1,
            '"lightning", "mmengine", "peft" or "transformers", got \'fdsp\'; did you mean `fsdp`?',
        ),
        ("exclude = [1]", 1, "expected a list of strings, got [1]"),
        ("select = [\n  'INI1'\n  'INI2'\n]", 3, "not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, line: int, words: str) -> None:
    path = write(tmp_path / "initls.toml", text)
    with pytest.raises(ConfigError) as caught:
        Configuration(CODES).resolve(tmp_path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert words in str(caught.value)


def test_a_mistake_in_pyproject_is_found_in_our_table(tmp_path: Path) -> None:
    path = write(
        tmp_path / "pyproject.toml",
        "[project]\nname = 'x'\n[tool.ruff]\nselect = ['E']\n\n[tool.initls]\nselect = 3\n",
    )
    with pytest.raises(ConfigError) as caught:
        load(path, CODES)
    assert str(caught.value) == f"{path}:7: `select`: expected a list of strings, got 3"


def test_a_mistake_in_a_table_of_its_own_is_found(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", "[tool.initls]\n[tool.initls.severity]\nINI9 = 'hint'\n")
    with pytest.raises(ConfigError) as caught:
        load(path, CODES)
    assert caught.value.line == 2
    assert "`INI9` is neither" in str(caught.value)


def test_a_file_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "initls.toml"
    path.write_bytes(b"select = ['\xff']")
    with pytest.raises(ConfigError, match="not UTF-8"):
        load(path)


def test_a_mistake_is_an_error_each_time(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", "select = 3")
    configuration = Configuration(CODES)
    for _ in range(2):
        with pytest.raises(ConfigError):
            configuration.resolve(tmp_path)


def test_files_have_one_spelling_and_the_other_is_recognized() -> None:
    with pytest.raises(ConfigError, match="did you mean `extend-select`"):
        apply_options(Settings(), {"extendSelect": ["INI2"]}, codes=CODES)


@pytest.mark.parametrize("glob", ["!", "old\\", "[z-a]"])
def test_a_glob_that_means_nothing_is_an_error(tmp_path: Path, glob: str) -> None:
    write(tmp_path / "initls.toml", f"exclude = ['{glob}']")
    with pytest.raises(ConfigError, match="is no glob"):
        Configuration(CODES).resolve(tmp_path)


# ------------------------------------------------------------------- what is asked for by hand


def chosen(settings: Settings) -> set[str]:
    return {code for code in CODES if settings.selects(code)}


def test_select_by_hand_replaces_the_choice_of_the_file() -> None:
    from_file = Settings(select=("INI1",), extend_select=("INI202",))
    assert chosen(Overrides(select=("INI203",)).over(from_file)) == {"INI203"}


def test_what_is_selected_by_hand_is_no_longer_ignored() -> None:
    from_file = Settings(ignore=("INI101",))
    assert "INI101" in chosen(Overrides(select=("INI101",)).over(from_file))
    assert "INI101" in chosen(Overrides(extend_select=("INI101",)).over(from_file))
    # A wider choice does not reach into a narrower exception.
    assert chosen(Overrides(select=("INI1",)).over(from_file)) == {"INI102"}


def test_ignore_by_hand_adds_to_the_file() -> None:
    from_file = Settings(ignore=("INI101",))
    assert chosen(Overrides(ignore=("INI2",)).over(from_file)) == {"INI001", "INI102"}


def test_other_settings_by_hand_replace_those_of_the_file() -> None:
    from_file = Settings(distribution="uniform", exclude=("a",))
    over = Overrides(options={"distribution": "normal"}).over(from_file)
    assert over.distribution == "normal"
    assert over.exclude == ("a",)


# ------------------------------------------------------------------- per-file-ignores


def test_per_file_ignores_count_from_the_folder_of_the_settings(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", 'select = ["INI101", "INI202"]\n[per-file-ignores]\n"tests/*.py" = ["INI1"]')
    (tmp_path / "tests").mkdir()
    configuration = Configuration(CODES)
    assert chosen(configuration.for_file(tmp_path / "tests/a.py")) == {"INI202"}
    assert chosen(configuration.for_file(tmp_path / "src.py")) == {"INI101", "INI202"}


def test_per_file_ignores_may_be_turned_round(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", '[per-file-ignores]\n"!src/**" = ["ALL"]')
    (tmp_path / "src").mkdir()
    configuration = Configuration(CODES)
    assert chosen(configuration.for_file(tmp_path / "src/a.py")) == set(CODES)
    assert chosen(configuration.for_file(tmp_path / "b.py")) == set()


def test_the_default_excludes_stay_unless_replaced(tmp_path: Path) -> None:
    write(tmp_path / "initls.toml", 'extend-exclude = ["gen"]')
    settings = Configuration(CODES).for_file(tmp_path / "a.py")
    assert settings.exclude == DEFAULT_EXCLUDE
    assert settings.extend_exclude == ("gen",)
