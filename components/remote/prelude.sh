# Functions of the configuration scripts; components/remote/script.ts writes the calls below them. POSIX sh.
# In an emulated guest every process costs some 50 ms: builtins do what they can.
# What a swapped file still owes (a reload, a restart) is noted in $run/pending before the swap and crossed off after the
# deed, so that a run that was cut off in between is finished by the next one.
set -eu
umask 022
run=${LVS_LAB_RUN:-/run/lvs-lab}
proc_sys=${LVS_LAB_PROC_SYS:-/proc/sys}
sys_module=${LVS_LAB_SYS_MODULE:-/sys/module}
units=${LVS_LAB_UNITS:-/etc/systemd/system}
networks=${LVS_LAB_NETWORKS:-/etc/systemd/network /run/systemd/network}
changed=0

note() {
  changed=$((changed + 1))
  printf '%s\n' "$*"
}

fail() {
  printf 'lvs-lab: %s\n' "$*" >&2
  exit 1
}

# begin: one run at a time. The kernel gives the lock back when a run ends, however it ends.
begin() {
  mkdir -p "$run/pending"
  exec 9>"$run/lock"
  flock -w 120 9 || fail "another run has held $run/lock for 120 s"
}

# backup PATH: keeps what was there before the lab came as PATH.bak: the file, else the package's sample. Once.
backup() {
  [ ! -e "$1.bak" ] || return 0
  mkdir -p "${1%/*}"
  rm -f "$1.bak.staged"
  if [ -e "$1" ]; then
    cp -p "$1" "$1.bak.staged"
  elif [ -e "$1.sample" ]; then
    cp -p "$1.sample" "$1.bak.staged"
  else
    : >"$1.bak.staged"
  fi
  mv "$1.bak.staged" "$1.bak"
  note "kept $1.bak"
}

# file PATH MODE CONTENT EVENTS [CHECK…]: compare, stage, check the staged file, swap. EVENTS, separated by spaces, are
# what the swap makes necessary: reload:UNIT, restart:UNIT.
file() {
  path=$1 mode=$2 content=$3 events=$4
  shift 4
  # The dot keeps the newlines at the end, which $(…) drops.
  if [ -f "$path" ] && [ "$(cat "$path" && echo .)" = "$content." ]; then
    [ "$(stat -c %a "$path")" != "${mode#0}" ] || return 0
    chmod "$mode" "$path"
    note "mode $mode: $path"
    return 0
  fi
  staged=$path.staged
  [ -d "${path%/*}" ] || mkdir -p "${path%/*}"
  [ ! -e "$staged" ] || rm "$staged"
  case $mode in
    0644) (printf %s "$content" >"$staged") ;;
    0600) (umask 077 && printf %s "$content" >"$staged") ;;
    *) (umask 077 && printf %s "$content" >"$staged" && chmod "$mode" "$staged") ;;
  esac
  if [ $# -gt 0 ] && ! said=$("$@" 2>&1); then
    rm -f "$staged"
    printf '%s\n' "$said" >&2
    fail "$path: refused by: $* (see above); the file in place stays as it was"
  fi
  owe "$events"
  mv -f "$staged" "$path"
  note "wrote $path"
}

# owe EVENTS: notes what a file that is about to change makes necessary.
owe() {
  for event in $1; do
    : >"$run/pending/$event"
  done
}

# absent PATH EVENTS
absent() {
  [ -e "$1" ] || return 0
  owe "$2"
  rm -f "$1"
  note "removed $1"
}

# network CARD CONTENT: a drop-in of the interface's networkd file, which the seed has written, cloud-init, or netplan; an empty
# one is none.
network() {
  for folder in $networks; do
    for author in lvs-lab cloud-init netplan; do
      [ -e "$folder/10-$author-$1.network" ] || continue
      path=${networks%% *}/10-$author-$1.network.d/routes.conf
      if [ -n "$2" ]; then
        file "$path" 0644 "$2" reload:systemd-networkd
      else
        absent "$path" reload:systemd-networkd
      fi
      return 0
    done
  done
  [ -z "$2" ] || fail "$1: found no file of networkd for this interface in $networks"
}

# made PATH SHA256 COMMAND…: a file with what a command prints, made anew unless its digest is right.
made() {
  path=$1 digest=$2
  shift 2
  if [ -f "$path" ] && digested "$path" "$digest"; then return 0; fi
  mkdir -p "${path%/*}"
  "$@" >"$path.staged"
  digested "$path.staged" "$digest" || fail "$path: $* printed something else than sha256 $digest"
  mv -f "$path.staged" "$path"
  note "made $path"
}

# digested PATH SHA256
digested() {
  [ "$(sha256sum "$1")" = "$2  $1" ]
}

# module NAME
module() {
  [ ! -d "$sys_module/$1" ] || return 0
  modprobe "$1"
  note "loaded $1"
}

# settings PATH VALUE [PATH VALUE…]: sysctls by their paths below /proc/sys, compared with the running kernel's.
settings() {
  paths=
  even=
  for word in "$@"; do
    if [ -n "$even" ]; then
      even=
      continue
    fi
    even=1
    [ -e "$proc_sys/$word" ] || fail "$word: this kernel has no such sysctl"
    paths="$paths $proc_sys/$word"
  done
  # One process for all. Not read: a shell reads byte by byte, and such a file ends after its first read.
  # shellcheck disable=SC2086 # no such path has a space
  live=$(cat $paths)
  while IFS= read -r now <&8; do
    if [ "$now" != "$2" ]; then
      printf '%s\n' "$2" >"$proc_sys/$1"
      note "set $1 = $2"
    fi
    shift 2
  done 8<<LIVE
$live
LIVE
}

# act VERB UNIT
act() {
  verb=$1
  # By files alone: told of it, systemd would read all of its units again, 3 s, and only the next boot needs that.
  case $verb in enable | disable) verb="--root=/ $verb" ;; esac
  # shellcheck disable=SC2086 # the option is a word
  if ! systemctl --quiet $verb "$2"; then
    systemctl --no-pager --full --lines=20 status "$2" >&2 || :
    fail "systemctl $1 $2 failed (see above)"
  fi
  note "$1 $2"
}

# is_enabled UNIT: whether the next boot starts it.
is_enabled() {
  name=$1
  case $name in *.*) ;; *) name=$name.service ;; esac
  for link in "$units"/*.wants/"$name" "$units"/*.requires/"$name"; do
    [ ! -L "$link" ] || return 0
  done
  return 1
}

# unit NAME enabled|disabled active|inactive: brings a unit there, and pays what changed files owe it.
unit() {
  # All answers from one process, as words.
  # shellcheck disable=SC2046
  set -- "$1" "$2" "$3" $(systemctl show --property=ActiveState,NeedDaemonReload "$1")
  case " $* " in *" NeedDaemonReload=yes "*) systemctl daemon-reload ;; esac
  is_active=inactive
  case " $* " in *" ActiveState=active "* | *" ActiveState=activating "* | *" ActiveState=reloading "*) is_active=active ;; esac
  if [ "$2" = enabled ]; then
    is_enabled "$1" || act enable "$1"
  else
    ! is_enabled "$1" || act disable "$1"
  fi
  case $3:$is_active in
    active:inactive) act start "$1" ;;
    inactive:active) act stop "$1" ;;
    active:active)
      if [ -e "$run/pending/restart:$1" ]; then
        act restart "$1"
      elif [ -e "$run/pending/reload:$1" ]; then
        act reload "$1"
      fi
      ;;
  esac
  for event in "$run/pending/restart:$1" "$run/pending/reload:$1"; do
    [ ! -e "$event" ] || rm "$event"
  done
}

# reload NAME: a unit that always runs pays what changed files owe it.
reload() {
  [ -e "$run/pending/reload:$1" ] || return 0
  act reload "$1"
  rm "$run/pending/reload:$1"
}

# finish: what was changed outlives even a machine that is switched off the next moment.
finish() {
  [ "$changed" -eq 0 ] || sync
  printf 'changed: %d\n' "$changed"
}
