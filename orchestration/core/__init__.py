"""What every package uses: settings, errors, files, text and SQL quoting."""
