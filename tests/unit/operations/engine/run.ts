/** The events of an engine's run, made from what the components of a lab register (components/). */
import type { EngineEvent } from "../../../../operations/engine/events";

/** An event and its time, in seconds since the run began. */
export type Moment = readonly [at: number, event: EngineEvent];

const TYPES: Readonly<Record<string, string>> = {
  pool: "libvirt:index/pool:Pool",
  network: "libvirt:index/network:Network",
  root: "libvirt:index/volume:Volume",
  disk: "libvirt:index/volume:Volume",
  seed: "libvirt:index/combustion:Combustion",
  domain: "libvirt:index/domain:Domain",
  ready: "command:remote:Command",
  configure: "command:remote:Command",
};

/** The type of a resource, by the last word of its name. */
export function metadata(lab: string, name: string, op = "create"): { op: string; urn: string; type: string } {
  const last =
    name
      .replace(/-[0-9a-f]{8,}$/, "")
      .split("-")
      .at(-1) ?? "";
  const type = TYPES[last] ?? "command:local:Command";
  return { op, urn: `urn:pulumi:${lab}::lvs-lab::lvs-lab:index:Cluster$${type}::${lab}-${name}`, type };
}

/** A resource from its begin to its end. */
export const step = (lab: string, name: string, from: number, to: number, op?: string): Moment[] => [
  [from, { resourcePreEvent: { metadata: metadata(lab, name, op) } }],
  [to, { resOutputsEvent: { metadata: metadata(lab, name, op) } }],
];

/** The events of a failing resource: its error, then the failure; no outputs. */
export const failure = (lab: string, name: string, from: number, to: number, message: string): Moment[] => {
  const its = metadata(lab, name);
  return [
    [from, { resourcePreEvent: { metadata: its } }],
    [to, { diagnosticEvent: { urn: its.urn, message, severity: "error" } }],
    [to, { resOpFailedEvent: { metadata: its } }],
  ];
};

/** Moments in the order in which they come. */
export const inOrder = (...all: readonly (readonly Moment[])[]): Moment[] => all.flat().sort(([a], [b]) => a - b);

/** Begin of every run: the stack, a component and a provider, which have no lines. */
export const beginning = (lab: string): Moment[] => {
  const stack = {
    op: "create",
    urn: `urn:pulumi:${lab}::lvs-lab::pulumi:pulumi:Stack::lvs-lab-${lab}`,
    type: "pulumi:pulumi:Stack",
  };
  const cluster = {
    op: "create",
    urn: `urn:pulumi:${lab}::lvs-lab::lvs-lab:index:Cluster::${lab}`,
    type: "lvs-lab:index:Cluster",
  };
  const provider = {
    op: "create",
    urn: `urn:pulumi:${lab}::lvs-lab::pulumi:providers:libvirt::libvirt`,
    type: "pulumi:providers:libvirt",
  };
  return [stack, cluster, provider].map((one): Moment => [0, { resourcePreEvent: { metadata: one } }]);
};

/** A guest that is made and answers. */
export const guest = (lab: string, node: string, made: number, answers: number): Moment[] =>
  inOrder(
    step(lab, `${node}-host-key-generate`, 0.4, 0.6),
    step(lab, `${node}-seed`, 1.1, 1.3),
    step(lab, `${node}-disk`, 1.3, 1.5),
    step(lab, `${node}-memory`, 1.5, made - 0.4),
    step(lab, `${node}-domain`, made - 0.4, made),
    step(lab, `${node}-ready`, made, answers),
  );

/** The shared resources of a lab, and its client. */
export const shared = (lab: string): Moment[] =>
  inOrder(
    step(lab, "pool", 0.3, 0.5),
    step(lab, "image-root-0123456789abcdef", 0.5, 1.1),
    step(lab, "lan-network", 0.3, 0.8),
    step(lab, "login-key-generate", 0.3, 0.5),
    step(lab, "client-namespace", 0.8, 1),
  );
