"""The part of a text that differs least from what was typed (Damerau and Levenshtein)."""


def closest_part(typed: str, text: str, ends: frozenset[int] = frozenset()) -> tuple[int, int, int]:
    """The part of the text that differs least from what was typed: how much, and where it lies.

    Of those that differ as little, one that ends with a word.

    Counted are letters that are wrong, missing, too many, or exchanged with their neighbour.
    """
    # Of each row: the fewest differences up to here, and where that part of the text begins.
    rows = [[(0, at) for at in range(len(text) + 1)]]
    for number, letter in enumerate(typed, start=1):
        above, row = rows[-1], [(number, 0)]
        for at, sign in enumerate(text, start=1):
            cost, start = above[at - 1]
            ways = [(cost + (letter != sign), start)]
            ways += [(cost + 1, start) for cost, start in (above[at], row[at - 1])]
            if number > 1 and at > 1 and letter == text[at - 2] and typed[number - 2] == sign:
                cost, start = rows[-2][at - 2]
                ways.append((cost + 1, start))
            row.append(min(ways))
        rows.append(row)
    differences, start, end = min(
        ((cost, start, at) for at, (cost, start) in enumerate(rows[-1])),
        key=lambda found: (found[0], found[2] not in ends, found[1] - found[2]),
    )
    return differences, start, end
