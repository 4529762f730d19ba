"""Names that an import brings in: where they are found, what follows from them, and what an edit there changes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from initls.check import Checker, Result
from initls.document import Document
from initls.model.traces import source
from initls.settings import Settings
from initls.syntax.outline import Outline, outline
from initls.syntax.text import Text
from initls.workspace.index import Index

BLOCKS = """
    from torch import nn

    def layer(inputs, outputs):
        return nn.Linear(inputs, outputs)

    class Dense(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            self.inner = nn.Linear(inputs, outputs)

        def forward(self, x):
            return self.inner(x)
"""
MODEL = """
    import torch
    from torch import nn
    {imports}

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = {dense}(8, 16)
            self.second = {layer}(16, 4)
            nn.init.zeros_(self.first.inner.weight)
            nn.init.zeros_(self.first.inner.bias)
            nn.init.zeros_(self.second.weight)

        def forward(self, x):
            return self.second(torch.relu(self.first(x)))
"""
BASE = """
    from torch import nn

    class Base(nn.Module):
        def __init__(self):
            super().__init__()
            self.apply(self._init)

        def _init(self, m):
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
"""
DERIVED = """
    from torch import nn
    {imports}

    class Net({base}):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(8, 4)
"""


class Project:
    """A folder of files, and one checker that looks at them."""

    def __init__(self, root: Path, environment: tuple[Path, ...] = ()) -> None:
        self.root = root
        (root / "pyproject.toml").write_text("")
        self.index = Index(environment)
        self.checker = Checker(self.index)

    def write(self, **files: str) -> None:
        """Write files by their dotted names; `__init__` is spelled out."""
        for name, text in files.items():
            path = self.root / f"{name.replace('__', '/')}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        self.index.look_again()

    def package(self, *folders: str, text: str = "") -> None:
        """Make folders packages."""
        for folder in folders:
            path = self.root / folder / "__init__.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text))
        self.index.look_again()

    def check(self, name: str, text: str | None = None) -> Result:
        """What is found in a file as it is on the disk, or as it would be with `text` in it."""
        path = self.root / f"{name.replace('__', '/')}.py"
        source = path.read_text() if text is None else dedent(text)
        return self.checker.check(Document.of(str(path), source), Settings())

    def codes(self, name: str, text: str | None = None) -> list[str]:
        """The codes of what is found."""
        return [finding.code for finding in self.check(name, text).findings]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


SPELLINGS = {
    "from a sibling": ("from blocks import Dense, layer", "Dense", "layer"),
    "under another name": ("from blocks import Dense as D, layer as make", "D", "make"),
    "through the module": ("import blocks", "blocks.Dense", "blocks.layer"),
    "through an alias of the module": ("import blocks as b", "b.Dense", "b.layer"),
    "everything": ("from blocks import *", "Dense", "layer"),
    "one of two ways": (
        "try:\n        from blocks import Dense, layer\n"
        "    except ImportError:\n        from .blocks import Dense, layer",
        "Dense",
        "layer",
    ),
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_blocks_of_a_sibling_are_known(project: Project, spelling: tuple[str, str, str]) -> None:
    imports, dense, layer = spelling
    project.write(blocks=BLOCKS, model=MODEL.format(imports=imports, dense=dense, layer=layer))
    found = project.check("model").findings
    assert [finding.code for finding in found] == ["INI104"]
    assert "`first.inner.weight` and its bias are zero in front of ReLU" in found[0].message


def test_without_the_file_nothing_is_claimed(project: Project) -> None:
    project.write(model=MODEL.format(imports="from blocks import Dense, layer", dense="Dense", layer="layer"))
    assert project.codes("model") == []


PACKAGES = {
    "relative": ("from .blocks import Dense, layer", "net/model"),
    "relative to the package": ("from . import blocks\n    from .blocks import *", "net/model"),
    "from further up": ("from ..blocks import Dense, layer", "net/deep/model"),
    "absolute": ("from net.blocks import Dense, layer", "net/deep/model"),
    "re-exported": ("from net import Dense, layer", "net/deep/model"),
    "re-exported, from outside": ("from net import Dense, layer", "main"),
    "re-exported, through the package": ("import net\n    Dense, layer = net.Dense, net.layer", "main"),
}


@pytest.mark.parametrize("way", PACKAGES.values(), ids=PACKAGES)
def test_blocks_of_a_package_are_known(project: Project, way: tuple[str, str]) -> None:
    imports, where = way
    project.package("net", text="from .blocks import *\nfrom .blocks import Dense as Dense\n")
    project.package("net/deep")
    where = where.replace("/", "__")
    project.write(net__blocks=BLOCKS, **{where: MODEL.format(imports=imports, dense="Dense", layer="layer")})
    expected = [] if "Dense, layer = " in imports else ["INI104"]
    assert project.codes(where) == expected


def test_sources_in_src_are_found_from_elsewhere(project: Project) -> None:
    project.package("src/net")
    project.write(
        src__net__blocks=BLOCKS,
        scripts__train=MODEL.format(imports="from net.blocks import Dense, layer", dense="Dense", layer="layer"),
    )
    assert project.codes("scripts__train") == ["INI104"]


def test_files_that_import_each_other_are_no_trouble(project: Project) -> None:
    project.write(
        blocks="from model import Net\n" + dedent(BLOCKS),
        model=MODEL.format(imports="from blocks import Dense, layer", dense="Dense", layer="layer"),
    )
    assert project.codes("model") == ["INI104"]
    assert project.codes("blocks") == []


def test_a_name_that_goes_in_a_circle_is_unknown(project: Project) -> None:
    project.write(
        one="from two import Dense",
        two="from one import Dense",
        model=MODEL.format(imports="from one import Dense\n    from blocks import layer", dense="Dense", layer="layer"),
        blocks=BLOCKS,
    )
    assert project.codes("model") == []


@pytest.mark.parametrize(
    ("imports", "base"),
    [("from base import Base", "Base"), ("import base", "base.Base"), ("from base import *", "Base")],
)
def test_a_base_class_that_initializes_too_early(project: Project, imports: str, base: str) -> None:
    project.write(base=BASE, model=DERIVED.format(imports=imports, base=base))
    (found,) = project.check("model").findings
    assert found.code == "INI202"
    assert found.span.start.line == 6
    assert project.codes("base") == []


def test_a_base_that_is_passed_on_through_two_files(project: Project) -> None:
    project.write(
        base=BASE,
        middle="from base import Base\nclass Middle(Base):\n    pass\n",
        model=DERIVED.format(imports="from middle import Middle", base="Middle"),
    )
    assert project.codes("model") == ["INI202"]


def test_a_visitor_of_another_file_is_shown_where_it_is_applied(project: Project) -> None:
    visitor = """
        from torch import nn

        def init(m):
            if isinstance(m, nn.Linear):
                nn.init.ones_(m.weight)
                nn.init.zeros_(m.bias)
    """
    model = """
        from torch import nn
        from helpers import init

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.first = nn.Linear(8, 16)
                self.second = nn.Linear(16, 4)
                self.apply(init)

            def forward(self, x):
                return self.second(self.first(x).tanh())
    """
    project.write(helpers=visitor, model=model)
    result = project.check("model")
    (finding,) = result.findings
    assert (finding.code, finding.span.start.line) == ("INI101", 9)
    written = finding.related[0]
    assert written.filename == str(project.root / "helpers.py")
    assert written.span.start.line == 5
    # The other file is right for others, so there is nothing to repair in it.
    assert result.fixes(finding) == ()


def test_a_write_that_another_file_loses_is_shown_where_it_is_called_for(project: Project) -> None:
    visitor = """
        def init_weights(m, mean=0.0, std=0.01):
            if m.__class__.__name__.find("Conv") != -1:
                m.weight.data.normal_(mean, std)
    """
    model = """
        from torch import nn
        from torch.nn.utils import weight_norm
        from helpers import init_weights

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.convs = nn.ModuleList([weight_norm(nn.Conv1d(8, 8, 3)) for _ in range(2)])
                self.convs.apply(init_weights)
                self.last = weight_norm(nn.Conv1d(8, 1, 3))
                init_weights(self.last)

            def forward(self, x):
                for conv in self.convs:
                    x = conv(x).relu()
                return self.last(x)
    """
    project.write(helpers=visitor, model=model)
    result = project.check("model")
    assert [(finding.code, finding.span.start.line) for finding in result.findings] == [("INI205", 9), ("INI205", 11)]
    for finding in result.findings:
        written = finding.related[0]
        assert (written.filename, written.span.start.line) == (str(project.root / "helpers.py"), 3)
        # To write to `weight_v` there would be wrong for whoever else calls it.
        assert not any("weight_v" in fix.title for fix in result.fixes(finding))


def test_copies_of_torch_s_initializers_are_taken_for_them(project: Project) -> None:
    helpers = """
        import torch

        def trunc_normal_(tensor, mean=0.0, std=1.0):
            return something_that_is_not_followed(tensor)
    """
    model = """
        from torch import nn
        from helpers import trunc_normal_

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(8, 16)
                nn.init.ones_(self.fc.weight)
                trunc_normal_(self.fc.weight, std=0.02)
    """
    project.write(helpers=helpers, model=model)
    assert project.codes("model") == ["INI203"]


# --------------------------------------------------------------------------- packages of the environment


@pytest.fixture
def installed(tmp_path: Path) -> Project:
    site = tmp_path / "env" / "lib" / "python3.12" / "site-packages"
    (site / "kit").mkdir(parents=True)
    (site / "kit" / "__init__.py").write_text(dedent(BLOCKS) + dedent(BASE).replace("from torch import nn", ""))
    (tmp_path / "work").mkdir()
    return Project(tmp_path / "work", (site,))


def test_bases_of_other_packages_are_read(installed: Project) -> None:
    installed.write(model=DERIVED.format(imports="import kit", base="kit.Base"))
    assert installed.codes("model") == ["INI202"]


def test_blocks_of_other_packages_are_not(installed: Project) -> None:
    installed.write(model=MODEL.format(imports="from kit import Dense, layer", dense="Dense", layer="layer"))
    assert installed.codes("model") == []


# --------------------------------------------------------------------------- edits


def test_an_edit_there_changes_what_is_found_here(project: Project) -> None:
    project.write(base=BASE, model=DERIVED.format(imports="from base import Base", base="Base"))
    assert project.codes("model") == ["INI202"]
    assert project.check("model").others == {str(project.root / "base.py")}
    # On the screen, not on the disk.
    assert project.codes("base", BASE.replace("self.apply(self._init)", "pass")) == []
    assert project.codes("model") == []
    project.checker.forget(str(project.root / "base.py"))
    assert project.codes("model") == ["INI202"]


def test_a_file_that_comes_or_goes_is_noticed(project: Project) -> None:
    project.write(model=DERIVED.format(imports="from base import Base", base="Base"))
    assert project.codes("model") == []
    project.write(base=BASE)
    assert project.codes("model") == ["INI202"]
    (project.root / "base.py").unlink()
    project.index.look_again()
    assert project.codes("model") == []


def test_only_what_rests_on_an_edit_is_traced_again(project: Project) -> None:
    apart = MODEL.format(imports="from blocks import Dense, layer", dense="Dense", layer="layer")
    project.write(
        blocks=BLOCKS,
        base=BASE,
        model=dedent(DERIVED.format(imports="from base import Base", base="Base"))
        + dedent(apart).replace("class Net", "class Other"),
    )
    assert project.codes("model") == ["INI202", "INI104"]
    project.codes("base", BASE + "\n    UNRELATED = 1\n")
    between = project.checker.programs.tracer.traced
    assert project.codes("model") == ["INI202", "INI104"]
    assert project.checker.programs.tracer.traced == between
    project.codes("base", BASE.replace("xavier_uniform_", "kaiming_normal_"))
    between = project.checker.programs.tracer.traced
    project.codes("model")
    assert project.checker.programs.tracer.traced == between + 1


def test_a_half_typed_base_speaks_with_its_last_good_state(project: Project) -> None:
    project.write(base=BASE, model=DERIVED.format(imports="from base import Base", base="Base"))
    path = str(project.root / "base.py")
    document = project.checker.check(Document.of(path, dedent(BASE)), Settings()).document
    broken = Document.of(path, dedent(BASE).replace("self.apply(", "self.apply((")).carry(document.carried)
    project.checker.check(broken, Settings())
    assert project.codes("model") == ["INI202"]


LOADER = """
    import torch
    from torch import nn

    class Loader(nn.Module):
        def load_weights(self, path):
            self.load_state_dict(torch.load(path))
"""
SCALED = """
    import torch
    from torch import nn
    {head}

    class Net({base}):
        def __init__(self):
            super().__init__()
            self.scale = nn.Parameter(torch.empty(8))

        {more}

        def forward(self, x):
            return x * self.scale
"""


def test_a_loader_that_every_class_inherits_says_nothing_of_one_parameter(project: Project) -> None:
    text = SCALED.format(head="from loader import Loader", base="Loader", more="")
    project.write(loader=LOADER, model=text)
    assert project.codes("model") == ["INI212"]


def test_a_loader_of_the_file_itself_may_know_the_parameter(project: Project) -> None:
    loads = "def load_weights(self, path): self.load_state_dict(torch.load(path))"
    project.write(model=SCALED.format(head="", base="nn.Module", more=loads))
    assert project.codes("model") == []


MADE_ELSEWHERE = """
    from torch import nn
    from makers import create_act_layer

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(8, 16)
            self.act = create_act_layer(nn.ReLU)
            self.second = nn.Linear(16, 4)
            nn.init.zeros_(self.first.weight)
            nn.init.zeros_(self.first.bias)
            nn.init.zeros_(self.second.weight)

        def forward(self, x):
            return self.second(self.act(self.first(x)))
"""


def test_what_a_helper_of_another_package_makes_is_known_by_its_name(installed: Project) -> None:
    helper = "def create_act_layer(act, **more):\n    return registry(act)(**more)\n"
    (installed.root.parent / "env" / "lib" / "python3.12" / "site-packages" / "makers.py").write_text(helper)
    installed.write(model=MADE_ELSEWHERE)
    assert installed.codes("model") == ["INI104"]


GATE = """
    import torch
    from torch import nn

    class Gate(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(8, 8)
            self.scale = nn.Parameter(torch.empty(8))

        def forward(self, x):
            return self.fc(x) * self.scale

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.gate = Gate()

        def forward(self, x):
            return self.gate(x)
"""
NEIGHBOURS = {
    "nothing to do with it": ("class Gate:\n        scale = 1\n    Gate.scale = 2", "warning"),
    "one that uses it": ("from net.gate import Gate\n    gate = Gate()", "warning"),
    "one with an attribute of its own": (
        "from .gate import Gate\n    class Own(Gate):\n        def f(self):\n            self.scale",
        "warning",
    ),
    "one that writes it": (
        "from .gate import Gate\n    def init(m):\n        if isinstance(m, Gate):\n            m.scale.data.fill_(1)",
        None,
    ),
    "one that loads": (
        "import torch\n    from . import gate\n    from net.gate import Net\n    def build(path):\n"
        "        model = Net()\n        model.load_state_dict(torch.load(path))\n        return model",
        "information",
    ),
    "one that loads by safetensors": (
        "from safetensors.torch import load_model\n    from net.gate import Net\n    model = Net()\n"
        "    load_model(model, 'model.safetensors')",
        "information",
    ),
    "one that loads and trains": (
        "import torch\n    from .gate import Net\n    def main(path):\n        model = Net()\n"
        "        if path:\n            model.load_state_dict(torch.load(path))\n"
        "        optimizer = torch.optim.Adam(model.parameters())",
        "warning",
    ),
}


@pytest.mark.parametrize("folder", ["net", ""], ids=["beside", "above"])
@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_neighbours_are_heard_before_a_parameter_counts_as_unwritten(
    project: Project, neighbour: tuple[str, str | None], folder: str
) -> None:
    text, severity = neighbour
    project.package("net")
    project.write(net__gate=GATE)
    found = project.check("net/gate").findings
    assert [(finding.code, finding.severity.value) for finding in found] == [("INI212", "warning")]
    if not folder:
        text = text.replace("from . ", "from net ").replace("from .gate", "from net.gate")
    project.write(**{f"{folder}__build" if folder else "build": f"\n    {text}\n"})
    found = project.check("net/gate").findings
    assert [finding.severity.value for finding in found] == ([] if severity is None else [severity])
    if severity == "information":
        assert "`build.py` loads" in found[0].message


def test_neighbours_that_speak_of_something_else_are_not_cut_into_segments(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut: list[str] = []

    def counted(text: Text) -> Outline:
        cut.append(text.source)
        return outline(text)

    monkeypatch.setattr(source, "outline", counted)
    project.package("net")
    loader = "from net.gate import Net\n\nNet().load_state_dict({})\n"
    project.write(net__gate=GATE, net__other="other.scale = 1\nother.load_state_dict({})\n", build=loader)
    assert project.codes("net/gate") == ["INI212"]
    assert cut == [loader]


LATE = """
    from torch import nn

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Linear(8, 8)
            self.apply(self._init)
            self.head = nn.Linear(8, 4)

        def _init(self, m):
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
"""
OUTSIDE = {
    "nobody": ("import torch", ["INI202"]),
    "one that only builds it": ("from late import Net\n    net = Net()", ["INI202"]),
    "one that only hands it on": (
        "from late import (\n        Net as Net,\n    )\n    from inits import init_weights\n"
        '    __all__ = ["Net", "init_weights"]',
        ["INI202"],
    ),
    "one that initializes something else": ("def init(model):\n        model.apply(print)", ["INI202"]),
    "one that initializes what holds it": (
        "from torch import nn\n    from late import Net\n    class Whole(nn.Module):\n        def __init__(self):\n"
        "            super().__init__()\n            self.net = Net()\n            self.apply(print)",
        [],
    ),
}


@pytest.mark.parametrize("outside", OUTSIDE.values(), ids=OUTSIDE)
def test_a_neighbour_may_initialize_what_a_visitor_misses(project: Project, outside: tuple[str, list[str]]) -> None:
    text, codes = outside
    project.write(late=LATE, whole=f"\n    {text}\n")
    assert project.codes("late") == codes


CAPTURING = """
    def maybe_install_capturing_hooks(model):
        for module in model.modules():
            remember(module)
"""
CAPTURED = """
    from torch import nn
    from {module} import maybe_install_capturing_hooks

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Linear(8, 16)
            self.second = nn.Linear(16, 4)
            nn.init.zeros_(self.first.weight)
            nn.init.zeros_(self.first.bias)
            nn.init.zeros_(self.second.weight)
            maybe_install_capturing_hooks(self)

        def forward(self, x):
            return self.second(self.first(x).relu())
"""


@pytest.mark.parametrize(
    ("module", "known"),
    [("output_capturing", True), ("transformers.utils.output_capturing", True), ("my_capturing", False)],
)
def test_hooks_of_transformers_that_keep_outputs_write_nothing(project: Project, module: str, known: bool) -> None:
    project.write(output_capturing=CAPTURING, my_capturing=CAPTURING, model=CAPTURED.format(module=module))
    assert project.codes("model") == (["INI104"] if known else [])
