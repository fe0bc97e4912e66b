"""OneRoster 1.1 and 1.2 CSV bundles: rosters that arrive as files, from a folder, a zip or over SFTP."""
