import * as fs from "node:fs";
import * as path from "node:path";
import { errataOf } from "../documents";
import { erratumText } from "../model/topology/errata";
import { ConfigError, type Problem, problemLines, type Warning, warningLines } from "../model/topology/error";
import { examineTopology, loadTopology } from "../documents/load";
import { unlessRefused } from "../model/topology/refused";
import { labNames } from "../model/topology/labNames";
import { guestsOf } from "../model/topology/guests";
import { advertGroup, balancersOf, vrrpInterface } from "../model/topology/queries";
import type { Topology } from "../model/topology/topology";
import { inRoot } from "./paths";
import { hasAny } from "../model/plan/audit";
import { UserError } from "../model/userError";
import type { Severity } from "../model/keepalived/finding";
import { counted } from "../model/counted";

type Counted = { readonly severity: Severity; readonly accepted?: string };

/** The labs that come with the checkout, by name. */
export const shippedLabs = (): Topology[] =>
  labNames(inRoot()).map((name) => loadTopology(inRoot("labs", `${name}.yaml`)));

/** A lab as a row of `lab list`. */
export function labRow(topology: Topology): string[] {
  const { name, document, description } = topology;
  const guests = Object.values(guestsOf(topology));
  const memory = guests.reduce((sum, guest) => sum + guest.memory, 0);
  return [name, document ?? "-", String(guests.length), `${memory} MiB`, description];
}

/** The mistakes in a topology file; empty: none. A file that cannot be read is an error. */
export const problemsOf = (file: string): readonly Problem[] => findingsOf([file])[0]?.problems ?? [];

/** What `check` reports about a topology file. */
export type FileFinding = {
  readonly file: string;
  readonly problems: readonly Problem[];
  /** What does not stop the lab, accepted or not. */
  readonly warnings: readonly Warning[];
  /** The mistakes of its document, for a lab that is built as printed. */
  readonly asPrinted: readonly string[];
};

/** Checks each topology file alone, then all together, as they may run side by side. A file that cannot be read is an error. */
export function findingsOf(files: readonly string[]): FileFinding[] {
  const owners = new Map<string, string>();
  return files.map((file) => {
    const place = [file, inRoot("labs", `${file}.yaml`)].find((one) => fs.existsSync(one));
    if (place === undefined)
      throw new UserError(`check: got ${file}, need the path of a topology file, or a name in labs/`);
    try {
      // Compare the virtual routers of all files, also of files with other mistakes.
      const { topology, problems, warnings } = examineTopology(path.resolve(place));
      const bridged = unlessRefused(() => virtualRouterOf(topology));
      const owner = bridged === undefined ? undefined : owners.get(bridged.key);
      if (bridged !== undefined) owners.set(bridged.key, owner ?? file);
      const shared = bridged === undefined || owner === undefined || owner === file ? [] : [sharedId(bridged, owner)];
      const asPrinted = problems.length > 0 ? [] : errataOf(topology as Topology).map(erratumText);
      return { file, problems: [...problems, ...shared], warnings, asPrinted };
    } catch (error) {
      if (error instanceof ConfigError) return { file, problems: error.problems, warnings: [], asPrinted: [] };
      throw error;
    }
  });
}

type VirtualRouter = { readonly bridge: string; readonly id: number; readonly key: string };

/** A lab's virtual router on an existing bridge of the host, where other labs' routers are too; undefined: it has none, or a faulty one. */
function virtualRouterOf({ vrrp, segments, nodes }: Partial<Topology>): VirtualRouter | undefined {
  if (vrrp === undefined || segments === undefined || nodes === undefined) return undefined;
  const [first] = balancersOf({ nodes });
  const { bridge } = segments[first?.interfaces[vrrpInterface({ vrrp }, first) ?? ""]?.segment ?? ""] ?? {};
  if (bridge === undefined) return undefined;
  const id = vrrp.virtualRouterId;
  return { bridge, id, key: [bridge, advertGroup(vrrp), id].join(" ") };
}

const sharedId = ({ bridge, id }: VirtualRouter, owner: string): Problem => ({
  path: "vrrp.virtualRouterId",
  got: `${id}`,
  need: `an id of its own on bridge ${bridge}`,
  fix: `choose another id: ${owner} has this one, and each lab would take the other's adverts for its own`,
  rule: "virtualRouterShared",
  reason: "RFC 3768 5.3.3: the id tells the virtual routers of a LAN apart; 000: one id is one group",
});

/** The findings of one file as lines for people. */
export const findingText = (finding: FileFinding): string => {
  const { file, problems, warnings, asPrinted } = finding;
  const verdict = [
    ...(problems.length > 0 ? [`${problems.length} to fix`] : []),
    ...(hasAny(severitiesOf(finding), "error") ? [] : ["ok"]),
  ];
  return [
    `${file}: ${[...verdict, ...countsOf(warnings)].join(", ")}`,
    ...problems.flatMap(problemLines),
    ...asPrinted.map((text) => `  ${text}`),
    ...warnings.flatMap(warningLines),
  ].join("\n");
};

/** The same for programs: every problem is an error. */
export const findingJson = ({ problems, ...finding }: FileFinding): object => ({
  ...finding,
  problems: problems.map((problem) => ({ severity: "error", ...problem })),
});

/** "1 error", "2 warnings", "1 note": those that are not accepted, if there are any. */
const countsOf = (warnings: readonly Warning[]): readonly string[] =>
  (["error", "warning", "note"] as const).flatMap((severity) => {
    const count = warnings.filter((one) => one.severity === severity && one.accepted === undefined).length;
    return count === 0 ? [] : [counted(count, severity)];
  });

/** Everything of a file with its severity, as `--fail-on` counts it. */
export const severitiesOf = ({ problems, warnings }: FileFinding): readonly Counted[] => [
  ...problems.map(() => ({ severity: "error" as const })),
  ...warnings,
];
