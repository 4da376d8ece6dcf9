/** ARP as the client sees it. */

/** Distinct MACs in the answers that arping prints, lower case, in order of appearance. */
export function parseArping(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/\[((?:[0-9A-F]{2}:){5}[0-9A-F]{2})\]/gi)].map(([, mac = ""]) => mac.toLowerCase())),
  ];
}

/** Output of `ip -json -4 neighbour`: MAC by address, for entries with a MAC. */
export const parseNeighbours = (json: string): Record<string, string> =>
  Object.fromEntries(
    (JSON.parse(json || "[]") as { dst: string; lladdr?: string }[]).flatMap(({ dst, lladdr }) =>
      lladdr === undefined ? [] : [[dst, lladdr]],
    ),
  );
