"""Globs are those of git, however they are looked up."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from initls.workspace import globs

NAMES = st.sampled_from([".venv", "build", "builder", "a", "a.py", "v-1", "_x"])
GLOBS = st.one_of(
    NAMES,
    NAMES.map("/{}".format),
    NAMES.map("{}/".format),
    NAMES.map("!{}".format),
    NAMES.map("{}*".format),
    st.tuples(NAMES, NAMES).map("/".join),
    st.sampled_from(["*.py", "**/a", "a/**", "[ab]", "#a", "", "!", "\\"]),
)
PATHS = st.tuples(st.lists(NAMES, min_size=1, max_size=4).map("/".join), st.sampled_from(["", "/"])).map("".join)


@given(lines=st.lists(GLOBS, max_size=6).map(tuple), path=PATHS)
def test_names_match_as_the_globs_that_they_are(lines: tuple[str, ...], path: str) -> None:
    assert globs.matches(lines, path) is globs.spec(lines).match_file(path)


def test_the_usual_globs_need_no_library() -> None:
    """It is loaded in front of everybody's first file otherwise."""
    code = """
        import sys
        from initls.settings import DEFAULT_EXCLUDE
        from initls.workspace import globs

        print(globs.matches(DEFAULT_EXCLUDE, "models/a.py"), globs.matches(DEFAULT_EXCLUDE, "a/venv/b.py"))
        print("pathspec" in sys.modules)
    """
    lines = "\n".join(line.strip() for line in code.splitlines())
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False"]
