/** How long the client was not served. It is measured on the client, so that the way to the client does not count. */
import { LIMITS } from "../../model/limits";
import type { Session } from "../session/session";

/** Seconds that a request may take. With a longer limit one lost SYN would hide when the service came back. */
const requestLimit = LIMITS.outageRequest.seconds;

/**
 * bash text, with a URL and a number of seconds as arguments. It asks all the time until standard input ends, and then for one more answer, or
 * for those seconds if there is none: an outage is over only when the client is served again. It prints the longest time between two answers in
 * microseconds.
 */
export const WATCH = `LC_ALL=C
stopped='' longest=0 last=\${EPOCHREALTIME/.}
for (( ; ; )); do
  begin=\${EPOCHREALTIME/.}
  if curl --silent --fail --output /dev/null --noproxy '*' --max-time ${requestLimit} "$1"; then
    (( begin - last <= longest )) || longest=$(( begin - last ))
    last=\${EPOCHREALTIME/.}
    [[ ! $stopped ]] || (( begin <= stopped )) || break
  elif [[ $stopped ]] && (( begin > stopped + $2 * 1000000 )); then
    longest=$(( begin - last ))
    break
  fi
  if [[ $stopped ]]; then
    sleep 0.02
  else
    # Above 128 its time is over; otherwise the input has ended.
    read -r -t 0.02 || (( $? > 128 )) || stopped=\${EPOCHREALTIME/.}
  fi
done
echo "$longest"`;

/** Asks for a page all the time. Returns a function that stops it, and that returns the longest time between two answers in seconds. */
export function watchOutage(session: Session, url: string, patience: number): () => Promise<number> {
  let stop = (): void => undefined;
  const stopped = new Promise<string>((resolve) => {
    stop = () => resolve("");
  });
  // A drill may take several times as long.
  const watching = session.client(["bash", "-c", WATCH, "watch", url, `${patience}`], {
    input: stopped,
    timeout: 10 * patience,
  });
  return async () => {
    stop();
    const { stdout } = await watching;
    return /^\d+$/m.test(stdout) ? Number(stdout) / 1e6 : Number.POSITIVE_INFINITY;
  };
}
