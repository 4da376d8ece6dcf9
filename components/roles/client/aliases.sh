# Further addresses of the client, behind netns.sh: ALIASES (with prefix lengths), on CARD in NAMESPACE. The kernel need not look for a duplicate of an IPv6
# address first, which would take it a second or two.
for address in $ALIASES; do
  case $address in
    *:*) ip -n "$NAMESPACE" address add "$address" dev "$CARD" nodad ;;
    *) ip -n "$NAMESPACE" address add "$address" dev "$CARD" ;;
  esac
done
