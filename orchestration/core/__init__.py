"""Shared by all packages: settings, errors, files, text and SQL quoting."""
