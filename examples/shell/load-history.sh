#!/usr/bin/env bash
# Loads published events into a table of SQLite, each once: it may be run again, also with other filters.
# Usage: load-history.sh DATABASE [OPTION OF imsbridge replay]...
# IMSBRIDGE is the command to call, by default `imsbridge` on the PATH.
# Needs: Debian's sqlite3
set -euo pipefail
database=$1
shift
sqlite3 "$database" 'CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, time TEXT, job_id TEXT, status TEXT, event TEXT)'
# The last line of the output is the result of the replay. It has no id.
"${IMSBRIDGE:-imsbridge}" replay --json "$@" |
  sqlite3 "$database" '.mode ascii' '.separator "\037" "\n"' \
    'CREATE TEMP TABLE line (event TEXT)' '.import /dev/stdin line' \
    "INSERT OR IGNORE INTO events
       SELECT event ->> 'id', event ->> 'time', event ->> '\$.data.job_id', event ->> '\$.data.status', event
       FROM line WHERE event ->> 'id' IS NOT NULL" \
    'SELECT count(*) || " events" FROM events'
