"""What README, tests and visitors rely on: who can be logged in as, and with what."""

PASSWORD = "akiruno-2026"  # noqa: S105 - the demo's, told to everybody
STAFF_NAME = "staff"

HANAKO, TARO, SAKURA, KEN = "10000001", "10000002", "10000003", "10000004"
ICHIRO, MIDORI, SETSUKO, SATORU = "10000005", "10000006", "10000007", "10000008"
HIROSHI, JIYOUNG, STORYTELLERS = "10000009", "10000010", "10000011"
