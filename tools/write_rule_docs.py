"""Write the pages of `docs/rules` from the documentation that the rules carry, and two others from their tables.

python tools/write_rule_docs.py            write what has changed
python tools/write_rule_docs.py --check    write nothing, and fail where a page is not current
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "rules"
IDIOMS_PAGE = ROOT / "docs" / "idioms.md"
SCHEMES_PAGE = ROOT / "docs" / "schemes.md"

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))

from initls.knowledge.idioms import IDIOMS, Idiom  # noqa: E402
from initls.knowledge.packs import PACKS  # noqa: E402
from initls.knowledge.schemes import ADVICE, UNSTEADY, Recommendation, recommend, title  # noqa: E402
from initls.rulebook import all_rules  # noqa: E402
from initls.rules.catalogue import CLASSES, OTHER_FRAMEWORKS, WITHOUT_A_RULE  # noqa: E402
from initls.rules.rule import Rule  # noqa: E402

NOTE = "<!-- Written by tools/write_rule_docs.py from the rule itself; change it there. -->"

_UNDERLINED = re.compile(r"^(\S[^\n]*)\n-{3,}$", re.MULTILINE)


def page(rule: Rule) -> str:
    """The page of one rule."""
    body = _UNDERLINED.sub(r"## \1", rule.documentation.strip())
    body = re.sub(r"^(## .*)\n(?!\n)", r"\1\n\n", body, flags=re.MULTILINE)
    fix = "It has a fix." if rule.fixable else "It has no fix."
    if not rule.default:
        fix += " It is off by default."
    if rule.packs:
        packs = " or ".join(PACKS[name].title for name in rule.packs)
        names = " or ".join(f"`{name}`" for name in rule.packs)
        fix += f" It speaks only where {packs} is used, or where the setting `framework` names {names}."
    silence = f"To silence it on one line: `# initls: ignore[{rule.code}]`."
    return f"{NOTE}\n\n# {rule.code}: {rule.name}\n\n{rule.summary.strip()} {fix}\n\n{body}\n\n{silence}\n"


def overview(rules: list[Rule]) -> str:
    """The list of all rules."""
    lines = [
        f"| [{rule.code}]({rule.code}.md) | {rule.name} | {'yes' if rule.default else 'no'} "
        f"| {'yes' if rule.fixable else 'no'} | {rule.summary.strip()} |"
        for rule in rules
    ]
    head = "| Code | Name | On by default | Fix | What it finds |\n| --- | --- | --- | --- | --- |\n"
    return f"{NOTE}\n\n# Rules\n\n{head}" + "\n".join(lines) + "\n"


def classes(rules: list[Rule]) -> str:
    """Every known class of bugs, with the rule that finds it or the reason why none does."""
    finders = {id: [rule for rule in rules if id in rule.classes] for id in CLASSES}
    lines = []
    for id, what in CLASSES.items():
        codes = ", ".join(f"[{rule.code}]({rule.code}.md)" for rule in finders[id])
        lines.append(f"| {id} | {what} | {codes or WITHOUT_A_RULE.get(id, 'no rule yet')} |")
    intro = "Every class of initialization bugs that we know of, and the rule that finds it, or why none can.\n"
    head = "| Class | What it is | Found by |\n| --- | --- | --- |\n"
    elsewhere = [f"| {what} | [{code}]({code}.md) |" for code, what in OTHER_FRAMEWORKS.items()]
    others = (
        "\n## Other frameworks\n\n"
        "The classes above are PyTorch's. Where layers are told how to initialize themselves, these are found too.\n"
        "Equinox is left out: its layers take no initializer, and what `tree_at` replaces is picked by a function of\n"
        "the whole model.\n\n"
        "| What it is | Found by |\n| --- | --- |\n"
    )
    table = f"{head}" + "\n".join(lines) + "\n"
    return f"{NOTE}\n\n# Classes of initialization bugs\n\n{intro}\n{table}{others}" + "\n".join(elsewhere) + "\n"


def idioms() -> str:
    """The initializations that look wrong and are right."""
    lines = [
        f"| {row.id} | {row.title} | {row.cue or '(not recognized)'} | {row.why} | {_source(row)} |"
        for row in IDIOMS.values()
    ]
    intro = (
        "Initializations that look wrong and are right. initls is silent about them, and a hover says what they are.\n"
        "They are recognized by what is written and where the signal goes, not by names.\n"
    )
    head = "| Id | Idiom | Recognized by | Why it is right | Source |\n| --- | --- | --- | --- | --- |\n"
    note = NOTE.replace("from the rule itself; change it there", "from initls/knowledge/idioms.py; change it there")
    return f"{note}\n\n# Idioms\n\n{intro}\n{head}" + "\n".join(lines) + "\n"


def schemes() -> str:
    """Which initializers the fixes offer for each activation."""
    lines = []
    for name in ADVICE:
        if name != "unknown":
            first, *others = (_call(scheme) for scheme in recommend(name, layer="torch.nn.Linear"))
            steady = f"no: {UNSTEADY[name]}" if name in UNSTEADY else "yes"
            shown = "nothing" if name == "none" else title(name)
            lines.append(f"| {shown} | {first} | {', '.join(others)} | {steady} |")
    intro = (
        "What the fixes offer for the weight of a plain layer, by the activation that follows it: first what is\n"
        "preferred, then the alternatives. The last column tells whether the first keeps the standard deviation of a\n"
        "signal within half and twice that of the input through ten layers of width 512, as a test shows on PyTorch.\n"
    )
    head = "| What follows | First | Also | Keeps the signal |\n| --- | --- | --- | --- |\n"
    note = NOTE.replace("from the rule itself; change it there", "from initls/knowledge/schemes.py; change it there")
    return f"{note}\n\n# Initializers by activation\n\n{intro}\n{head}" + "\n".join(lines) + "\n"


def _call(scheme: Recommendation) -> str:
    arguments = ", ".join(f"{name}={value!r}" for name, value in scheme.keywords)
    return f"`{scheme.function}({arguments})`"


def _source(row: Idiom) -> str:
    return f"[{row.source}]({row.url})" if row.url else row.source


def pages() -> dict[Path, str]:
    """Every file that is written with what it has to hold."""
    rules = list(all_rules().values())
    written = {FOLDER / f"{rule.code}.md": page(rule) for rule in rules}
    fixed = {FOLDER / "README.md": overview(rules), FOLDER / "classes.md": classes(rules), IDIOMS_PAGE: idioms()}
    fixed[SCHEMES_PAGE] = schemes()
    return {**fixed, **written}


def _tables() -> list[Path]:
    """The pages that are there besides those of the rules."""
    return [path for path in (IDIOMS_PAGE, SCHEMES_PAGE) if path.exists()]


def stale() -> list[Path]:
    """The pages that are missing, out of date, or about rules that there are not."""
    wanted = pages()
    there = {path: path.read_text(encoding="utf-8") for path in (*FOLDER.glob("*.md"), *_tables())}
    return sorted(path for path in wanted.keys() | there.keys() if wanted.get(path) != there.get(path))


def main() -> int:
    """Write or check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail where a page is not current")
    old = stale()
    if parser.parse_args().check:
        for path in old:
            print(f"{path.relative_to(ROOT)} is not current: run python tools/write_rule_docs.py")
        return 1 if old else 0
    wanted = pages()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in old:
        if path in wanted:
            path.write_text(wanted[path], encoding="utf-8")
        else:
            path.unlink()
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
