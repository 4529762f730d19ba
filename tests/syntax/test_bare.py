from __future__ import annotations

import pytest

from initls.syntax.bare import bare


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("x = 1  # .weight\ny = 2\n", "x = 1  \ny = 2\n"),
        ("def f():\n    '''model.apply(init)\n    '''\n    return 1\n", 'def f():\n    ""\n    return 1\n'),
        ("out['head.bias'] = r'.weight'\n", 'out[""] = r""\n'),
        ("f'{a.weight}' 'b.weight' Rf'{c}' fR'{d}'\n", "f'{a.weight}' \"\" Rf'{c}' fR'{d}'\n"),
        ("s = '# no comment'  # 'no string'\n", 's = ""  \n'),
        ("'at the start'", '""'),
        ("f'{x}'", "f'{x}'"),
    ],
)
def test_only_code_is_left(text: str, left: str) -> None:
    assert bare(text) == left
