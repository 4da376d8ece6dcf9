import { LIMITS } from "../../model/limits";
import type { Step } from "../../components/machine/remote/script";
import { roleSteps } from "../../components/roles/index";
import { loadTopology } from "../../documents/load";
import { guestsOf } from "../../model/topology/guests";
import { clientInterface, domainName, machineComponent, partName } from "../../model/topology/names";
import type { Node } from "../../model/topology/node";
import type { Topology } from "../../model/topology/topology";
import { engineUp, giveUp } from "../engine/engine";
import { nameOf, type Resource } from "../engine/deployment";
import { withSession } from "../engine/deployed";
import { overridesOf } from "../naming";
import { MASKED, withoutSecrets } from "../../model/topology/secrets";
import { tellOtherVersion, wouldChange } from "../engine/otherVersion";
import { note } from "../terminal/progress";
import { UserError } from "../../model/userError";
import type { Session } from "../session/session";
import { lookAt } from "../../components/looks/look";
import { observeNode } from "../verify/observe";
import type { NodeSeen } from "../../components/looks/machine";
import { parseAddresses } from "../../components/looks/addresses";
import { cidrOf } from "../../model/plan/addresses";
import { lookAtSteps, stepDifferences } from "./configured";
import { isAnother } from "../engine/deployedTopology";
import { deployedPassword } from "./password";
import type { Difference } from "./difference";
import { clientDifferences, hostDifferences } from "./host";
import { runningDifferences } from "./running";
import { exportState } from "../engine/pulumi";
import { until } from "../wait";
import type { LabHandle } from "../engine/handle";
import { counted } from "../../model/counted";

/** Finds all differences between a deployed lab and its topology, outside its guests and in them. Changes nothing. */
export async function drift(handle: LabHandle, session: Session): Promise<Difference[]> {
  const outside = await hostDifferences(handle);
  return [...outside, ...(await guestDifferences(handle, session))];
}

/** Looks at the guests that run, and at the client's namespace. A guest that does not run is reported as a difference of the host. */
async function guestDifferences({ host, env }: LabHandle, session: Session): Promise<Difference[]> {
  const objects = await host.objects();
  const password = await deployedPassword(env, session.topology);
  const topology = withoutSecrets(session.topology);
  const runs = ({ name }: Node) =>
    objects.some((one) => one.kind === "domain" && one.active && one.name === domainName(topology.name, name));
  const looked = Object.values(guestsOf(topology))
    .filter(runs)
    .map(async (node): Promise<[string, NodeSeen, Difference[]]> => {
      const seen = await observeNode(session, node.name);
      if (!seen.reachable) return [node.name, seen, []];
      const steps = stepsOf(session, topology, node);
      const { code, part } = await lookAt(session, node.name, lookAtSteps(steps));
      if (code === 255) return [node.name, { ...seen, reachable: false }, []];
      return [node.name, seen, stepDifferences(node.name, steps, part, password)];
    });
  const nodes = await Promise.all(looked);
  return [
    ...nodes.flatMap(([, , differences]) => differences),
    ...runningDifferences(topology, Object.fromEntries(nodes.map(([name, seen]) => [name, seen]))),
    ...(await namespaceDifferences(session)),
  ];
}

/** What a guest was configured with. If the lab's outputs do not say so, it is what this checkout would do. */
const stepsOf = (session: Session, topology: Topology, node: Node): readonly Step[] =>
  session.configuration?.[node.name] ?? roleSteps(topology, node, MASKED, session.guest(node.name));

/** Looks at the client's namespace. A client that is a guest is looked at with the other guests. */
async function namespaceDifferences(session: Session): Promise<Difference[]> {
  if (session.lab.client.namespace === undefined) return [];
  const aliases = (session.topology.client.aliases ?? []).map((alias) => cidrOf(alias)?.address ?? alias);
  const families = aliases.length === 0 ? ["-4"] : [];
  const { code, stdout } = await session.client([
    "ip",
    "-json",
    ...families,
    "address",
    "show",
    "dev",
    clientInterface,
  ]);
  // If the namespace is missing, the client itself is reported as missing already.
  if (code !== 0) return [];
  const held = parseAddresses(stdout.trim()).map(({ address }) => address);
  return clientDifferences([...session.lab.client.addresses, ...aliases], held);
}

/**
 * Brings the lab back to what it was deployed as, with as few changes as possible. Returns the differences that are left after some seconds.
 * Refuses a topology file that was edited, because Pulumi would deploy what it says now.
 */
export async function repair(handle: LabHandle, settle: number): Promise<Difference[]> {
  const { stack } = handle;
  const written = loadTopology(stack.file, overridesOf(stack));
  const { found, urns } = await withSession(stack, async (session) => {
    if (isAnother(written, session.topology))
      throw new UserError(
        `${stack.file}: differs from what was deployed: ./scripts/lab plan ${stack.lab} shows the difference, ./scripts/lab up ${stack.lab} deploys it; repair does not`,
      );
    tellOtherVersion(session);
    const differences = await drift(handle, session);
    checkVersion(stack, wouldChange(session), differences);
    const { resources = [] } = (await exportState(handle.env)).deployment;
    return { found: differences, urns: replacements(differences, resources, session.lab.lab) };
  });
  for (const { path, expected, found: is } of found) note(`${path}: ${is}, must be ${expected}`);
  if (found.some(({ kind }) => kind !== "running")) {
    const failure = await engineUp(handle, "--refresh", ...urns.flatMap((urn) => ["--replace", urn]));
    if (failure !== undefined) return giveUp(handle, failure);
  }
  if (found.length === 0) return [];
  // Use another session: a connection to a guest that was made again is dead.
  return withSession(stack, async (session) => {
    // The scripts do not touch active units. Restart a daemon that is configured right but runs with something else.
    const rest = await settled(
      handle,
      session,
      found.every(({ kind }) => kind === "running") ? 0 : Math.min(settle, patience),
    );
    if (rest.length === 0) return [];
    await startAnew(session, rest);
    return settled(handle, session, settle);
  });
}

/**
 * Refuses to repair with Pulumi what another version has deployed: Pulumi would write this version's files on every machine. Differences that
 * only a restart of a daemon needs do not need Pulumi.
 */
export function checkVersion(
  { lab }: Pick<LabHandle["stack"], "lab">,
  places: readonly string[] | undefined,
  found: readonly Pick<Difference, "kind">[],
): void {
  if (places?.length === 0 || found.every(({ kind }) => kind === "running")) return;
  const what =
    places === undefined
      ? "may change files"
      : `would change ${counted(places.length, "place")} (${places.join(", ")})`;
  throw new UserError(
    `${lab}: was deployed by another version of lvs-lab, and a repair would deploy this version: run ./scripts/lab up ${lab} instead, which ${what}`,
  );
}

/** Seconds for elections and health checks after the scripts have run. If they need longer, the restart of a daemon does no harm. */
const patience = LIMITS.repairSettle.seconds;

/** Restarts the units of the nodes whose daemons differ. */
async function startAnew(session: Session, rest: readonly Difference[]): Promise<void> {
  const topology = withoutSecrets(session.topology);
  const nodes = new Set(rest.filter(({ kind }) => kind === "running").flatMap((one) => one.nodes));
  for (const node of Object.values(guestsOf(topology)).filter(({ name }) => nodes.has(name))) {
    const units = stepsOf(session, topology, node).flatMap((step) =>
      step.kind === "unit" && step.active ? [step.name] : [],
    );
    // A node without a daemon of the lab can only differ in an address, and networkd sets those.
    const those = units.length > 0 ? units : ["systemd-networkd"];
    note(`${node.name}: restarting ${those.join(", ")}`);
    await session.ssh(node.name, `systemctl restart ${those.join(" ")}`, { timeout: LIMITS.restart.seconds });
  }
}

/** Waits until the guests have no difference any more, or until the time is over. Elections and health checks need some seconds. */
async function settled(handle: LabHandle, session: Session, seconds: number): Promise<Difference[]> {
  let rest: Difference[] = [];
  await until(seconds, async () => {
    rest = await guestDifferences(handle, session);
    return rest.length === 0;
  });
  return rest;
}

/**
 * What Pulumi has to make again although its inputs did not change: the script of a node whose files differ, the disk (and with it the
 * machine) of a node that runs and does not answer, and the client.
 */
export function replacements(
  found: readonly Difference[],
  resources: readonly Pick<Resource, "urn">[],
  lab: string,
): string[] {
  const names = new Set(
    found.flatMap(({ kind, nodes, path }) => {
      if (kind === "configured") return nodes.map((node) => partName(machineComponent(lab, node), "configure"));
      if (kind === "guest") return nodes.map((node) => partName(machineComponent(lab, node), "disk"));
      return path.startsWith("client ") ? [partName(machineComponent(lab, "client"), "namespace")] : [];
    }),
  );
  return resources.filter((one) => names.has(nameOf(one))).map(({ urn }) => urn);
}
