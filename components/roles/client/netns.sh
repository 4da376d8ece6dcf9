# The client: a network namespace with one card on the segment's bridge. The argument is up or down; the environment says
# what: NAMESPACE, PORT (the card's end in the bridge), and for up also CARD, BRIDGE, MAC, ADDRESSES (with prefix lengths),
# ROUTES (prefix,gateway …; may be missing).
set -eu

down() {
  if ip link show dev "$PORT" >/dev/null 2>&1; then ip link delete dev "$PORT"; fi
  if [ -e "/run/netns/$NAMESPACE" ]; then ip netns delete "$NAMESPACE"; fi
}

up() {
  # What an interrupted run left is not worth a look: a new one costs nothing.
  down
  trap down EXIT
  trap 'exit 130' INT TERM HUP
  ip netns add "$NAMESPACE"
  ip link add "$PORT" type veth peer name "$CARD" address "$MAC" netns "$NAMESPACE"
  ip link set dev "$PORT" master "$BRIDGE" up
  ip -n "$NAMESPACE" link set dev lo up
  ip -n "$NAMESPACE" link set dev "$CARD" up
  for address in $ADDRESSES; do
    ip -n "$NAMESPACE" address add "$address" dev "$CARD"
  done
  for route in ${ROUTES:-}; do
    ip -n "$NAMESPACE" route add "${route%,*}" via "${route#*,}"
  done
  trap - EXIT
}

case $1 in
  up) up ;;
  down) down ;;
esac
