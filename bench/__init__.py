"""Measures the portal on an invented catalogue of any size. See README.md beside this file."""
