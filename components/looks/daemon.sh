# What a director's keepalived says of itself.
pid=$(systemctl show --property=MainPID --value keepalived)
run=$(systemctl show --property=InvocationID --value keepalived)

# children: the processes of keepalived.
children() { cat "/proc/$pid/task/$pid/children" 2>/dev/null; }

# busy FILE: whether one of them still writes it.
busy() {
  for child in $(children); do
    for fd in /proc/"$child"/fd/*; do [ "$fd" -ef "$1" ] && return 0; done
  done
  return 1
}

# written FILE: waits until it is written to its end, and prints it without passwords.
written() {
  for _ in $(seq 100); do
    [ -s "$1" ] && ! busy "$1" && break
    sleep 0.1
  done
  sed 's/^\( *Password = \).*/\1********/' "$1"
  rm -f "$1"
}

# tested FILE: what the daemon's parser says of a file, and its exit code.
tested() {
  keepalived --config-test --use-file="$1" 2>&1
  echo "exit code $?"
}
