/** Takes snapshots of a lab, and goes back to them. */
import { inSession } from "./engine/deployed";
import { openLab } from "./lab";
import { note } from "./terminal/progress";
import type { Session } from "./session/session";
import { Snapshots } from "./snapshots";
import type { Stack } from "./engine/stack";
import { chooseChecks, type VerifyOptions } from "./verify";
import { fetchPage } from "./verify/requests";
import { verifyAndPrint } from "./verify/report";
import { until } from "./wait";

/** A deployed lab with its snapshots. */
async function withSnapshots<T>(stack: Stack, work: (all: Snapshots, session: Session) => Promise<T>): Promise<T> {
  const handle = await openLab(stack);
  return inSession(handle, (session) => work(new Snapshots(handle, handle.lab), session));
}

/** Takes a snapshot and says how long it took. */
export const snapshot = (stack: Stack, name: string): Promise<number> =>
  withSnapshots(stack, async (all) => {
    const begin = performance.now();
    await all.take(name);
    note(`${name}: taken in ${secondsSince(begin)} s; to go back: ./scripts/lab restore ${name}`);
    return 0;
  });

/** Goes back to a snapshot, says when the VIP answers, and runs the checks that disturb nothing, or those of `only`. Returns the exit code. */
export const restore = (stack: Stack, name: string, asked: VerifyOptions): Promise<number> =>
  withSnapshots(stack, async (all, session) => {
    // A drill says what the topology is worth, which `up` has seen. Whether the machines are as they were needs none.
    const options = { ...asked, quick: true };
    chooseChecks(session.topology, options); // report an unknown check before anything changes
    const begin = performance.now();
    await all.revert(name, session);
    note(`${name}: restored after ${secondsSince(begin)} s`);
    const { vip, topology } = { vip: session.lab.vip, topology: session.topology };
    const server = topology.virtualServers.find((one) => one.vip === vip);
    const answers = async (): Promise<void> => {
      if (server === undefined) return;
      if (
        !(await until(
          options.settle,
          async () => (await fetchPage(session, vip, server.port, { limit: 1 })).status === 200,
        ))
      )
        return;
      note(`${name}: the VIP answers after ${secondsSince(begin)} s`);
    };
    await Promise.all([answers(), all.setClocks(session)]);
    note(`${name}: clocks set after ${secondsSince(begin)} s`);
    return verifyAndPrint(session, options);
  });

const secondsSince = (begin: number): string => ((performance.now() - begin) / 1000).toFixed(1);
