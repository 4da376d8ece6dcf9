# Stands in for a program that a site's keepalived.conf starts. It succeeds, until a drill turns it: then it fails. A program that keepalived tells something
# (`notifies` is set) also writes down each call, and a program with a FIFO as its last argument what comes through it. keepalived.conf(5), "notify" and
# "notify_fifo". Read by a script of the program's own name, so $0 is its path.
turned=${LVS_LAB_TURNED:-/run/lvs-lab/turned}
log=${LVS_LAB_NOTIFY_LOG:-/var/log/lvs-lab-notify.log}

# written TEXT: one line, in one write: two calls may end at once.
written() {
  printf '%s %s\n' "$(date '+%FT%T.%3N%z')" "$*" >>"$log"
}

[ -z "${notifies:-}" ] || written "$0" "$@"
fifo=
for word; do fifo=$word; done
if [ -p "$fifo" ]; then
  while IFS= read -r line; do written "$0 < $line"; done <"$fifo"
fi
# Most of the time nothing is turned, and a check runs every second: no process for its name.
[ -d "$turned" ] || exit 0
key=$(printf %s "${0##*/}${*:+ $*}" | LC_ALL=C tr -c 'A-Za-z0-9' -)
[ ! -e "$turned/$key" ]
