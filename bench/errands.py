"""What several measurements do alike."""

import random
from collections.abc import Callable, Iterator
from functools import partial

from bench.client import Visitor
from bench.figures import Figures, together
from bench.library import Library

CLIENTS = 8
PAGES = 300
PAGES_OF_EACH_CLIENT = 60


def visits(visitor: Visitor, pages: list[str]) -> Iterator[Callable[[], float]]:
    return (partial(visitor.get, page) for page in pages)


def crowd(what: str, library: Library, pages: list[str], *, aim: str = "") -> Figures:
    """Each client reads some of the pages, in its own order, on its own connection."""

    def client(number: int) -> list[float]:
        visitor = Visitor(library.port)
        chosen = random.Random(number).sample(pages, PAGES_OF_EACH_CLIENT)
        return [visitor.get(page) for page in chosen]

    clients = [partial(client, number) for number in range(CLIENTS)]
    return together(what, library, clients, aim=aim)
