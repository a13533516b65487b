"""Mutants that no test notices, each with the reason why that is right.

The key is the target, the place and the change as the report prints them. An entry whose mutant
does not exist any more fails a test, so the list never grows old.
"""

EXPLAINED: dict[tuple[str, str, str], str] = {}
