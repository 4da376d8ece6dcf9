import { LIMITS } from "../../infra/limits";
import type { Step } from "../../components/remote/script";
import { roleSteps } from "../../components/roles";
import { loadTopology } from "../../infra/config/load";
import { guestsOf } from "../../infra/model/guests";
import { clientInterface, domainName } from "../../infra/model/names";
import type { Node, Topology } from "../../infra/model/topology";
import { facts } from "../life/held";
import { engineUp, giveUp } from "../life/engine";
import { exportState, nameOf, type Resource } from "../life/deployment";
import { withSession } from "../deployed";
import type { Opened } from "../lab";
import { overridesOf } from "../naming";
import { MASKED, withoutSecrets } from "../../infra/outputs";
import { tellOtherVersion, wouldChange } from "../otherVersion";
import { note } from "../progress";
import { UserError } from "../run";
import type { Session } from "../session";
import { lookAt } from "../verify/look";
import { observeNode, until } from "../verify/observe";
import { type NodeSeen, parseAddresses } from "../verify/seen";
import { lookAtSteps, stepDifferences } from "./configured";
import { deployedPassword, isAnother } from "./deployed";
import type { Difference } from "./difference";
import { clientDifferences, hostDifferences } from "./host";
import { runningDifferences } from "./running";

/** Looks for every way in which a deployed lab is not what its topology says, outside of its guests and in them. Changes nothing. */
export async function drift(opened: Opened, session: Session): Promise<Difference[]> {
  const outside = await hostDifferences(opened);
  return [...outside, ...(await guestDifferences(opened, session))];
}

/** The guests that run, and the client's namespace. One that does not run is a difference outside of it. */
async function guestDifferences({ host, env }: Opened, session: Session): Promise<Difference[]> {
  const { domains } = await facts(host);
  const password = await deployedPassword(env, session.topology);
  const topology = withoutSecrets(session.topology);
  const runs = ({ name }: Node) =>
    domains.some((domain) => domain.active && domain.name === domainName(topology.name, name));
  const looked = Object.values(guestsOf(topology))
    .filter(runs)
    .map(async (node): Promise<[string, NodeSeen, Difference[]]> => {
      const seen = await observeNode(session, node.name);
      if (!seen.reachable) return [node.name, seen, []];
      const steps = stepsOf(session, topology, node);
      const { part } = await lookAt(session, node.name, lookAtSteps(steps));
      return [node.name, seen, stepDifferences(node.name, steps, part, password)];
    });
  const nodes = await Promise.all(looked);
  return [
    ...nodes.flatMap(([, , differences]) => differences),
    ...runningDifferences(topology, Object.fromEntries(nodes.map(([name, seen]) => [name, seen]))),
    ...(await namespaceDifferences(session)),
  ];
}

/** What a guest was configured with; of a lab that does not say it, what this checkout would do. */
const stepsOf = (session: Session, topology: Topology, node: Node): readonly Step[] =>
  session.configuration?.[node.name] ?? roleSteps(topology, node, MASKED, session.guest(node.name));

/** The client's namespace; one that is a guest was looked at with the others. */
async function namespaceDifferences(session: Session): Promise<Difference[]> {
  if (session.lab.client.namespace === undefined) return [];
  const { code, stdout } = await session.client(["ip", "-json", "-4", "address", "show", "dev", clientInterface]);
  // Without its namespace the client itself is missing, which is told already.
  if (code !== 0) return [];
  const held = parseAddresses(stdout.trim()).map(({ address }) => address);
  return clientDifferences(session.lab, held);
}

/**
 * Makes the lab again what it was deployed as, with as little as does it, and answers what could not be mended in some seconds. Pulumi
 * would deploy whatever the topology file says by now: a file that was edited is refused.
 */
export async function repair(opened: Opened, settle: number): Promise<Difference[]> {
  const { stack } = opened;
  const written = loadTopology(stack.file, overridesOf(stack));
  const { found, urns } = await withSession(stack, async (session) => {
    if (isAnother(written, session.topology))
      throw new UserError(
        `${stack.file}: is not what was deployed: ./scripts/lab plan ${stack.lab} shows the difference, ./scripts/lab up ${stack.lab} deploys it; repair does neither`,
      );
    tellOtherVersion(session);
    const differences = await drift(opened, session);
    checkVersion(stack, wouldChange(session), differences);
    const { resources = [] } = (await exportState(opened.env)).deployment;
    return { found: differences, urns: replacements(differences, resources, session.lab.lab) };
  });
  for (const { path, expected, found: is } of found) note(`${path}: ${is}, must be ${expected}`);
  if (found.some(({ kind }) => kind !== "running")) {
    const failure = await engineUp(opened, "--refresh", ...urns.flatMap((urn) => ["--replace", urn]));
    if (failure !== undefined) return giveUp(opened, failure);
  }
  if (found.length === 0) return [];
  // Another session: a connection to a guest that was made anew leads nowhere.
  return withSession(stack, async (session) => {
    // A script does not touch what is active: what runs otherwise although it is configured right is started anew.
    const rest = await settled(
      opened,
      session,
      found.every(({ kind }) => kind === "running") ? 0 : Math.min(settle, patience),
    );
    if (rest.length === 0) return [];
    await startAnew(session, rest);
    return settled(opened, session, settle);
  });
}

/**
 * Refuses to mend by Pulumi what another version has deployed: it would write what this one renders, on every machine. What only runs
 * otherwise is started anew, and needs no Pulumi.
 */
export function checkVersion(
  { lab }: Pick<Opened["stack"], "lab">,
  places: readonly string[] | undefined,
  found: readonly Pick<Difference, "kind">[],
): void {
  if (places?.length === 0 || found.every(({ kind }) => kind === "running")) return;
  const what =
    places === undefined
      ? "may change files"
      : `would change ${places.length} place${places.length === 1 ? "" : "s"} (${places.join(", ")})`;
  throw new UserError(
    `${lab}: was deployed by another version of lvs-lab, and making it again as it was would deploy this one's: ./scripts/lab up ${lab} does, and ${what}`,
  );
}

/** Seconds that elections and health checks get after the scripts have run; starting a daemon anew does no harm where they need longer. */
const patience = LIMITS.repairSettle.seconds;

/** Starts the units of the nodes anew whose daemons differ. */
async function startAnew(session: Session, rest: readonly Difference[]): Promise<void> {
  const topology = withoutSecrets(session.topology);
  const nodes = new Set(rest.filter(({ kind }) => kind === "running").flatMap((one) => one.nodes));
  for (const node of Object.values(guestsOf(topology)).filter(({ name }) => nodes.has(name))) {
    const units = stepsOf(session, topology, node).flatMap((step) =>
      step.kind === "unit" && step.active ? [step.name] : [],
    );
    // What differs where no daemon of the lab runs is an address, and those are networkd's.
    const those = units.length > 0 ? units : ["systemd-networkd"];
    note(`${node.name}: starting ${those.join(", ")} anew`);
    await session.ssh(node.name, `systemctl restart ${those.join(" ")}`, { timeout: LIMITS.restart.seconds });
  }
}

/** Waits until the guests have no difference any more, or the seconds are over; elections and health checks take their time. */
async function settled(opened: Opened, session: Session, seconds: number): Promise<Difference[]> {
  let rest: Difference[] = [];
  await until(seconds, async () => {
    rest = await guestDifferences(opened, session);
    return rest.length === 0;
  });
  return rest;
}

/**
 * What Pulumi has to make anew although nothing of it changed: the script of a node whose files differ, the disk (and with it the
 * machine) of one that runs and does not answer, the client.
 */
export function replacements(
  found: readonly Difference[],
  resources: readonly Pick<Resource, "urn">[],
  lab: string,
): string[] {
  const names = new Set(
    found.flatMap(({ kind, nodes, path }) => {
      if (kind === "configured") return nodes.map((node) => `${lab}-${node}-configure`);
      if (kind === "guest") return nodes.map((node) => `${lab}-${node}-disk`);
      return path.startsWith("client ") ? [`${lab}-client-namespace`] : [];
    }),
  );
  return resources.filter((one) => names.has(nameOf(one))).map(({ urn }) => urn);
}
