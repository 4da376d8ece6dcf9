# Asks a DNS server by UDP (RFC 1035), one query after another. Arguments: its address and port, then each query with its bytes as \xHH. Prints for
# each query a line with the bytes of the answer in hex; an empty line: no answer.
server=$1/$2
shift 2
for query; do
  if exec 3<>"/dev/udp/$server"; then
    # dd sends the whole query as one datagram, whatever bytes are in it.
    printf '%b' "$query" | dd bs=512 iflag=fullblock >&3 2>/dev/null
    timeout 5 dd bs=4096 count=1 <&3 2>/dev/null | od -An -v -tx1 | tr -d ' \n'
    exec 3>&-
  fi
  echo
done
