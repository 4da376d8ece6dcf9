# Answers requests, a line each, and only reads the machine. Data are hexadecimal numbers, so that any text passes through, and any greeting of
# the login shell is told apart.
#   file PATTERN    each file that matches, as a shell does; braces are not known here
#   program WORD    a program's path, or a name to look for in PATH; of a binary only the first four bytes
#   script PATH     a file that begins with #!; any other one is left alone
#   run NAME        the output of a command, then its exit code in a line of its own
#   end             nothing: its answer shows that all others are there
# Answers: `=found MODE PATH`, `=text NAME`, each with lines of data and `=.`; `=closed PATH`, `=large PATH`, `=absent WORD`, `=end`.
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export LC_ALL PATH
LARGEST=4194304

bytes() { od -An -v -tx1 && echo '=.'; }

begin() { dd if="$1" bs=4 count=1 2>/dev/null; }

# $1: a path; $2: what it is taken for.
send() {
  if [ ! -f "$1" ]; then
    if [ -d "${1%/*}" ] && [ ! -x "${1%/*}" ]; then echo "=closed $1"; else echo "=absent $1"; fi
  elif [ ! -r "$1" ]; then
    echo "=closed $1"
  else
    # shellcheck disable=SC2012 # only the mode is read, which every ls shows first
    mode=$(ls -ldL "$1" | cut -c 1-10)
    case $2:$(begin "$1" | od -An -tx1 | tr -d ' ') in
      program:7f454c46) echo "=found $mode $1" && begin "$1" | bytes && return ;;
      script:2321*) ;;
      script:*) return ;;
    esac
    if [ "$(wc -c <"$1")" -gt "$LARGEST" ]; then
      echo "=large $1"
    else
      echo "=found $mode $1" && bytes <"$1"
    fi
  fi
}

# $1: a program as a configuration names it.
place() {
  case $1 in */*) echo "$1" && return ;; esac
  IFS=:
  for folder in $PATH; do
    if [ -f "$folder/$1" ]; then echo "$folder/$1" && return; fi
  done
  echo "$1"
}

# Values that the kernel uses now, as lines of sysctl.conf(5). The names are paths, because the name of a card may have a dot.
kernel() {
  for file in /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv[46]/ip_nonlocal_bind /proc/sys/net/ipv4/conf/*/arp_ignore \
    /proc/sys/net/ipv4/conf/*/arp_announce /proc/sys/net/ipv4/conf/*/rp_filter /proc/sys/net/ipv[46]/conf/*/forwarding /proc/sys/net/ipv4/vs/*; do
    if [ -r "$file" ]; then echo "${file#/proc/sys/} = $(cat "$file" 2>/dev/null)"; fi
  done
}

# A program that would load a kernel module is only run if the module is there.
command_of() {
  case $1 in
    version) keepalived --version 2>&1 ;;
    address) ip -json address ;;
    route) ip -json route ;;
    route6) ip -json -6 route ;;
    sysctl) kernel ;;
    ipvsadm) if [ -e /proc/net/ip_vs ]; then ipvsadm -Sn; fi ;;
    nftables) if [ -e /sys/module/nf_tables ]; then nft list ruleset; fi ;;
    iptables) if [ -e /proc/net/ip_tables_names ]; then iptables-save; fi ;;
    ip6tables) if [ -e /proc/net/ip6_tables_names ]; then ip6tables-save; fi ;;
  esac
}

while IFS= read -r request; do
  rest=${request#* }
  case $request in
    'file '*)
      IFS=
      for one in $rest; do send "$one" file; done
      unset IFS
      ;;
    'script '*) send "$rest" script ;;
    'program '*) send "$(place "$rest")" program ;;
    'run '*) echo "=text $rest" && { command_of "$rest" && code=0 || code=$?; echo "$code"; } 2>/dev/null </dev/null | bytes ;;
    end) echo '=end' ;;
  esac
done
