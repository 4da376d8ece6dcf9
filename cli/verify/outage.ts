/** How long the client was not served: measured where the client is, so that the way to it does not count. */
import { LIMITS } from "../../infra/limits";
import type { Session } from "../session";

/** Seconds that a request may take: one that is lost costs no more, else one lost SYN would hide when service came back. */
const requestLimit = LIMITS.outageRequest.seconds;

/**
 * bash, with a URL and a number of seconds as arguments: asks all the time. The end of standard input stops it, after one more answer
 * (or those seconds, where there is none): an outage is over only when the client was served again. It prints the longest time between
 * two answers in microseconds.
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
    # Above 128 its time was up, else there is no more to read.
    read -r -t 0.02 || (( $? > 128 )) || stopped=\${EPOCHREALTIME/.}
  fi
done
echo "$longest"`;

/** Asks for a page all the time. What it answers stops it; the result is the longest time between two answers, in seconds. */
export function watchOutage(session: Session, url: string, patience: number): () => Promise<number> {
  let stop = (): void => undefined;
  const stopped = new Promise<string>((resolve) => {
    stop = () => resolve("");
  });
  // A drill takes some of those times.
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
