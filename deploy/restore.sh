#!/bin/sh
# deploy/restore.sh FILE: a backup into an EMPTY database; DATABASE_URL says which. Stop Samsyn first.
# Nothing is ever overwritten: a database that holds tables, or an SQLite file that exists, is refused.
set -eu
file=${1:?usage: restore.sh FILE}
case ${DATABASE_URL:?set DATABASE_URL} in
    postgres*)
        tables=$(psql --no-psqlrc -At --dbname="$DATABASE_URL" \
            -c "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'")
        [ "$tables" = 0 ] || { echo "The database is not empty ($tables tables); make a new one." >&2; exit 1; }
        pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --dbname="$DATABASE_URL" "$file"
        ;;
    sqlite:///*)
        target=${DATABASE_URL#sqlite:///}
        [ ! -e "$target" ] || { echo "$target exists; move it away." >&2; exit 1; }
        cp "$file" "$target.part" && mv "$target.part" "$target"
        ;;
    *) echo "DATABASE_URL is neither PostgreSQL nor SQLite" >&2; exit 1 ;;
esac
