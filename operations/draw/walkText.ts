import { isSite } from "../../model/topology/own/config";
import type { Topology } from "../../model/topology/topology";
import { type Ends, headline, type Walk } from "./walk";
import { siteTripsOf } from "./siteTrips";
import { walksOf } from "./walks";

/** The packet walks of a lab as lines of text. */
export function drawWalks(topology: Topology): string {
  const walks = walksOf(topology).map((walk) =>
    [headline(walk), "", ...walk.legs.flatMap((leg, index) => legLines(leg, index)), ...lostLine(walk)].join("\n"),
  );
  const unwalked = isSite(topology) ? siteTripsOf(topology).unwalked : [];
  const others = unwalked.length === 0 ? [] : [["Not walked:", ...unwalked.map((one) => `  - ${one}`)].join("\n")];
  return `${[`Packet walk of ${topology.name}`, ...walks, ...others].join("\n\n")}\n`;
}

function legLines({ from, to, segment, ethernet, outer, ip, why }: Walk["legs"][number], index: number): string[] {
  const pad = "     ";
  return [
    `${String(index + 1).padStart(2)}.  ${from} ──▶ ${to}   (segment ${segment})`,
    `${pad}${why}`,
    `${pad}Ethernet  ${arrow(ethernet)}`,
    ...(outer === undefined ? [] : [`${pad}IP in IP  ${arrow(outer)}`]),
    `${pad}IP        ${arrow(ip)}`,
  ];
}

const arrow = ({ source, destination }: Ends): string => `${source} → ${destination}`;
const lostLine = ({ lost }: Walk): string[] => (lost === undefined ? [] : [` ✗   ${lost}`]);

/** The same as Mermaid sequence diagrams, one after the other. Code hosts draw each of them. */
export function drawWalksMermaid(topology: Topology): string[] {
  return walksOf(topology).map((walk) => {
    const names = [...new Set(walk.legs.flatMap(({ from, to }) => [from, to]))];
    const id = (name: string): string => `m${names.indexOf(name)}`;
    return [
      "sequenceDiagram",
      ...names.map((name) => `  participant ${id(name)} as ${name}`),
      ...walk.legs.flatMap(({ from, to, ethernet, outer, ip, why }) => [
        `  Note over ${id(from)}: ${plain(why)}`,
        `  ${id(from)}->>${id(to)}: ${arrow(ip)}${outer === undefined ? "" : `<br/>inside ${arrow(outer)}`}<br/>${arrow(ethernet)}`,
      ]),
      ...(walk.lost === undefined ? [] : [`  Note over ${id(names.at(-1) ?? "")}: ${plain(walk.lost)}`]),
      "",
    ].join("\n");
  });
}

/** Mermaid ends a message at a semicolon. */
const plain = (text: string): string => text.replaceAll(";", ",");
