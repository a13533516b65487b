"""Finds the part of a text with the smallest Damerau-Levenshtein distance to the input."""


def closest_part(typed: str, text: str, ends: frozenset[int] = frozenset()) -> tuple[int, int, int]:
    """Return (differences, start, end) of the part of `text` that differs least from `typed`.

    A difference is a wrong, missing or additional letter, or two exchanged neighbours. Of equal
    parts one that ends at a position of `ends` wins, then the longest.
    """
    # Each cell holds the fewest differences so far and the start of that part. The first row is all
    # 0, because a part may start anywhere in the text.
    rows = [[(0, at) for at in range(len(text) + 1)]]
    for number, character in enumerate(typed, start=1):
        above, row = rows[-1], [(number, 0)]
        for at, sign in enumerate(text, start=1):
            cost, start = above[at - 1]
            ways = [(cost + (character != sign), start)]
            ways += [(cost + 1, start) for cost, start in (above[at], row[at - 1])]
            if number > 1 and at > 1 and character == text[at - 2] and typed[number - 2] == sign:
                cost, start = rows[-2][at - 2]
                ways.append((cost + 1, start))
            row.append(min(ways))
        rows.append(row)
    differences, start, end = min(
        ((cost, start, at) for at, (cost, start) in enumerate(rows[-1])),
        key=lambda found: (found[0], found[2] not in ends, found[1] - found[2]),
    )
    return differences, start, end
