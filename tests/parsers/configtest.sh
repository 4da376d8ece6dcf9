#!/bin/sh
# Judges FOLDER/NAME.conf for every NAME in FOLDER/names by the daemon's own parser; prints "NAME CODE" for each, what it says goes into FOLDER/NAME.said.
# Runs in a network namespace of its own (unshare --net), which gets the interfaces that the files name. The daemon itself is not started.
set -eu
folder=$1
for number in 0 1; do
  ip link add "eth$number" type veth peer name "peer$number"
  ip link set "eth$number" up
  ip link set "peer$number" up
done
ip address add 192.0.2.1/24 dev eth0
ip address add 198.51.100.1/24 dev eth1
while read -r name; do
  code=0
  keepalived --config-id=lb1 --config-test --use-file="$folder/$name.conf" >"$folder/$name.said" 2>&1 || code=$?
  echo "$name $code"
done <"$folder/names"
