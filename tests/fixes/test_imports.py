"""How a fix names a function of `torch.nn.init`: as the file does already, or by the smallest new import."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import ReplaceWrite, Scheme
from tests.fixes.marks import fixes, place, results

GLOROT = Scheme("xavier_uniform_")


def rewritten(source: str, code: str) -> str:
    document = Document.of("a.py", source)
    (result,) = results(document, ReplaceWrite(place(document, code), (GLOROT,)))
    return result


KNOWN = [
    ("import torch", "torch.nn.init.xavier_uniform_"),
    ("import torch.nn", "torch.nn.init.xavier_uniform_"),
    ("import torch as t", "t.nn.init.xavier_uniform_"),
    ("from torch import nn", "nn.init.xavier_uniform_"),
    ("import torch\nimport torch.nn as nn", "nn.init.xavier_uniform_"),
    ("import torch\nimport torch.nn as nn\nfrom torch.nn import init", "init.xavier_uniform_"),
    ("import torch.nn.init as initialize", "initialize.xavier_uniform_"),
    ("from torch.nn.init import xavier_uniform_", "xavier_uniform_"),
    ("from torch.nn.init import xavier_uniform_ as xu", "xu"),
    ("from torch.nn.init import *", "xavier_uniform_"),
    ("from torch.nn.init import *\nfrom math import *", "xavier_uniform_"),
    ("import torch\nfrom math import *", "torch.nn.init.xavier_uniform_"),
    ("try:\n    import torch.nn as nn\nexcept ImportError:\n    nn = None", "nn.init.xavier_uniform_"),
]


@pytest.mark.parametrize(("imports", "name"), KNOWN)
def test_what_is_imported_is_used(imports: str, name: str) -> None:
    rest = "\n\n\ndef f(w):\n    {}\n"
    assert rewritten(imports + rest.format("w.zero_()"), "w.zero_()") == imports + rest.format(f"{name}(w)")


ADDED = [
    ("import numpy\n", "import numpy\nimport torch.nn as nn\n", "nn.init."),
    ("from torch.nn import Linear\n", "from torch.nn import Linear\nfrom torch.nn import init\n", "init."),
    ("import numpy as nn\n", "import numpy as nn\nimport torch.nn.init as init\n", "init."),
    ('"""Doc."""\n', '"""Doc."""\nimport torch.nn as nn\n', "nn.init."),
    ('"""Doc.\n\nMore."""\n# c\n', '"""Doc.\n\nMore."""\n# c\nimport torch.nn as nn\n', "nn.init."),
    (
        "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n",
        "#!/usr/bin/python\n# -*- coding: utf-8 -*-\nimport torch.nn as nn\n",
        "nn.init.",
    ),
    ('# c\n\n"""Doc."""\n', '# c\n\n"""Doc."""\nimport torch.nn as nn\n', "nn.init."),
    (
        '"""Doc."""\nfrom __future__ import annotations\n',
        '"""Doc."""\nfrom __future__ import annotations\nimport torch.nn as nn\n',
        "nn.init.",
    ),
    (
        "from a import (\n    b,\n    c,\n)\nx = 1\n",
        "from a import (\n    b,\n    c,\n)\nimport torch.nn as nn\nx = 1\n",
        "nn.init.",
    ),
    (
        "import a\nif a.TYPE_CHECKING:\n    import torch\n",
        "import a\nimport torch.nn as nn\nif a.TYPE_CHECKING:\n    import torch\n",
        "nn.init.",
    ),
    ("import a\r\nimport b\r\n", "import a\r\nimport b\r\nimport torch.nn as nn\r\n", "nn.init."),
    ("", "import torch.nn as nn\n", "nn.init."),
    ("\ufeff", "\ufeffimport torch.nn as nn\n", "nn.init."),
]


@pytest.mark.parametrize(("before", "after", "prefix"), ADDED)
def test_a_missing_import_goes_behind_the_last_one(before: str, after: str, prefix: str) -> None:
    rest = "\n\ndef f(w):\n    {}\n\n\nimport late\n"
    if "\r\n" in before:
        rest = rest.replace("\n", "\r\n")
    if not before.strip("\ufeff"):
        rest = rest.lstrip()
    expected = after + rest.format(f"{prefix}xavier_uniform_(w)")
    assert rewritten(before + rest.format("w.zero_()"), "w.zero_()") == expected


EXTENDED = [
    ("from torch.nn.init import zeros_", "from torch.nn.init import zeros_, xavier_uniform_"),
    ("from torch.nn.init import zeros_  # c", "from torch.nn.init import zeros_, xavier_uniform_  # c"),
    ("from torch.nn.init import ones_, zeros_", "from torch.nn.init import ones_, zeros_, xavier_uniform_"),
    ("from torch.nn.init import ones_ as o, zeros_", "from torch.nn.init import ones_ as o, zeros_, xavier_uniform_"),
    ("from torch.nn.init import (zeros_)", "from torch.nn.init import (zeros_, xavier_uniform_)"),
    ("from torch.nn.init import (ones_, zeros_)", "from torch.nn.init import (ones_, zeros_, xavier_uniform_)"),
    (
        "from torch.nn.init import (\n    ones_,\n    zeros_,\n)",
        "from torch.nn.init import (\n    ones_,\n    zeros_,\n    xavier_uniform_,\n)",
    ),
    (
        "from torch.nn.init import (\n    zeros_,\n)",
        "from torch.nn.init import (\n    zeros_,\n    xavier_uniform_,\n)",
    ),
    (
        "from torch.nn.init import (\n    ones_,  # one\n    zeros_,  # none\n)",
        "from torch.nn.init import (\n    ones_,  # one\n    zeros_, xavier_uniform_,  # none\n)",
    ),
    (
        "from torch.nn.init import ones_, \\\n    zeros_",
        "from torch.nn.init import ones_, \\\n    zeros_, \\\n    xavier_uniform_",
    ),
]


@pytest.mark.parametrize(("before", "after"), EXTENDED)
@pytest.mark.parametrize("also", ["", "import torch.nn as nn\n"])
def test_a_bare_name_stays_one(before: str, after: str, also: str) -> None:
    rest = "\n\n\ndef f(w):\n    {}(w)\n"
    result = rewritten(also + before + rest.format("zeros_"), "zeros_(w)")
    assert result == also + after + rest.format("xavier_uniform_")


def test_an_alias_that_is_there_is_used_for_a_bare_name() -> None:
    source = "from torch.nn.init import zeros_ as z, xavier_uniform_ as xu\n\n\ndef f(w):\n    {}(w)\n"
    assert rewritten(source.format("z"), "z(w)") == source.format("xu")


def test_an_import_inside_the_function_is_extended_there() -> None:
    source = "def f(w):\n    from torch.nn.init import {}\n    {}(w)\n"
    result = rewritten(source.format("zeros_", "zeros_"), "zeros_(w)")
    assert result == source.format("zeros_, xavier_uniform_", "xavier_uniform_")


SHADOWED = [
    ("def f(w, init):\n    {}\n", "nn.init."),
    ("def f(w, nn):\n    {}\n", "init."),
    ("def f(w):\n    nn = init = w\n    {}\n", "torch.nn.init."),
    ("def f(w):\n    for init in nn: pass\n    {}\n", "nn.init."),
    ("def init(): pass\n\n\ndef f(w):\n    {}\n", "nn.init."),
    ("init = 1\n\n\ndef f(w):\n    {}\n", "nn.init."),
    ("def f(w):\n    return lambda init: {}\n", "nn.init."),
    ("class init: pass\n\n\ndef f(w):\n    {}\n", "nn.init."),
]


@pytest.mark.parametrize(("rest", "prefix"), SHADOWED)
def test_a_name_that_means_something_else_is_not_used(rest: str, prefix: str) -> None:
    head = "import torch\nfrom torch import nn\nfrom torch.nn import init\n\n\n"
    call = f"{prefix}xavier_uniform_({'w.data' if 'lambda' in rest else 'w'})"
    assert rewritten(head + rest.format("w.data.zero_()"), "w.data.zero_()") == head + rest.format(call)


def test_code_of_the_module_sees_only_the_imports_in_front_of_it() -> None:
    source = "import torch\nw = torch.ones(2, 2)\n{}\nfrom torch import nn\n"
    expected = source.format("torch.nn.init.xavier_uniform_(w)")
    assert rewritten(source.format("w.zero_()"), "w.zero_()") == expected


def test_an_init_function_of_another_package_becomes_one_of_torch() -> None:
    source = "from torch import nn\nfrom timm.layers import trunc_normal_\n\n\ndef f(w):\n    {}\n"
    expected = source.format("nn.init.xavier_uniform_(w)")
    assert rewritten(source.format("trunc_normal_(w, std=0)"), "trunc_normal_(w, std=0)") == expected


def test_a_spelling_that_no_import_explains_is_kept() -> None:
    source = "from common import *\n\n\ndef f(w):\n    nn.init.{}\n"
    other = "from ... import initialization as init\n\n\ndef f(w):\n    init.{}\n"
    assert rewritten(other.format("zeros_(w)"), "init.zeros_(w)") == other.format("xavier_uniform_(w)")
    assert rewritten(source.format("normal_(w, std=0)"), "nn.init.normal_(w, std=0)") == source.format(
        "xavier_uniform_(w)"
    )


def test_no_name_is_left_for_torch() -> None:
    source = "def f(w, nn, init, torch):\n    w.zero_()\n"
    document = Document.of("a.py", source)
    assert fixes(document, ReplaceWrite(place(document, "w.zero_()"), (GLOROT,))) == ()


def test_a_byte_order_mark_in_front_of_the_import() -> None:
    source = "\ufefffrom torch.nn.init import {}\n\n\ndef f(w):\n    {}(w)\n"
    result = rewritten(source.format("zeros_", "zeros_"), "zeros_(w)")
    assert result == source.format("zeros_, xavier_uniform_", "xavier_uniform_")


def test_an_import_behind_the_code_is_not_extended() -> None:
    source = "import numpy\n{}\n\ndef f(w):\n    {}\n\n\nfrom torch.nn.init import zeros_\n"
    result = rewritten(source.format("", "w.zero_()"), "w.zero_()")
    assert result == source.format("from torch.nn import init\n", "init.xavier_uniform_(w)")
