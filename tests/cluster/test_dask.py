"""A run on a cluster finds what a run on one machine finds, and outlives its workers."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from initls.cli import arguments, check
from initls.cli.main import main
from initls.cli.options import options_of
from initls.cli.outcome import AnalysisMaker
from tests.cli.fake import FakeChecker
from tests.cli.test_cache import BLOCKS, NET
from tests.cluster.clusters import LEAVE, ROOT, VICTIM, Waiting, cluster, until
from tests.corpus.modes import some_files
from tests.corpus.packages import CORPUS

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of two workers."""
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        yield made.address


def ran(capsys: pytest.CaptureFixture[str], *argv: str, make: AnalysisMaker | None = None) -> tuple[int, str, str]:
    capsys.readouterr()
    status = check.run(options_of(arguments.parse(["check", "--isolated", *argv])), make)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def write(folder: Path, *sources: str) -> None:
    for number, source in enumerate(sources):
        (folder / f"f{number:03}.py").write_text(source)


@pytest.mark.parametrize("form", ["full", "json", "sarif"])
def test_it_prints_what_one_machine_prints(
    dask: str, form: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    argv = ["-n", "--select", "ALL", "--output-format", form, "examples", "tests/everyday", "tests/cli"]
    here = ran(capsys, *argv, "-j", "1")
    assert "INI2" in here[1]
    assert ran(capsys, *argv, "--dask", dask) == here


def test_what_it_finds_is_kept_and_repaired(
    dask: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [tmp_path / "here", tmp_path / "there"]
    for folder, way in zip(folders, (["-j", "1"], ["--dask", dask]), strict=True):
        shutil.copytree(ROOT / "examples", folder)
        monkeypatch.chdir(folder)
        kept = ["--cache-dir", "cache"]
        first = ran(capsys, *kept, *way, "-q")
        assert len([path for path in Path("cache").rglob("*") if len(path.name) == 38]) == len([*folder.glob("*.py")])
        # What the cluster has kept needs no cluster.
        assert ran(capsys, *kept, "-q") == first
        ran(capsys, *kept, *way, "--fix", "--unsafe-fixes")
    texts = [{path.name: path.read_text() for path in folder.glob("*.py")} for folder in folders]
    assert texts[0] == texts[1] != {path.name: path.read_text() for path in (ROOT / "examples").glob("*.py")}


def test_workers_remember_nothing_of_the_run_before(
    dask: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)
    for blocks in (BLOCKS, BLOCKS.replace("nn.init.zeros_", "nn.init.xavier_normal_"), None, BLOCKS):
        if blocks is None:
            (tmp_path / "blocks.py").unlink()
        else:
            (tmp_path / "blocks.py").write_text(blocks)
        here = ran(capsys, "-n", "-j", "1", "net.py")
        assert ("INI101" in here[1]) == (blocks == BLOCKS)
        # Whichever worker it is that gets the file.
        assert {ran(capsys, "-n", "--dask", dask, "net.py") for _ in range(4)} == {here}


def test_a_worker_that_is_lost_in_mid_run_costs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    write(project, *["bad\n", "risky\nodd\n", "pass\n"] * 15, f"bad\n# {VICTIM}\n", *["odd\n"] * 20)
    monkeypatch.chdir(project)
    killed: list[int] = []

    def kill() -> None:
        until(lambda: (project / VICTIM).exists() and (project / VICTIM).read_text().endswith("\n"))
        killed.append(int((project / VICTIM).read_text().split()[0]))
        os.kill(killed[0], signal.SIGKILL)
        (project / LEAVE).touch()

    with cluster(tmp_path, workers=3) as made:
        hunter = threading.Thread(target=kill)
        hunter.start()
        there = ran(capsys, "-n", "--output-format", "json", "--dask", made.address, make=Waiting)
        hunter.join()
    here = ran(capsys, "-n", "--output-format", "json", "-j", "1", make=FakeChecker)
    assert len(json.loads(here[1])) == 66
    assert there == here
    # Another worker has looked at the same file again.
    assert len(set((project / VICTIM).read_text().split()) - {str(killed[0])}) == 1


def test_public_code_is_found_the_same_while_a_worker_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CORPUS)
    check = ["--select", "ALL", "--output-format", "json", *some_files()]
    kept = tmp_path / "kept"
    left: list[int] = []
    with cluster(tmp_path, workers=3) as made:

        def kill() -> None:
            # What the workers have kept tells that they are in the middle of it.
            until(lambda: len([path for path in kept.rglob("*") if path.is_file()]) > 20, 200)
            made.workers[1].kill()
            left.append(made.workers[1].wait())

        hunter = threading.Thread(target=kill)
        hunter.start()
        there = ran(capsys, *check, "--cache-dir", str(kept), "--dask", made.address)
        hunter.join()
    assert left == [-signal.SIGKILL]
    assert there == ran(capsys, *check, "-n")
    assert json.loads(there[1])


def test_a_file_that_ends_every_worker_is_given_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    write(project, *["bad\n"] * 9, "kill\n", *["odd\n"] * 9)
    monkeypatch.chdir(project)
    with cluster(tmp_path, nanny=True, DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1") as made:
        status, out, err = ran(capsys, "-n", "--output-format", "json", "--dask", made.address, make=FakeChecker)
    assert status == 2
    assert [Path(one["filename"]).name for one in json.loads(out)] == [f"f{n:03}.py" for n in range(19) if n != 9]
    assert "f009.py: the analysis of this file ended its process" in err


def test_a_worker_with_another_program_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "initls", tmp_path / "other" / "initls")
    with (tmp_path / "other" / "initls" / "rules" / "ini101.py").open("a") as file:
        file.write("# It says something else.\n")
    write(tmp_path, "bad\n")
    monkeypatch.chdir(tmp_path)
    with cluster(tmp_path, workers=1, PYTHONPATH=str(tmp_path / "other")) as made:
        status, out, err = ran(capsys, "-n", "f000.py", "--dask", made.address)
    assert (status, out) == (2, "")
    assert "--dask: a worker has another initls, libcst or Python than this machine" in err


def test_where_there_is_no_cluster(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "bad\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("initls.cli.cluster.PATIENCE", "1s")
    assert main(["check", "-n", "--isolated", "--dask", "tcp://127.0.0.1:9"]) == 2
    assert "--dask: `tcp://127.0.0.1:9`: no scheduler of Dask answers there" in capsys.readouterr().err
