#!/bin/sh
# fuzz.sh PROGRAM SECONDS CORPUS SEEDS: runs a fuzzer from its seeds, with an
# empty folder CORPUS for what it finds. What makes it fail is left there.
#
# For hours, with what was found kept, in the background:
#   nice -n 19 build/release/bin/ImportTFLiteFuzzer -max_total_time=7200 \
#     -rss_limit_mb=2048 -timeout=25 CORPUS build/release/test/tflite-models
set -eu
rm -rf "$3"
mkdir -p "$3"
exec "$1" -max_total_time="$2" -rss_limit_mb=2048 -timeout=25 \
  -print_final_stats=1 -artifact_prefix="$3/" "$3" "$4"
