"""Time as the local Azure sees it."""

import asyncio
import time

from foundry_emulator.host.settings import Settings


class Clock:
    """Real time of day; durations of the service are shortened by `settings.time_scale`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def now(self) -> float:
        """Unix seconds."""
        return time.time()

    def scaled(self, simulated_seconds: float) -> float:
        """Real seconds that a duration of the service lasts here."""
        return simulated_seconds * self._settings.time_scale

    def after(self, simulated_seconds: float) -> float:
        """The moment (unix seconds) at which something that starts now is done."""
        return self.now() + self.scaled(simulated_seconds)

    async def sleep(self, simulated_seconds: float) -> None:
        await asyncio.sleep(self.scaled(simulated_seconds))
