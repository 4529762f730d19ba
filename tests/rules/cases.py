"""Examples with what is to be found in them, kept as Markdown that can be read on its own.

A file of examples has the sections `## Finds` and `## Stays silent`; each `###` below them is one example, with a block
of Python. A line on which a finding begins says so:

    nn.init.zeros_(self.fc.weight)  # finds: INI101 error "can never differ" "`fc.weight`"

with pieces of the message in quotes; two findings of one line are parted by a semicolon. What an example needs to be
run on a real torch stands at its top: `# builds:` an expression that gives the model (`Net()` unless it says
otherwise), `# reads:` one that gives the input of its forward pass, `# units:` the axis on which units lie where it is
not the first, `# shows:` a fact about what was built that holds because nothing is wrong, `# file:` the name of the
file, `# framework:` a pack that the settings name. `# keeps` marks a line whose initialization lasts.

The examples of `INI5xx` are of Keras and Flax, and `tests/keras` runs them there: each binds `model`. `# builds: no`
says that it cannot be built, `# reads:` gives the shape of its input, `# alike:` and `# apart:` say of which layers, by
their numbers, the kernels start alike, or do not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from initls.check import Checker, Result
from initls.document import Document
from initls.settings import Settings

FOLDER = Path(__file__).parent / "examples"

PREAMBLE = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"
"""What stands in front of an example that imports nothing."""

_DIRECTIVE = re.compile(r"^# (builds|reads|shows|file|units|framework|alike|apart): (.+)$", re.MULTILINE)
_FINDS = re.compile(r"# finds: (.+)$")
_ONE = re.compile(r"(INI\d+) (error|warning|information|hint)((?: \"[^\"]*\")*)$")


@dataclass(frozen=True)
class Expected:
    """A finding that an example must have, on this line (from 1)."""

    line: int
    code: str
    severity: str
    pieces: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """One example."""

    file: str
    title: str
    bad: bool
    source: str
    expected: tuple[Expected, ...]
    directives: tuple[tuple[str, str], ...]

    @property
    def id(self) -> str:
        """How test reports name it."""
        return f"{self.file}: {self.title}"

    def directive(self, name: str, default: str = "") -> str:
        """The last directive of that name."""
        return dict(self.directives).get(name, default)

    def facts(self) -> tuple[str, ...]:
        """What its `# shows:` lines claim."""
        return tuple(value for name, value in self.directives if name == "shows")

    @property
    def filename(self) -> str:
        """The name under which it is checked."""
        return self.directive("file", "model.py")

    @property
    def selected(self) -> tuple[str, ...]:
        """The rules that are asked besides those that are on by default: the one that the file is named after."""
        return (self.file,) if re.match(r"INI\d", self.file) else ()

    @property
    def settings(self) -> Settings:
        """The settings under which it is checked."""
        return Settings(extend_select=self.selected, framework=tuple(self.directive("framework").split()))

    def check(self) -> Result:
        """What is found in it."""
        return Checker().check(Document.of(self.filename, self.source), self.settings)


def check(source: str, filename: str = "model.py", selected: tuple[str, ...] = ()) -> Result:
    """What a fresh checker finds in a text, with these rules switched on besides."""
    return Checker().check(Document.of(filename, source), Settings(extend_select=selected))


def found(result: Result) -> list[tuple[int, str, str]]:
    """The findings by line (from 1), code and severity."""
    return [(f.span.start.line + 1, f.code, f.severity.value) for f in result.findings]


OF_OTHERS = "INI5"
"""What the codes of the rules begin with that speak of other frameworks."""


def of_torch() -> tuple[Case, ...]:
    """The examples that a real torch runs."""
    return tuple(case for case in cases() if not case.file.startswith(OF_OTHERS))


@cache
def cases(file: str = "") -> tuple[Case, ...]:
    """The examples of one file, or of all files."""
    if file:
        return tuple(_read(FOLDER / f"{file}.md"))
    return tuple(case for path in sorted(FOLDER.glob("*.md")) for case in cases(path.stem))


def _read(path: Path) -> list[Case]:
    text = path.read_text(encoding="utf-8")
    read: list[Case] = []
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        heading = section.splitlines()[0].strip()
        assert heading in ("Finds", "Stays silent"), f"{path.name} has a section `{heading}`"
        for example in re.split(r"^### ", section, flags=re.MULTILINE)[1:]:
            title = example.splitlines()[0].strip()
            block = re.search(r"^```python\n(.*?)^```$", example, re.MULTILINE | re.DOTALL)
            assert block is not None, f"{path.name}: `{title}` has no code"
            read.append(_case(path.stem, title, heading == "Finds", block[1]))
    titles = [case.title for case in read]
    assert len(titles) == len(set(titles)), f"{path.name} has two examples of one title"
    return read


def _case(file: str, title: str, bad: bool, code: str) -> Case:
    directives = tuple((m[1], m[2].strip()) for m in _DIRECTIVE.finditer(code))
    plain = _DIRECTIVE.sub("", code).lstrip("\n")
    source = plain if re.search(r"^\s*(import|from) ", plain, re.MULTILINE) else PREAMBLE + plain
    return Case(file, title, bad, source, expected(source, f"{file}: {title}"), directives)


def expected(source: str, where: str) -> tuple[Expected, ...]:
    """What the markers of a text say is to be found in it; `where` names it if one cannot be read."""
    return tuple(one for number, line in enumerate(source.splitlines(), 1) for one in _expected(number, line, where))


def _expected(number: int, line: str, where: str) -> list[Expected]:
    marker = _FINDS.search(line)
    if marker is None:
        assert "finds" not in line.partition("#")[2], f"{where}: this marker says nothing: {line}"
        return []
    read: list[Expected] = []
    for text in marker[1].split("; "):
        one = _ONE.match(text.strip())
        assert one is not None, f"{where}: this marker cannot be read: {text}"
        read.append(Expected(number, one[1], one[2], tuple(re.findall(r"\"([^\"]*)\"", one[3]))))
    return read
