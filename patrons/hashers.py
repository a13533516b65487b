from django.contrib.auth.hashers import Argon2PasswordHasher


class LibraryArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2id with OWASP's minimum: about 50 ms and 19 MiB a hash (safety 5)."""

    memory_cost = 19_456
    time_cost = 2
    parallelism = 1
