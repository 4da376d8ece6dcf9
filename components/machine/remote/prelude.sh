# Functions of the configuration scripts; components/machine/remote/script.ts writes the calls below them. POSIX sh.
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
admin=${LVS_LAB_DPKG:-/var/lib/dpkg}
sources=${LVS_LAB_SOURCES:-/etc/apt/sources.list.d}
lists=${LVS_LAB_LISTS:-/var/lib/apt/lvs-lab}
selinux=${LVS_LAB_SELINUX:-/sys/fs/selinux/enforce}
selinux_config=${LVS_LAB_SELINUX_CONFIG:-/etc/selinux/config}
newline='
'

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

# The folder of a file is "${path%/*}/" everywhere: that of a file in / is /.

# backup PATH: keeps what was there before the lab came as PATH.bak: the file, else the package's sample. Once.
backup() {
  [ ! -e "$1.bak" ] || return 0
  mkdir -p "${1%/*}/"
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
  [ -d "${path%/*}/" ] || mkdir -p "${path%/*}/"
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

# line WORD PATH MODE LINE EVENTS [CHECK…]: as file, but of the content only the lines that hold WORD are ours: LINE is put
# at the end in place of them.
line() {
  word=$1 path=$2 mode=$3 content='' rest=$4
  if [ -f "$path" ]; then
    while IFS= read -r kept || [ -n "$kept" ]; do
      case " $kept " in *[[:space:]]"$word"[[:space:]]*) ;; *) content="$content$kept$newline" ;; esac
    done <"$path"
  fi
  shift 4
  file "$path" "$mode" "$content$rest$newline" "$@"
}

# beneath: shows the root file system without what is mounted on it in $run/root. Until the next boot: nobody needs it longer.
beneath() {
  [ ! -d "$run/root/etc" ] || return 0
  mkdir -p "$run/root"
  # Private: / is shared (systemd), and what is mounted later would appear here as well.
  mount --bind --make-private / "$run/root"
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
  mkdir -p "${path%/*}/"
  "$@" >"$path.staged"
  digested "$path.staged" "$digest" || fail "$path: $* printed something else than sha256 $digest"
  mv -f "$path.staged" "$path"
  note "made $path"
}

# digested PATH SHA256
digested() {
  [ "$(sha256sum "$1")" = "$2  $1" ]
}

# packages MANAGER SOURCE [NAME FILE]…: installs the packages whose file is not there, from SOURCE alone unless it is empty. Builtins
# are all that it takes where nothing is missing. What a run that was cut off has left half installed is installed again.
packages() {
  manager=$1 source=$2 wanted='' begun=''
  shift 2
  [ ! -e "$run/pending/packages" ] || read -r begun <"$run/pending/packages"
  while [ $# -gt 0 ]; do
    case " $begun " in
      *" $1 "*) wanted="$wanted $1" ;;
      *) [ -e "$2" ] || wanted="$wanted $1" ;;
    esac
    shift 2
  done
  [ -n "$wanted" ] || return 0
  IFS= read -r node <"$proc_sys/kernel/hostname"
  # systemctl(1) tells systemd nothing then: no package starts its daemon with a configuration that is not ours, nor has all
  # units read again for itself, 3 s each in an emulated guest.
  export SYSTEMD_OFFLINE=1
  "install_by_$manager"
  unset SYSTEMD_OFFLINE
  systemctl daemon-reload
  rm "$run/pending/packages"
  note "installed$wanted"
}

install_by_apt() {
  set -- -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=1 -o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20
  if [ -n "$source" ]; then
    printf 'deb %s\n' "$source" >"$sources/lvs-lab.list"
    # No index of an earlier time: another repository at the same address may be the older one, and apt would keep the newer.
    rm -rf "$lists"
    mkdir -p "$lists/partial"
    set -- "$@" -o "Dir::Etc::sourcelist=$sources/lvs-lab.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$lists"
  fi
  [ "$(cd "$admin/updates" && echo *)" = '*' ] || installer dpkg --configure -a
  installer apt-get "$@" --error-on=any update
  printf '%s\n' "$wanted" >"$run/pending/packages"
  # shellcheck disable=SC2086 # words
  installer apt-get "$@" --yes --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install $wanted
}

install_by_dnf() {
  set -- --assumeyes --quiet --setopt=install_weak_deps=False
  case $source in
    '') ;;
    '[trusted=yes] '*) set -- "$@" --repofrompath="lvs-lab,${source#* }" --repo=lvs-lab --nogpgcheck ;;
    *) set -- "$@" --repofrompath="lvs-lab,$source" --repo=lvs-lab ;;
  esac
  printf '%s\n' "$wanted" >"$run/pending/packages"
  # shellcheck disable=SC2086 # words
  installer dnf "$@" install $wanted
}

# installer COMMAND…: a step of an installation, silent unless it fails. What it says of the reason is in the error; without such
# lines all that it says is before it.
installer() {
  said=$(DEBIAN_FRONTEND=noninteractive "$@" 2>&1 </dev/null) && return 0
  why=
  while IFS= read -r text; do
    case $text in
      'E: Some index files'*) ;; # says no more than the lines before it
      'E: '* | 'Error: '*) why="${why:+$why; }${text#*: }" ;;
    esac
  done <<SAID
$said
SAID
  [ -n "$why" ] || printf '%s\n' "$said" >&2
  fail "$node: cannot install$wanted from ${source:-its own package sources}: ${why:-$1 failed (see above)}"
}

# ruleset PATH TABLE TARGET CONTENT: a file of nft(8), which has TABLE as `nft list table` prints it behind its first empty line. It is
# loaded in one go or not at all, so that loading it is its check; what runs is compared with it in every run. At boot TARGET starts
# the unit that loads it: a link, for systemctl would cost a second.
ruleset() {
  path=$1 table=$2 before=$changed
  set -- "$units/$3.wants/nftables.service" "${4#*"$newline$newline"}" "$4"
  file "$path" 0644 "$3" '' nft --file "$path.staged"
  # shellcheck disable=SC2086 # a family and a name
  if [ "$changed" -eq "$before" ] && [ "$(nft --numeric-protocol list table $table 2>/dev/null && echo .)" != "$2." ]; then
    nft --file "$path"
    note "loaded $path"
  fi
  [ ! -L "$1" ] || return 0
  linked /usr/lib/systemd/system/nftables.service "$1"
  note "enable nftables"
}

# permissive: SELinux tells what it would refuse and refuses nothing, now and at every boot.
permissive() {
  [ -e "$selinux" ] || return 0
  read -r enforcing <"$selinux" || : # without a newline at its end
  if [ "$enforcing" != 0 ]; then
    echo 0 >"$selinux"
    note "SELinux: permissive"
  fi
  ! grep -q '^SELINUX=enforcing' "$selinux_config" || sed -i 's/^SELINUX=enforcing/SELINUX=permissive/' "$selinux_config"
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

# full_name UNIT: sets name, with the suffix that a service may leave out.
full_name() {
  name=$1
  case $name in *.*) ;; *) name=$name.service ;; esac
}

# is_enabled UNIT: whether the next boot starts it.
is_enabled() {
  full_name "$1"
  for link in "$units"/*.wants/"$name" "$units"/*.requires/"$name"; do
    [ ! -L "$link" ] || return 0
  done
  return 1
}

# linked FILE LINK: a link by which a target starts a unit at boot.
linked() {
  [ -d "${2%/*}/" ] || mkdir -p "${2%/*}/"
  ln -s "$1" "$2"
}

# wanted UNIT FILE: has the next boot start a unit whose section [Install] says WantedBy= and nothing else: links, for which
# systemctl(1) takes 0.4 s in an emulated guest. False: it says more, or there is no such file.
wanted() {
  section='' targets=''
  [ -f "$2" ] || return 1
  while IFS= read -r text; do
    case $text in '['*) section=$text text='' ;; esac
    case $section$text in
      '[Install]WantedBy='*) targets="$targets ${text#*=}" ;;
      '[Install]' | '[Install]#'* | '[Install];'*) ;;
      '[Install]'*) return 1 ;;
    esac
  done <"$2"
  [ -n "$targets" ] || return 1
  for target in $targets; do
    linked "$2" "$units/$target.wants/$name"
  done
  note "enable $1"
}

# unit NAME enabled|disabled active|inactive: brings a unit there, and pays what changed files owe it.
unit() {
  # All answers from one process, as words.
  # shellcheck disable=SC2046
  set -- "$1" "$2" "$3" $(systemctl show --property=ActiveState,LoadState,NeedDaemonReload,FragmentPath "$1")
  full_name "$1"
  fragment=
  for word in "$@"; do
    case $word in FragmentPath=*) fragment=${word#*=} ;; esac
  done
  # A mount of a new line in fstab is no unit at all before that.
  case "$3 $* " in *" NeedDaemonReload=yes "* | active*" LoadState=not-found "*) systemctl daemon-reload ;; esac
  # Nor does systemd see that a file of ours hides the package's own by now, of a unit that it has read already.
  if [ -f "$units/$name" ] && [ ! -L "$units/$name" ]; then
    case $fragment in
      "$units/$name") ;;
      /*) systemctl daemon-reload ;;
    esac
    fragment=$units/$name
  fi
  is_active=inactive
  case " $* " in *" ActiveState=active "* | *" ActiveState=activating "* | *" ActiveState=reloading "*) is_active=active ;; esac
  if [ "$2" = enabled ]; then
    is_enabled "$1" || wanted "$1" "$fragment" || act enable "$1"
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
