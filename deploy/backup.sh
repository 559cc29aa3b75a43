#!/bin/sh
# deploy/backup.sh FILE: everything Samsyn knows, in one file, while it runs. DATABASE_URL says from where.
# PostgreSQL: pg_dump's custom format. SQLite: a copy made by SQLite's own backup, complete at one moment.
set -eu
file=${1:?usage: backup.sh FILE}
umask 077 # the file holds every deviation
case ${DATABASE_URL:?set DATABASE_URL} in
    postgres*) pg_dump --format=custom --no-owner --no-privileges --file="$file.part" --dbname="$DATABASE_URL" ;;
    sqlite:///*) python3 -c '
import sqlite3, sys
source, target = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True), sqlite3.connect(sys.argv[2])
source.backup(target)
target.execute("PRAGMA journal_mode=DELETE")
[answer] = target.execute("PRAGMA integrity_check").fetchone()
sys.exit(None if answer == "ok" else answer)' "${DATABASE_URL#sqlite:///}" "$file.part" ;;
    *) echo "DATABASE_URL is neither PostgreSQL nor SQLite" >&2; exit 1 ;;
esac
mv "$file.part" "$file" # a file with the right name is a whole backup
