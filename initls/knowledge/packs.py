"""Packs of conventions: frameworks whose rules are asked only where a program uses the framework.

A pack is on in a file that imports the framework, or whose classes derive from the framework's, also by way of other
files. The setting `framework` names packs that are on everywhere: for files that are run under a framework and do not
say so, as those of a model which another program trains.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct


class Pack(Struct, frozen=True):
    """One framework, under the name that the setting has for it.

    `roots` are the dotted names that give it away: a module or class counts that is one of them or lies below one.
    """

    name: str
    title: str
    roots: tuple[str, ...]

    def gives_away(self, dotted: str) -> bool:
        """Whether a module or class is of the framework."""
        return any(dotted == root or dotted.startswith(f"{root}.") for root in self.roots)


PACKS: dict[str, Pack] = {
    pack.name: pack
    for pack in (
        Pack("deepspeed", "DeepSpeed", ("deepspeed",)),
        Pack("fsdp", "FSDP", ("torch.distributed.fsdp", "torch.distributed._composable")),
        Pack("lightning", "Lightning", ("lightning", "pytorch_lightning", "lightning_fabric")),
        Pack(
            "mmengine",
            "mmengine",
            (
                "mmengine", "mmcv", "mmdet", "mmdet3d", "mmseg", "mmpose", "mmpretrain", "mmcls", "mmaction",
                "mmrotate", "mmocr", "mmagic", "mmedit", "mmyolo", "mmselfsup",
            ),
        ),
        Pack("peft", "PEFT", ("peft",)),
        Pack("transformers", "transformers", ("transformers",)),
    )
}  # fmt: skip
"""The packs, by name."""


def on(seen: Collection[str], named: Collection[str] = ()) -> frozenset[str]:
    """The packs that are on where these modules and classes are `seen`, and these packs `named`."""
    return frozenset(
        pack.name for pack in PACKS.values() if pack.name in named or any(pack.gives_away(name) for name in seen)
    )
