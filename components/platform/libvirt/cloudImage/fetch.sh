# Makes sure that the files of a cloud image are here and have their checksums; components/platform/libvirt/cloudImage/index.ts sets FILES: a line
# each, "PATH tab ALGORITHM tab SUM tab ADDRESS", without an address for a file that is here already. POSIX sh.
set -eu
tab=$(printf '\t')
outside=/run/netns/${LVS_LAB_NAMESPACE:-lvs-lab}-outside
part=
trap 'rm -f "$part"' EXIT
trap 'exit 130' INT TERM

# sum ALGORITHM FILE
sum() {
  set -- "$(LC_ALL=C "$1sum" <"$2")"
  printf '%s\n' "${1%% *}"
}

# check NAME FILE ALGORITHM SUM
check() {
  got=$(sum "$3" "$2")
  [ "$got" != "$4" ] || return 0
  printf 'lvs-lab:image: %s: got %s %s, need %s (another version of the file, or a damaged one)\n' "$1" "$3" "$got" "$4" >&2
  exit 1
}

# download FILE ADDRESS: the embedded libvirt's namespace, in which the program runs, has no way out.
download() {
  mkdir -p "${1%/*}"
  set -- curl --fail --location --silent --show-error --proto '=http,https' --output "$1" "$2"
  if [ -e "$outside" ] && [ "$(stat -Lc %d:%i "$outside")" != "$(stat -Lc %d:%i /proc/self/ns/net)" ]; then
    set -- nsenter --net="$outside" "$@"
  fi
  "$@"
}

while IFS=$tab read -r file algorithm wanted address; do
  if [ -z "$address" ]; then
    check "$file" "$file" "$algorithm" "$wanted"
  elif [ ! -e "$file" ]; then
    part=$file.part-$$
    download "$part" "$address"
    check "$address" "$part" "$algorithm" "$wanted"
    # Only what was checked ever has this name.
    mv "$part" "$file"
  fi
done <<FILES
$FILES
FILES
