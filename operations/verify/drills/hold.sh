# $1: how many connections; $2: the VIP; $3: its port; $4: for how many seconds. Asks for a page after each of them.
for n in $(seq "$1"); do
  exec {fd}<>"/dev/tcp/$2/$3" || exit 1
  curl -s -o /dev/null --noproxy '*' --max-time 5 "http://$2:$3/"
done
sleep "$4"
