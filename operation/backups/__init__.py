"""控え: sealed copies of the whole database, looked at before they are needed, and brought back.

`making` writes one, `bringing_back` verifies and restores it. What is sealed can be opened only
with a key that is not on the machine that seals (`sealing`); PostgreSQL's own programs do the
rest (`postgres`).
"""


class BackupTrouble(Exception):
    """Nothing was changed; the sentence says why, and what to do."""
