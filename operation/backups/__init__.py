"""控え: sealed backups of the whole database, verified before they are needed, and restored.

`create` writes a backup, `restore` verifies and restores it. A sealed file can be opened only with
a key that is not on the machine that seals (`sealing`). PostgreSQL's own programs do the rest
(`postgres`).
"""


class BackupTrouble(Exception):
    """Nothing was changed. The sentence names the reason and what to do."""
