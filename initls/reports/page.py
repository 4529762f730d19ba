"""A report as one page of HTML that needs nothing but itself: no script, no font, no file beside it.

Colours are custom properties: those of an editor's theme where the page stands in one (`--vscode-...`), else our own,
dark or light as the reader has it. Rows carry `data-uri` and `data-line` for a panel that goes there on a click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from msgspec import Struct

from initls.reports.chart import chart
from initls.reports.report import Report, Row, Spot, Step


class Target(Struct, frozen=True):
    """A place that a row leads to: the words for it, the document, and the line there, counted from 0."""

    label: str
    uri: str
    line: int


TargetOf = Callable[[Spot], Target]

STYLE = """
:root { color-scheme: light dark; --own-text: #1f2328; --own-ground: #ffffff; --own-quiet: #59636e;
  --own-rule: #d1d9e0; --own-signal: #0757a8; --own-gradient: #9a3b00; --own-mark: #fff1d6; }
@media (prefers-color-scheme: dark) { :root { --own-text: #e6edf3; --own-ground: #14181d; --own-quiet: #9aa5b1;
  --own-rule: #3d444d; --own-signal: #6cb6ff; --own-gradient: #f0a067; --own-mark: #3a2d12; } }
:root { --text: var(--vscode-foreground, var(--own-text));
  --ground: var(--vscode-editor-background, var(--own-ground));
  --quiet: var(--vscode-descriptionForeground, var(--own-quiet));
  --rule: var(--vscode-editorWidget-border, var(--own-rule));
  --signal: var(--vscode-charts-blue, var(--own-signal));
  --gradient: var(--vscode-charts-yellow, var(--own-gradient));
  --mark: var(--vscode-inputValidation-warningBackground, var(--own-mark));
  --link: var(--vscode-textLink-foreground, var(--own-signal)); }
body { color: var(--text); background: var(--ground); margin: 1.5rem auto; padding: 0 1rem; max-width: 70rem;
  font: 14px/1.5 var(--vscode-font-family, system-ui, sans-serif); }
h1 { font-size: 1.4rem; margin: 0 0 .2rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
a { color: var(--link); text-decoration: none; } a:hover, a:focus { text-decoration: underline; }
p { margin: .3rem 0; } .quiet { color: var(--quiet); } ul { margin: .3rem 0; padding-left: 1.2rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; } th, td { padding: .2rem .7rem .2rem 0; vertical-align: top;
  border-bottom: 1px solid var(--rule); } td.number, th.number { text-align: right; white-space: nowrap;
  font-variant-numeric: tabular-nums; } code, td.name { font-family: var(--vscode-editor-font-family, ui-monospace,
  monospace); font-size: .93em; } tr.off td.number { background: var(--mark); font-weight: 600; }
.chart { width: 100%; height: auto; } .chart .grid { stroke: var(--rule); stroke-width: 1; }
.chart .axis { fill: var(--quiet); font-size: 12px; } .chart polyline { fill: none; stroke-width: 2; }
.chart polyline.signal { stroke: var(--signal); } .chart circle.signal { fill: var(--signal); }
.chart polyline.gradient { stroke: var(--gradient); stroke-dasharray: 6 4; }
.chart rect.gradient { fill: var(--ground); stroke: var(--gradient); stroke-width: 1.5; }
.key { display: inline-block; vertical-align: middle; width: 2.6em; height: .8em; }
@media print { body { max-width: none; } }
"""


def page(reports: Sequence[tuple[Report, TargetOf]]) -> str:
    """The page for one model or several, each with what finds its places."""
    names = ", ".join(report.name for report, _ in reports[:3]) + (", …" if len(reports) > 3 else "")
    body = "\n".join(line for report, target_of in reports for line in _model(report, target_of))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(names)} when training starts</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _model(report: Report, target_of: TargetOf) -> Iterator[str]:
    target = target_of(report.spot)
    yield f'<section id="{escape(report.unit)}">'
    yield f"<h1>{escape(report.name)} {_link(target)}</h1>"
    yield f"<p>{_words(report.summary)}</p>"
    if report.incomplete:
        yield f"<p>The list may not be whole: {escape(report.incomplete)}.</p>"
    yield "<h2>Signal</h2>"
    yield "<ul>" + "".join(f"<li>{_words(said)}</li>" for said in report.verdicts) + "</ul>"
    drawn = chart(report.steps)
    if drawn:
        yield drawn
        yield (
            '<p class="quiet"><svg class="key chart" viewBox="0 0 40 10" aria-hidden="true"><polyline class="signal" '
            'points="0,5 40,5"/><circle class="signal" cx="20" cy="5" r="3"/></svg> standard deviation of the signal, '
            '<svg class="key chart" viewBox="0 0 40 10" aria-hidden="true"><polyline class="gradient" points="0,5 '
            '40,5"/><rect class="gradient" x="17.5" y="2.5" width="5" height="5"/></svg> size of the gradient, where '
            "each element that comes out has one of size 1</p>"
        )
    yield f'<p class="quiet">{escape(report.assumptions)}</p>'
    head: tuple[str, ...]
    if report.steps:
        head = ("step", "kind", "#mean", "#std", "#gradient", "where")
        yield from _table(head, (_step(step, target_of) for step in report.steps))
    yield "<h2>Parameters</h2>"
    if report.rows:
        head = ("name", "shape", "written by", "holds", "#std", "recommended", "#std", "where")
        yield from _table(head, (_row(row, target_of) for row in report.rows))
    yield "</section>"


def _table(head: Iterable[str], rows: Iterable[str]) -> Iterator[str]:
    yield '<div class="wide"><table>'
    cells = (
        f'<th class="number" scope="col">{name[1:]}</th>' if name.startswith("#") else f'<th scope="col">{name}</th>'
        for name in head
    )
    yield f"<thead><tr>{''.join(cells)}</tr></thead>"
    yield "<tbody>"
    yield from rows
    yield "</tbody></table></div>"


def _step(step: Step, target_of: TargetOf) -> str:
    stage = step.stage
    target = None if step.spot is None else target_of(step.spot)
    return _line(
        target,
        [
            f'<td class="name">{escape(stage.name)}</td>',
            f"<td>{escape(stage.kind)}</td>",
            _number(stage.mean, stage.reason, short=True),
            _number(stage.deviation, stage.reason),
            _number(stage.gradient, stage.gradient_reason),
        ],
    )


def _row(row: Row, target_of: TargetOf) -> str:
    one = row.parameter
    spot = row.written or row.made
    shape = "?" if one.shape is None else " × ".join("?" if size is None else str(size) for size in one.shape)
    return _line(
        None if spot is None else target_of(spot),
        [
            f'<td class="name">{escape(row.name)}</td>',
            f"<td>{shape}</td>",
            f"<td>{_words(one.by)}</td>",
            f"<td>{escape(one.holds)}</td>",
            _number(one.deviation, row.why),
            f"<td><code>{escape(one.advice)}</code></td>" if one.advice else "<td></td>",
            _number(one.wanted, "") if one.advice else '<td class="number"></td>',
        ],
        off=one.constant,
    )


def _line(target: Target | None, cells: Sequence[str], *, off: bool = False) -> str:
    marked = ' class="off"' if off else ""
    if target is None:
        return f"<tr{marked}>{''.join(cells)}<td></td></tr>"
    data = f' data-uri="{escape(target.uri)}" data-line="{target.line}"'
    return f"<tr{marked}{data}>{''.join(cells)}<td>{_link(target)}</td></tr>"


def _number(value: float | None, why: str, *, short: bool = False) -> str:
    if value is not None:
        return f'<td class="number">{number(value)}</td>'
    if not why or short:
        return '<td class="number">?</td>'
    return f'<td class="number" title="{escape(why)}">? <span class="quiet">{escape(_cut(why))}</span></td>'


LONG = 48


def _cut(words: str) -> str:
    return words if len(words) <= LONG else words[: LONG - 1].rstrip() + "…"


def number(value: float) -> str:
    """A number as a table shows it; what is nothing but an error of rounding is zero."""
    return "0" if abs(value) < 1e-12 else f"{value:.3g}"


def _link(target: Target) -> str:
    return (
        f'<a href="{escape(target.uri)}" data-uri="{escape(target.uri)}" data-line="{target.line}">'
        f"{escape(target.label)}</a>"
    )


def _words(text: str) -> str:
    """Text with what stands between backquotes set as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
