#!/usr/bin/env bash
# Requests a job, waits for its end, and branches by outcome. Argument: the id of the job.
# IMSBRIDGE is the command to call, by default `imsbridge` on the PATH. Ends with its exit code.
"${IMSBRIDGE:-imsbridge}" submit --wait --timeout 2h "$1"
code=$?
case $code in
  0) echo "the image is ready" ;;
  1) echo "the job failed" ;;
  4) echo "the job is lost: IMS does not know it, or it was cancelled or took too long" ;;
  5) echo "the job still runs" ;;
  *) echo "imsbridge could not wait for the job" ;;
esac
exit "$code"
