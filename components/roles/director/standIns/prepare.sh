# Makes what the stand-ins of a site's keepalived.conf need, before keepalived starts. Arguments: users, each with a group of its name. What is there stays.
set -eu
etc=${LVS_LAB_ETC:-/etc}
log=${LVS_LAB_NOTIFY_LOG:-/var/log/lvs-lab-notify.log}

# listed NAME FILE: whether passwd(5) or group(5) has a name.
listed() {
  while IFS=: read -r one _; do
    [ "$one" != "$1" ] || return 0
  done <"$2"
  return 1
}

for name; do
  listed "$name" "$etc/group" || groupadd --system "$name"
  listed "$name" "$etc/passwd" || useradd --system --gid "$name" --no-create-home --shell /usr/sbin/nologin "$name"
done
# Whatever user a script has, it may write its line.
[ -e "$log" ] || : >"$log"
chmod 0666 "$log"
