"""`initls merge`: the shards of a run become one result, as one run would have printed it."""

from __future__ import annotations

from msgspec.structs import replace

from initls.cli import baseline as baselines
from initls.cli.conclusion import Conclusion
from initls.cli.console import fail, warn
from initls.cli.exit import FAILED
from initls.cli.options import Options
from initls.cli.shards.join import join, read
from initls.workspace.options import ConfigError


def run(options: Options) -> int:
    """Print the run whose shards the paths of `options` are; the result is the exit status that it would have had."""
    try:
        parts = [read(file) for file in options.paths]
        joined = join(parts)
        baseline = baselines.of(options)
    except ConfigError as error:
        fail(str(error))
        return FAILED
    for absent in joined.missing:
        warn(absent.words)
    conclusion = Conclusion(replace(options, output_format=options.output_format or parts[0].format), baseline)
    for outcome in joined.outcomes:
        conclusion.hear(outcome)
    status = conclusion.end()
    return FAILED if any(absent.named for absent in joined.missing) else status
