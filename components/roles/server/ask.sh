# Asks servers for their names. Arguments: the seconds that an answer may take; then for each question either "curl" and a URL, or a transport (tcp, udp), an
# address, a port, what is sent first, and what is sent after the answer (bytes as \xHH; empty: nothing). Prints for each question a line: the bytes of the
# answer in hex, a space, and what went wrong.
limit=$1
shift

# exchange TRANSPORT ADDRESS PORT FIRST LAST: bash's redirections speak TCP and UDP, so no machine needs a client for it.
exchange() {
  exec 3<>"/dev/$1/$2/$3" || return
  # dd sends all of it as one datagram, whatever bytes are in it, and reads what came in one packet.
  [ -z "$4" ] || printf '%b' "$4" | dd bs=512 iflag=fullblock status=none >&3
  dd bs=4096 count=1 status=none <&3
  [ -z "$5" ] || printf '%b' "$5" >&3
}
export -f exchange

while (($# > 0)); do
  if [ "$1" = curl ]; then
    question=(curl --silent --show-error --insecure --noproxy '*' --globoff --max-time "$limit" --write-out '%{http_code}' "$2")
    shift 2
  else
    question=(timeout "$limit" bash -c 'exchange "$@"' exchange "${@:1:5}")
    shift 5
  fi
  { wrong=$({ "${question[@]}" | od -An -v -tx1 | tr -d ' \n' >&4; } 2>&1); } 4>&1
  printf ' %s\n' "${wrong//$'\n'/ }"
done
