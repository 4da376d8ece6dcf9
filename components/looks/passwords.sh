passwords() {
  while IFS=: read -r user hash _; do
    case $hash in '!'* | '*'*) echo "$user locked" ;; *) echo "$user usable" ;; esac
  done </etc/shadow
}
