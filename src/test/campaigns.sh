#!/bin/sh
# Runs campaigns one after the other, for nightly use (docs/reliability.md).
#
#   src/test/campaigns.sh COUNT [FIRST_SEED] [NAME=VALUE ...]
#
# Prints one row of a table for each campaign. Logs, and the data of campaigns that broke a
# guarantee, are kept in target/campaigns. Exit code 1 if there was such a campaign.
# MAVEN is the command that builds the tests, CAMPAIGN_OPTS are options of the JVM.
set -eu
cd "$(dirname "$0")/../.."
count=${1:?usage: src/test/campaigns.sh COUNT [FIRST_SEED] [NAME=VALUE ...]}
first=${2:-$(date +%j000)}
shift
[ $# -eq 0 ] || shift

target=$PWD/target/campaigns
mkdir -p "$target"
${MAVEN:-mvn} -q test-compile dependency:build-classpath \
  -DincludeScope=test -Dmdep.outputFile="$target/classpath"
# Absolute, because the nodes and the bridges have other working directories.
classpath=$PWD/target/test-classes:$PWD/target/classes:$(cat "$target/classpath")

# Moves the clock of a bridge; without a compiler, campaigns leave these faults out.
clock=$target/libclock.so
if command -v cc >/dev/null; then
  cc -O2 -shared -fPIC -o "$clock" src/test/clock.c -ldl
fi

failed=0
seed=$first
head=yes
while [ "$seed" -lt $((first + count)) ]; do
  log=$target/$seed.log
  # The data of an earlier campaign with this seed.
  rm -rf "${target:?}/$seed"
  # shellcheck disable=SC2086
  if java ${CAMPAIGN_OPTS:--Xmx512m} "-Dcampaign.clock=$clock" -cp "$classpath" dev.imsbridge.campaign.Campaign \
    "seed=$seed" "directory=$target/$seed" "$@" >"$log" 2>&1; then
    rm -rf "${target:?}/$seed"
  else
    failed=1
  fi
  [ -z "$head" ] || grep -E '^\| (seed|---)' "$log" || true
  head=
  grep "^| $seed |" "$log" || echo "| $seed | see $log |"
  seed=$((seed + 1))
done
exit $failed
