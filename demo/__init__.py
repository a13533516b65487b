"""The library on one machine: what `python3 run.py` starts. Nothing of the portal imports it."""
