import { machineComponent } from "../../model/topology/names";
import type { Resource } from "./deployment";
import { nameOf } from "./deployment";
import { type EngineEvent, messageOf } from "./events";

/** What went wrong: an error that Pulumi reported about a resource or the whole run, or what a watch over the guests saw. */
export type RunProblem = {
  readonly resource?: Pick<Resource, "urn">;
  /** The node whose guest cannot come up, and why. */
  readonly guest?: { readonly node: string; readonly cause: string };
  readonly message: string;
};

/** The errors among an engine's events. */
export const runProblemsOf = (events: readonly EngineEvent[]): RunProblem[] =>
  events.flatMap(({ diagnosticEvent: said }) =>
    said?.severity === "error"
      ? [{ ...(said.urn ? { resource: { urn: said.urn } } : {}), message: messageOf(said) }]
      : [],
  );

/** A cause of failure, and what an operator can do about it. */
type Cause = { readonly pattern: RegExp; readonly cause: string; readonly fix: string };

const FULL: Cause = {
  pattern: /no space left on device|disk quota exceeded/i,
  cause: "a disk is full",
  fix: "make room in the folders above",
};

const SILENT: Cause = {
  pattern: /attempts to reach SSH|waited \d+ s for the end of the boot/,
  cause: "the guest never answered SSH, or never finished its boot",
  fix: "read its serial log and correct the cause; the guest is removed, and the next run makes another",
};

/** What to do about a guest that was seen to fall. */
const fallen = (cause: string): Omit<Cause, "pattern"> => ({ cause, fix: SILENT.fix });

const CAUSES: readonly Cause[] = [
  FULL,
  {
    pattern: /does not answer any more/,
    cause: "libvirt ended",
    fix: "start it again, unless it is the embedded one, which the next run starts",
  },
  {
    pattern: /cannot allocate memory|cannot set up guest memory/i,
    cause: "the host does not have enough memory for the guest",
    fix: "free some, or give the node less memory in the topology",
  },
  {
    pattern: /already exists|is already (in use|defined)/i,
    cause: "something outside this lab has the same name",
    fix: "remove or rename it, or give the lab another name",
  },
  SILENT,
  {
    pattern: /error (creating|defining) libvirt domain/,
    cause: "the guest's domain cannot start",
    fix: "correct what libvirt complains about",
  },
];

const unknownCause: Omit<Cause, "pattern"> = { cause: "it failed", fix: "correct what the message says" };

/** What is needed to explain a failure. */
export type RunContext = {
  /** The lab's name. */
  readonly lab: string;
  readonly nodes: readonly string[];
  /** How to go on: a command and what it does. */
  readonly again: string;
  /** The path of a node's serial log; undefined: it has none. */
  readonly console: (node: string) => string | undefined;
  /** Folders whose disks can be full. */
  readonly folders: readonly string[];
};

/** The node that a resource belongs to. The longest name wins, because one name may begin with another. */
export const nodeOf = (urn: string, { lab, nodes }: Pick<RunContext, "lab" | "nodes">): string | undefined =>
  nodes
    .filter((node) => `${nameOf({ urn })}-`.startsWith(`${machineComponent(lab, node)}-`))
    .sort((a, b) => b.length - a.length)[0];

/** The nodes whose guests never answered. Only a new guest helps there. */
export const silentNodes = (problems: readonly RunProblem[], context: RunContext): string[] =>
  problems.flatMap(({ guest, resource, message }) => {
    if (guest !== undefined) return guest.node;
    return resource !== undefined && SILENT.pattern.test(message) ? (nodeOf(resource.urn, context) ?? []) : [];
  });

/**
 * One error about everything that went wrong. It tells the first problem about a resource, with its node, its cause, where to look and what
 * to do. Of similar problems it names only the nodes.
 */
export function explain(problems: readonly RunProblem[], context: RunContext): string {
  // On a full disk everything fails, each with another message. Pulumi's message about the whole run says only that something failed.
  const ofDisk = problems.filter(({ message }) => FULL.pattern.test(message));
  const ofRun = ({ resource, guest }: RunProblem): boolean =>
    guest === undefined && (resource === undefined || /:Stack::/.test(resource.urn));
  const ofResources = problems.filter((one) => !ofRun(one));
  const told = [ofDisk, ofResources, problems].find((some) => some.length > 0) ?? [];
  const [first] = told;
  if (first === undefined) return `pulumi up failed and did not say why (see above); then: ${context.again}`;
  const known = ({ guest, message }: RunProblem) =>
    guest === undefined ? (CAUSES.find(({ pattern }) => pattern.test(message)) ?? unknownCause) : fallen(guest.cause);
  const { cause, fix } = known(first);
  const whose = ({ guest, resource }: RunProblem) =>
    guest?.node ?? (resource === undefined ? undefined : nodeOf(resource.urn, context));
  const node = whose(first);
  const others = told.filter((one) => known(one).cause === cause).flatMap((one) => whose(one) ?? []);
  const nodes = [...new Set(others)].filter((other) => other !== node);
  const log = node === undefined ? undefined : context.console(node);
  const lines = first.message.split("\n").filter((line) => line.trim() !== "");
  return [
    `pulumi up failed: ${node ?? (first.resource === undefined || ofRun(first) ? "the run" : nameOf(first.resource))}: ${cause}${nodes.length > 0 ? ` (the same: ${nodes.join(", ")})` : ""}`,
    ...lines.map((line) => `  said:    ${line.trim()}`),
    ...(log === undefined ? [] : [`  console: ${log} (./scripts/lab console ${node})`]),
    ...(cause === FULL.cause ? context.folders.map((folder) => `  folder:  ${folder}`) : []),
    `  fix:     ${fix}; then: ${context.again}`,
  ].join("\n");
}
