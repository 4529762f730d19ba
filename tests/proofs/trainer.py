"""What Lightning's trainer calls before the first batch, in few lines; the order is that of Lightning 2.6."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from torch import nn

HOOKS = (("setup", ("fit",)), ("configure_model", ()), ("on_fit_start", ()), ("on_train_start", ()))


class LightningModule(nn.Module):
    """A module whose hooks a trainer calls."""

    def setup(self, stage: str) -> None:
        """Called first, in each process."""

    def configure_model(self) -> None:
        """Called where a sharded model may be built."""

    def on_fit_start(self) -> None:
        """Called when all is in its place."""

    def on_train_start(self) -> None:
        """Called in front of the first epoch."""


def prepare(model: Any) -> None:
    """What happens to a model in front of the first batch."""
    for name, arguments in HOOKS:
        getattr(model, name)(*arguments)


def modules() -> dict[str, ModuleType]:
    """The modules that examples import."""
    found = {name: ModuleType(name) for name in ("lightning", "lightning.pytorch", "pytorch_lightning")}
    for module in found.values():
        module.__dict__["LightningModule"] = LightningModule
    found["lightning"].__dict__["pytorch"] = found["lightning.pytorch"]
    return found
