# Reads the greeting of a mail server (RFC 5321) and takes leave. Arguments: its address and port. Prints nothing if there is no greeting.
exec 3<>"/dev/tcp/$1/$2" || exit
IFS= read -r -t 15 greeting <&3
printf 'QUIT\r\n' >&3
printf '%s\n' "${greeting%$'\r'}"
