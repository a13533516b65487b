"""What is measured: every module in `bench/measurements/` adds its lines with `@measurement`."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bench.figures import Figures
from bench.library import Library

Measure = Callable[[Library], Iterator[Figures]]


@dataclass(frozen=True)
class Measurement:
    name: str
    place: int
    measure: Measure


_registered: dict[str, Measurement] = {}


def measurement(name: str, *, place: int) -> Callable[[Measure], Measure]:
    """`place` says when: what changes the library comes after what only reads it."""

    def register(measure: Measure) -> Measure:
        _registered[name] = Measurement(name, place, measure)
        return measure

    return register


def measurements(only: list[str]) -> list[Measurement]:
    """All in their order, or those named."""
    from bench import measurements as package

    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    chosen = [one for one in _registered.values() if not only or one.name in only]
    return sorted(chosen, key=lambda one: one.place)
