/** The load of a drill: an open-loop client in the client's network namespace. It starts so many requests a second, whether they are answered or not. */
import * as path from "node:path";
import { serverOf } from "../../../components/checks/check";
import { LIMITS } from "../../../model/limits";
import type { Topology } from "../../../model/topology/topology";
import type { RunOptions, RunResult } from "../../run";
import type { Session } from "../../session/session";
import { COUNT, FIRST, takePorts } from "../../verify/sourcePorts";
import type { HeldConnection, LoadRequest } from "../timeline";

const program = path.join(__dirname, "client.cjs");

/** Seconds that a request may take. A lost SYN is sent again after one second: such a request is late, not lost. */
const requestLimit = LIMITS.drillRequest.seconds;

export type LoadOptions = {
  readonly url: string;
  /** Requests a second. */
  readonly rate: number;
  /** Connections to keep open. */
  readonly held: number;
};

/** What the client wrote. Times are seconds since 1970. */
export type Loaded = { readonly requests: readonly LoadRequest[]; readonly held: readonly HeldConnection[] };

/** What an answer of a sorry server counts as: an error, for the client did not get what it asked for. */
export const SORRY = "sorry page";

/** Reads the lines of the client. An answer that no real server gives is an error too. */
export function readLoad(lines: readonly string[], topology: Topology): Loaded {
  const answers: Pick<LoadRequest, "by" | "error">[] = [];
  const requests: LoadRequest[] = [];
  const held: HeldConnection[] = [];
  for (const line of lines) {
    const event = JSON.parse(line) as Event;
    if ("seq" in event) {
      const { seq, due, start, end, result } = event;
      const answer = typeof result === "number" ? answers[result] : { error: result };
      requests.push({ seq, due, start, end, ...answer });
    } else if ("answer" in event) {
      const { status, body, servedBy } = event;
      const by = serverOf(topology, {
        status,
        body,
        keepAlive: false,
        ...(servedBy === undefined ? {} : { servedBy }),
      });
      const isSorry = topology.virtualServers.some(({ sorryPage }) => sorryPage !== undefined && sorryPage === body);
      const error = status === 200 && isSorry ? SORRY : `answer ${status} of no real server`;
      answers[event.answer] = by === undefined ? { error } : { by };
    } else {
      const { held: id, at, answered, lost } = event;
      const { by } = (answered === undefined ? undefined : answers[answered]) ?? {};
      held.push({
        id,
        ...(by === undefined ? {} : { by }),
        ...(lost === undefined ? {} : { broken: at, error: lost }),
      });
    }
  }
  return { requests: requests.sort((a, b) => a.seq - b.seq), held };
}

type Event =
  | (Pick<LoadRequest, "seq" | "due" | "start" | "end"> & { readonly result: number | string })
  | { readonly answer: number; readonly status: number; readonly body: string; readonly servedBy?: string }
  | { readonly held: number; readonly at: number; readonly answered?: number; readonly lost?: string };

/** The words that run the client. */
export const loadWords = ({ url, rate, held }: LoadOptions): string[] => [
  process.execPath,
  program,
  JSON.stringify({ url, rate, held, limit: requestLimit, ports: [FIRST, COUNT, (takePorts(1)[0] ?? FIRST) - FIRST] }),
];

/** Starts the load. The returned function ends it, and returns what it saw after its last request. */
export function startLoad(
  client: (words: readonly string[], options: RunOptions) => Promise<RunResult>,
  topology: Session["topology"],
  options: LoadOptions,
): () => Promise<Loaded> {
  const lines: string[] = [];
  let said = "";
  let stop = (): void => undefined;
  const stopped = new Promise<string>((resolve) => {
    stop = () => resolve("");
  });
  const running = client(loadWords(options), {
    input: stopped,
    timeout: Number.POSITIVE_INFINITY,
    line: (line, stream) => {
      if (stream === "stdout") lines.push(line);
      else said += `${line}\n`;
    },
  });
  return async () => {
    stop();
    const { code } = await running;
    if (code !== 0) throw new Error(`the load ended with exit code ${code}: ${said}`);
    return readLoad(lines, topology);
  };
}
