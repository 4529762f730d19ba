"""What a checkpoint has brought is gone.

The libraries that bring models with their weights are played by stand-ins, in which everything is one.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

from initls.findings import Finding
from tests.proofs.world import World, nn, run, torch
from tests.rules.cases import Case


def _ones(*layers: Any) -> Any:
    model = nn.Sequential(*layers)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.fill_(1)
    return model


def stand_ins() -> dict[str, ModuleType]:
    """Libraries whose models are small, and full of ones."""

    def build(*arguments: Any, **keywords: Any) -> Any:
        return _ones(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Linear(4, 4))

    torchvision, models = ModuleType("torchvision"), ModuleType("torchvision.models")
    torchvision.models, models.resnet18 = models, build  # type: ignore[attr-defined]
    timm, transformers = ModuleType("timm"), ModuleType("transformers")
    peft = ModuleType("peft")
    peft.LoraConfig, peft.get_peft_model = dict, lambda model, config: model  # type: ignore[attr-defined]
    timm.create_model = build  # type: ignore[attr-defined]
    transformers.AutoModel = type("AutoModel", (), {"from_pretrained": staticmethod(build)})  # type: ignore[attr-defined]
    return {
        "torchvision": torchvision,
        "torchvision.models": models,
        "timm": timm,
        "transformers": transformers,
        "peft": peft,
    }


def _matrices(world: World, name: str | None) -> list[Any]:
    model = world.model.get_submodule(name or "")
    return [parameter for parameter in model.parameters() if parameter.dim() > 1]


def gone(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case, libraries=stand_ins())
    assert not all(bool((parameter == 1).all()) for parameter in _matrices(world, match["name"]))


def there(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text, libraries=stand_ins())
    match = re.match(PATTERN, finding.message)
    assert match is not None
    assert all(bool((parameter == 1).all()) for parameter in _matrices(world, match["name"]))


PATTERN = (
    r"this initialization writes over the pretrained weights that (?:were loaded into )?"
    r"(?:`(?P<name>[\w.]+)`|the model)(?: was built with)?: training starts from scratch\.$"
)
BUILT = {"builds": "Classifier({'weight': torch.ones(16, 8), 'bias': torch.zeros(16)})"}
CURE = there
CLAIMS = ((PATTERN, gone),)
