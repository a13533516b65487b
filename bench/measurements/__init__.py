"""One module for each part of the portal; a new file here is a new part of the table.

@measurement("newsletter", place=70)
def newsletter(library: Library) -> Iterator[Figures]:
    yield alone("newsletter: 2,000 titles", library, errands, aim="≤ 60 s")
"""
