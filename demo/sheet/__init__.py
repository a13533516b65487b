"""The visual check sheet: every page of the demo photographed, for somebody to look through."""
