# Functions of the configuration scripts; components/remote/script.ts writes the calls below them. POSIX sh.
# In an emulated guest every process costs some 50 ms: builtins do what they can.
# What a swapped file still owes (a reload, a restart) is noted in $run/pending before the swap and crossed off after the
# deed, so that a run that was cut off in between is finished by the next one.
set -eu
umask 022
run=${LVS_LAB_RUN:-/run/lvs-lab}
proc_sys=${LVS_LAB_PROC_SYS:-/proc/sys}
sys_module=${LVS_LAB_SYS_MODULE:-/sys/module}
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
# what the swap makes necessary: daemon-reload, reload:UNIT, restart:UNIT.
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
  mkdir -p "${path%/*}"
  rm -f "$staged"
  (umask 077 && printf %s "$content" >"$staged")
  chmod "$mode" "$staged"
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

# setting PATH VALUE: a sysctl by its path below /proc/sys, compared with the running kernel's.
setting() {
  [ -e "$proc_sys/$1" ] || fail "$1: this kernel has no such sysctl"
  # Not read: a shell reads byte by byte, and such a file ends after its first read.
  live=$(cat "$proc_sys/$1")
  [ "$live" != "$2" ] || return 0
  printf '%s\n' "$2" >"$proc_sys/$1"
  note "set $1 = $2"
}

# act VERB UNIT
act() {
  if ! systemctl --quiet "$1" "$2"; then
    systemctl --no-pager --full --lines=20 status "$2" >&2 || :
    fail "systemctl $1 $2 failed (see above)"
  fi
  note "$1 $2"
}

# unit NAME enabled|disabled active|inactive: brings a unit there, and pays what changed files owe it.
unit() {
  if [ -e "$run/pending/daemon-reload" ]; then
    systemctl daemon-reload
    rm "$run/pending/daemon-reload"
  fi
  # Both answers from one process, as words.
  # shellcheck disable=SC2046
  set -- "$1" "$2" "$3" $(systemctl show --property=ActiveState,UnitFileState "$1")
  is_enabled=disabled is_active=inactive
  case " $* " in *" UnitFileState=enabled "*) is_enabled=enabled ;; esac
  case " $* " in *" ActiveState=active "* | *" ActiveState=activating "* | *" ActiveState=reloading "*) is_active=active ;; esac
  case $2:$is_enabled in
    enabled:disabled) act enable "$1" ;;
    disabled:enabled) act disable "$1" ;;
  esac
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
  rm -f "$run/pending/restart:$1" "$run/pending/reload:$1"
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
