"""Values that equal others for what they are in essence, whatever else they carry."""

from __future__ import annotations

from msgspec import Struct


class Essential(Struct, frozen=True, eq=False):
    """A struct of which some fields take no part in comparisons.

    One that told `==` alone would go on to tell `!=` by identity, as `Struct` does where it is told not to compare.
    """

    def _essence(self) -> object:
        """What has to be equal, and hashable."""
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Essential) and type(other) is type(self) and self._essence() == other._essence()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self._essence())
