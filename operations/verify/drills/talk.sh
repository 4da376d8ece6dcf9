# $1: how many connections; $2: an address; $3: its port; $4: a file; $5: seconds.
# Holds conversations of SMTP. Prints how many of them answer, waits for the file, the seconds at most, and prints how many answer then.
trap '' PIPE
held=()

# answering: how many conversations answer, within 5 s for all of them.
answering() {
  local fd line count=0 end=$((SECONDS + 5))
  for fd in "${held[@]}"; do printf 'NOOP\r\n' >&"$fd"; done 2>/dev/null
  for fd in "${held[@]}"; do
    while read -r -t $((SECONDS < end ? end - SECONDS : 1)) -u "$fd" line; do
      [[ $line != 250* ]] || { count=$((count + 1)) && break; }
    done 2>/dev/null
  done
  echo "$count"
}

for _ in $(seq "$1"); do
  { exec {fd}<>"/dev/tcp/$2/$3"; } 2>/dev/null && held+=("$fd")
done
# The kernel tells the other director of a connection after its third packet (ipvs-sysctl.rst, sync_threshold).
answering >/dev/null
answering >/dev/null
answering
limit=$((SECONDS + $5))
until [[ -e $4 ]] || ((SECONDS >= limit)); do sleep 0.2; done
answering
rm -f "$4"
