/** Checks of a topology's own: what the client must get (`expect`). */
import type { Expectation, Topology } from "../../model/topology/topology";
import type { Response } from "../looks/page";
import { type Check, describe, list, serverOf } from "./check";

/** The parts of a URL that the schema takes. The port of the scheme is its default (RFC 9110, 4.2). */
export function partsOf(url: string): {
  readonly scheme: "http" | "https";
  readonly address: string;
  readonly port: number;
  readonly path: string;
} {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const scheme = protocol === "https:" ? "https" : "http";
  return {
    scheme,
    address: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || (scheme === "https" ? 443 : 80)),
    path: `${pathname}${search}`,
  };
}

/** Who answered: a web server by its page, a stand-in by its name. Undefined: nobody that the lab knows. */
const answererOf = (topology: Topology, response: Response): string | undefined =>
  serverOf(topology, response) ??
  Object.values(topology.nodes).find((node) => "serves" in node && node.name === response.body.trim())?.name;

function problemsOf(topology: Topology, wanted: Expectation, responses: readonly Response[]): readonly string[] {
  const { url, times, status, body, servers, within } = wanted;
  if (responses.length < times) return [`client: ${url} was not asked`];
  const wrong = (response: Response): string | undefined => {
    if (response.status === 0) return `no answer within ${within} s`;
    if (response.status !== status) return `got ${describe(response)}, must be status ${status}`;
    return body === undefined || response.body.includes(body)
      ? undefined
      : `got ${describe(response)}, must have "${body}" in its body`;
  };
  const problems = new Set(responses.flatMap((response) => wrong(response) ?? []));
  if (problems.size > 0 || servers === undefined) return [...problems].map((problem) => `client: ${url}: ${problem}`);
  const names = responses.map((response) => answererOf(topology, response) ?? describe(response));
  const strange = names.find((name) => !servers.includes(name));
  const silent = servers.filter((name) => !names.includes(name));
  return [
    ...(strange === undefined ? [] : [`client: ${url}: ${strange} answered, must be one of ${list(servers)}`]),
    ...(silent.length === 0 ? [] : [`client: ${url}: ${list(silent)} gave none of ${times} answers`]),
  ];
}

/** The answers in one line: their names or pages, each once. */
const seenText = (topology: Topology, responses: readonly Response[]): string =>
  list([...new Set(responses.map((response) => answererOf(topology, response) ?? describe(response)))]);

/** The checks of a topology's own, in the order of the file. */
export const expectationsOf = ({ expect = {} }: Topology): readonly Check[] =>
  Object.entries(expect).map(
    ([name, wanted]): Check => ({
      // No built-in check begins so.
      name: `expect-${name}`,
      title: `the client gets what the topology expects of ${wanted.url}`,
      needs: "expected",
      applies: () => true,
      judge: (topology, { expected = {} }) => ({
        problems: problemsOf(topology, wanted, expected[name] ?? []),
        seen: `${wanted.url}: ${seenText(topology, expected[name] ?? [])}`,
      }),
    }),
  );
