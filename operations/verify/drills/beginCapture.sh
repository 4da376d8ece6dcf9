# $1: the file for the packets; $2: the filter (pcap-filter(7)); $3: seconds that tcpdump may take to start.
mkdir -p "${1%/*}"
setsid timeout 300 tcpdump -i any -nn -e -l -s 128 "$2" >"$1" 2>"$1.err" </dev/null &
echo $! >"$1.pid"
for i in $(seq $(($3 * 5))); do grep -q '^listening' "$1.err" && exit 0; sleep 0.2; done
cat "$1.err" >&2
exit 1
