# $1: the file of beginCapture.sh. Half a second is for the packets that are on their way.
sleep 0.5
kill "$(cat "$1.pid")"
while kill -0 "$(cat "$1.pid")" 2>/dev/null; do sleep 0.1; done
cat "$1"
rm -f "$1" "$1.err" "$1.pid"
