/** How long the client was not served. It is measured on the client, so that the way to the client does not count. */
import * as fs from "node:fs";
import * as path from "node:path";
import { LIMITS } from "../../model/limits";
import type { Session } from "../session/session";

/** Seconds that a request may take. With a longer limit one lost SYN would hide when the service came back. */
const requestLimit = LIMITS.outageRequest.seconds;

/**
 * bash text, with a URL, a number of seconds and the limit of a request as arguments. It asks all the time until standard input ends, and then
 * for one more answer, or for those seconds if there is none: an outage is over only when the client is served again. It prints the longest time
 * between two answers in microseconds.
 */
const script = fs.readFileSync(path.join(__dirname, "outage.sh"), "utf8");

/** The command that watches a URL. */
export const watchCommand = (url: string, patience: number): string[] => [
  ...["bash", "-c", script, "watch"],
  ...[url, `${patience}`, `${requestLimit}`],
];

/** Asks for a page all the time. Returns a function that stops it, and that returns the longest time between two answers in seconds. */
export function watchOutage(session: Session, url: string, patience: number): () => Promise<number> {
  let stop = (): void => undefined;
  const stopped = new Promise<string>((resolve) => {
    stop = () => resolve("");
  });
  // A drill may take several times as long.
  const watching = session.client(watchCommand(url, patience), {
    input: stopped,
    timeout: 10 * patience,
  });
  return async () => {
    stop();
    const { stdout } = await watching;
    return /^\d+$/m.test(stdout) ? Number(stdout) / 1e6 : Number.POSITIVE_INFINITY;
  };
}
