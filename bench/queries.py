"""What patrons type, by how much it finds; drawn from the invented catalogue itself."""

import random
from dataclasses import dataclass

from bench.words import GIVEN_NAMES, NOUNS, SURNAMES
from catalog.models import Bib, BibStatus

OF_EACH_KIND = 12


@dataclass(frozen=True)
class Queries:
    """Per kind, the texts to search for."""

    of_kind: dict[str, list[str]]

    def mixed(self, number: int) -> list[str]:
        """All kinds in equal parts, in a fixed disorder."""
        draw = random.Random("mixed")
        together = [text for texts in self.of_kind.values() for text in texts]
        return [draw.choice(together) for _ in range(number)]


def drawn_queries() -> Queries:
    draw = random.Random("queries")
    bibs = sample_bibs(OF_EACH_KIND * 3)
    rare = [noun for noun, _ in NOUNS[40:]]
    two_kanji = [word for word, _ in NOUNS if len(word) == 2]
    return Queries(
        {
            "broad word": ["日本", "歴史", "文化", "人間", "東京", "生活"],
            "middling word": draw.sample([word for word in two_kanji if word in rare], 12),
            "a whole title": [bib.title for bib in bibs[:OF_EACH_KIND]],
            "two terms": [f"{draw.choice(rare)} {draw.choice(NOUNS)[0]}" for _ in range(12)],
            "kana reading": [draw.choice(NOUNS)[1] for _ in range(OF_EACH_KIND)],
            "one kanji": ["山", "海", "花", "猫", "星", "雪"],
            "author": [
                f"{draw.choice(SURNAMES)[0]}{draw.choice(GIVEN_NAMES)[0]}" for _ in range(12)
            ],
            "ISBN": [bib.isbns[0] for bib in bibs if bib.isbns][:OF_EACH_KIND],
        }
    )


def sample_bibs(number: int) -> list[Bib]:
    """Bibs from all over the catalogue, always the same ones."""
    first = Bib.objects.order_by("pk").values_list("pk", flat=True)[0]
    total = Bib.objects.count()
    wanted = random.Random("sample").sample(range(first, first + total), number)
    return list(Bib.objects.filter(pk__in=wanted).select_related("material_type").order_by("ndc"))


def typed_so_far(number: int) -> list[str]:
    """What stands in the search box while titles, readings and names are typed."""
    draw = random.Random("typed")
    titles = [(bib.title, bib.title_reading.replace(" ", "")) for bib in sample_bibs(60)]
    texts = [text for both in titles for text in both]
    texts += [f"{draw.choice(SURNAMES)[0]}{draw.choice(GIVEN_NAMES)[0]}" for _ in range(60)]
    return [text[: draw.randrange(1, 9)] for text in draw.choices(texts, k=number)]


def reservable(number: int) -> list[Bib]:
    """Print on a shelf that nobody waits for; the first ones belong to the queues."""
    free = BibStatus.objects.filter(
        free_at__len=1, waiting=0, bib__material_type__medium="print", bib__isnull=False
    )
    bibs = free.order_by("-pk").select_related("bib")
    return [status.bib for status in bibs[:number]]
