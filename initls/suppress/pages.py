"""The rules about suppression comments: their codes and their documentation."""

from __future__ import annotations

from initls.rules.rule import Rule
from initls.settings import COMMENT_CODES

UNUSED, INVALID = COMMENT_CODES

_UNUSED_PAGE = """\
What it does
------------
Finds comments of the form `# initls: ignore[...]` that silence nothing, or that name codes which are not found there.

Why it hurts
------------
A suppression that has outlived its reason hides the next bug on the same line.

Example
-------
```python
nn.init.kaiming_normal_(self.fc.weight)  # initls: ignore[INI101]
```

Use instead
-----------
```python
nn.init.kaiming_normal_(self.fc.weight)
```

When it is right
----------------
For `# noqa`, which belongs to other tools as well; for codes that are not selected; and as long as some part of the
file cannot be parsed, because a finding may be missing for that reason alone.

Fix safety
----------
The fix is safe: it changes a comment.
"""

_INVALID_PAGE = """\
What it does
------------
Finds `# initls:` comments that cannot do what they are meant to do: they name a code that does not exist, are written
in a form that is not understood, or stand where they do not count.

Why it hurts
------------
A suppression with a typing error silences nothing, and does not say so.

Example
-------
```python
self.fc.weight.data.zero_()  # initls: ignore[INI1O1]
```

Use instead
-----------
```python
self.fc.weight.data.zero_()  # initls: ignore[INI101]
```

When it is right
----------------
For `# noqa`, which belongs to other tools as well, and as long as some part of the file cannot be parsed.

Fix safety
----------
The fix is safe: it removes a comment, or a code from it, that has no effect.
"""

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            UNUSED,
            "unused-suppression",
            "A suppression comment silences nothing.",
            _UNUSED_PAGE,
            fixable=True,
            ask=lambda program, settings: iter(()),
        ),
        Rule(
            INVALID,
            "invalid-suppression",
            "A suppression comment cannot do what it is meant to do.",
            _INVALID_PAGE,
            fixable=True,
            ask=lambda program, settings: iter(()),
        ),
    )
}
"""The rules about comments. They ask nothing of the model: `apply` answers them."""
