"""Comments that silence findings, and findings about those comments.

    self.head.weight.data.zero_()  # initls: ignore[INI101]

silences one code on the statement that the comment stands in, or, alone on a line, on the statement right below it.
Without the brackets it silences every code. `# initls: ignore-file[INI101]`, alone on a line above the first statement,
does so for the whole file. Of other tools' words `# noqa` and `# noqa: INI101` are honoured, and never complained of.

Everything works on the comments and statements of a text as `initls.syntax.scan` lays them out, not on parsed code: a
suppression holds while the code around it is broken.
"""

from __future__ import annotations

from initls.suppress.comments import Suppressions, may_suppress, parse
from initls.suppress.edits import comment_line, suppression_edit, suppression_fix
from initls.suppress.pages import INVALID, RULES, UNUSED
from initls.suppress.verdict import Applied, Report, apply

__all__ = [
    "INVALID",
    "RULES",
    "UNUSED",
    "Applied",
    "Report",
    "Suppressions",
    "apply",
    "comment_line",
    "may_suppress",
    "parse",
    "suppression_edit",
    "suppression_fix",
]
