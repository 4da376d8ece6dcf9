# shellcheck shell=bash
# Go's settings for this folder. build, generate-sdk and scripts/test use the same, so that they share Go's build cache.
export CGO_ENABLED=0 GOWORK=off
# Garbage collection would take a sixth of the compiler's time. The limit is for machines with little memory.
export GOGC=off GOMEMLIMIT=1GiB
