# $1: the card; $2: the filter (pcap-filter(7)), or empty. Writes packets to standard output until standard input ends, when the caller has gone.
exec 3<&0
connection=${SSH_CONNECTION:-}
filter=$2
if [ -n "$connection" ]; then
  # Leave out the connection that carries the packets, because it would carry itself.
  port=${connection#* } && port=${port%% *}
  filter="not (host ${connection%% *} and tcp port $port)${filter:+ and ($filter)}"
fi
tcpdump -i "$1" -n -U -s 0 -w - "$filter" </dev/null 3<&- &
capture=$!
{ cat <&3 >/dev/null 2>&1; kill "$capture"; } >/dev/null 2>&1 &
watch=$!
code=0
wait "$capture" || code=$?
kill "$watch" 2>/dev/null
exit "$code"
