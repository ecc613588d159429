"""What every part of a card is: typed, frozen, and patient with keys that a newer writer adds."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A part of a card. Keys that it doesn't know stay in `model_extra` and are written again."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    def changed(self, **parts: Any) -> Self:
        """The same with some of its parts replaced, checked anew; None takes one away.

        Raises:
            pydantic.ValidationError: if it contradicts itself then.
        """
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        return self.model_validate({**kept, **parts})


Probability = Annotated[float, Field(ge=0, le=1)]
"""A probability or a share, in [0, 1]."""

Count = Annotated[int, Field(ge=0)]
"""How many photos, places or countries."""

Interval = tuple[float, float]
"""The ends of a 95 % interval."""
