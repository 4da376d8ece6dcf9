# shellcheck shell=bash
# How Go compiles what is here. For build, generate-sdk and scripts/test, which find each other's work done by that.
export CGO_ENABLED=0 GOWORK=off
# The compiler spends a sixth of its time on collecting what its end would free; the limit is for machines of little memory.
export GOGC=off GOMEMLIMIT=1GiB
