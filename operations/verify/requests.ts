/** The client's requests: pages by HTTP, one after another in one command, so that their order counts. */
import { LIMITS } from "../../model/limits";
import { endpoint } from "../../model/plan/addresses";
import { shellQuote } from "../../model/shellQuote";
import type { Session } from "../session/session";
import { newMark } from "../../components/looks/look";
import { parseResponse, type Response } from "../../components/looks/page";
import { takePorts } from "./sourcePorts";

export type PageRequest = {
  readonly address: string;
  readonly port: number;
  /** Default: http. A certificate is not judged. */
  readonly scheme?: "http" | "https";
  /** Default: /. */
  readonly path?: string;
  /** Source address; default: the client's first. */
  readonly from?: string;
  /** Seconds that the answer may take; default 3. */
  readonly limit?: number;
};

const defaultLimit = LIMITS.request.seconds;

/** Seconds that the command may take besides its requests: the client may be a busy emulated guest. */
const slack = LIMITS.requestSlack.seconds;

/**
 * Shell text that asks for pages in turn. It prints for each the answer, the mark and curl's exit code. One command asks for all of them: on a
 * client that is a guest, a command for each would cost more than the request.
 */
export const renderRequests = (requests: readonly PageRequest[], mark: string, ports: readonly number[]): string =>
  [
    `ask() { curl --silent --include --insecure --noproxy '*' --max-time "$1" --local-port "$3" \${4:+--interface "$4"} "$2"; printf '\\n%s %d\\n' '${mark}' $?; }`,
    ...requests.map((request, index) =>
      ["ask", `${request.limit ?? defaultLimit}`, urlOf(request), `${ports[index]}`, request.from ?? ""]
        .map(shellQuote)
        .join(" "),
    ),
  ].join("\n");

const urlOf = ({ scheme = "http", address, port, path = "/" }: PageRequest): string =>
  `${scheme}://${endpoint({ address, port })}${path}`;

/** The answers, one for each request. A missing or incomplete answer is an empty one. */
export function parseResponses(stdout: string, count: number, mark: string): Response[] {
  // An answer, its exit code, the next answer, its exit code …
  const parts = stdout.split(new RegExp(`\\n${mark} (\\d+)\\n`));
  return Array.from({ length: count }, (_, n) => parseResponse(parts[2 * n + 1] === "0" ? (parts[2 * n] ?? "") : ""));
}

/** Asks for pages from the client, in turn. */
export async function fetchPages(session: Session, requests: readonly PageRequest[]): Promise<Response[]> {
  const timeout = requests.reduce((sum, { limit = defaultLimit }) => sum + limit, slack);
  const mark = newMark();
  const { stdout } = await session.client(["sh", "-c", renderRequests(requests, mark, takePorts(requests.length))], {
    timeout,
  });
  return parseResponses(stdout, requests.length, mark);
}

/** Asks for one page several times. */
export const fetchTimes = (session: Session, times: number, request: PageRequest): Promise<Response[]> =>
  fetchPages(
    session,
    Array.from({ length: times }, () => request),
  );

/** Asks for a page from the client. */
export async function fetchPage(
  session: Session,
  address: string,
  port: number,
  more: Pick<PageRequest, "from" | "limit"> = {},
): Promise<Response> {
  const [response = parseResponse("")] = await fetchPages(session, [{ address, port, ...more }]);
  return response;
}
