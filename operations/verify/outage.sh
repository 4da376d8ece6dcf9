LC_ALL=C
stopped='' longest=0 last=${EPOCHREALTIME/.}
for (( ; ; )); do
  begin=${EPOCHREALTIME/.}
  if curl --silent --fail --output /dev/null --noproxy '*' --max-time "$3" "$1"; then
    (( begin - last <= longest )) || longest=$(( begin - last ))
    last=${EPOCHREALTIME/.}
    [[ ! $stopped ]] || (( begin <= stopped )) || break
  elif [[ $stopped ]] && (( begin > stopped + $2 * 1000000 )); then
    longest=$(( begin - last ))
    break
  fi
  if [[ $stopped ]]; then
    sleep 0.02
  else
    # Above 128 its time is over; otherwise the input has ended.
    read -r -t 0.02 || (( $? > 128 )) || stopped=${EPOCHREALTIME/.}
  fi
done
echo "$longest"
