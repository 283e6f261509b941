"""Shares of a batch's ceilings: what each item may spend where this process does not see the calls one by one.

A share is set apart before its item is sent, and settled by what the item took. Shares under way together never pass a
ceiling. What an item took that was lost with its process is not known, and counts as the whole share.
"""

import asyncio
from dataclasses import dataclass
from math import floor, inf

from summarise.backends.budget import Ceilings
from summarise.batch.backends import Spent
from summarise.settings.model import Settings

Amounts = dict[str, float]
"""Calls, tokens and US dollars, of which a ceiling is set."""


@dataclass(frozen=True, eq=False)
class Share:
    """What one item may spend, and whether that is the `whole` of what is left, with no other item under way."""

    amounts: Amounts
    whole: bool

    @property
    def ceilings(self) -> Ceilings:
        """The share as ceilings."""
        rounded = {name: amount if name == "cost" else floor(amount) for name, amount in self.amounts.items()}
        return Ceilings.model_validate(rounded)


class Shares:
    """Divides the ceilings of the settings, less what was spent `before`, among so many items at once."""

    def __init__(self, settings: Settings, before: Spent, parts: int) -> None:
        ceilings = {"calls": settings.max_calls, "tokens": settings.max_tokens_total, "cost": settings.max_cost}
        spent = before.model_dump()
        self._left: Amounts = {name: most - spent[name] for name, most in ceilings.items() if most is not None}
        self._parts = parts
        self._under_way: list[Share] = []
        self._queue = asyncio.Lock()
        self._settled = asyncio.Event()

    async def take(self, *, whole: bool = False) -> Share | None:
        """Set a share apart, which has to be settled; None where nothing is left of a ceiling.

        The first who asks is the first who gets. One that is to be the `whole` waits until no other is under way; any
        waits while all that is left is set apart.
        """
        async with self._queue:
            while (whole and self._under_way) or min((free := self._free()).values(), default=inf) <= 0:
                if not self._under_way:
                    return None
                self._settled.clear()
                await self._settled.wait()
            amounts = free if whole else {name: min(free[name], self._part(name)) for name in free}
            share = Share(amounts, not self._under_way and amounts == free)
            self._under_way.append(share)
            return share

    def settle(self, share: Share, spent: Spent | None) -> None:
        """Give a share back, less what was spent; None where that is not known."""
        self._under_way.remove(share)
        taken = share.amounts if spent is None else spent.model_dump()
        self._left = {name: left - taken[name] for name, left in self._left.items()}
        self._settled.set()

    def _free(self) -> Amounts:
        """Return what is neither spent nor set apart."""
        return {name: left - sum(share.amounts[name] for share in self._under_way) for name, left in self._left.items()}

    def _part(self, name: str) -> float:
        part = self._left[name] / self._parts
        return part if name == "cost" else max(1, part // 1)
