/** Checks of document 001's cases of preemption, and of delayed preemption. */
import { balancersOf, preempts } from "../../../model/topology/members";
import type { VrrpCase } from "../../../model/topology/topology";
import { byPriority } from "../drills/start";
import { type Check, failover, list, servedByAll } from "../../../components/checks/check";

/** Title of each case, with its point of document 001. */
const CASES: Readonly<Record<VrrpCase, readonly [point: string, title: string]>> = {
  "both-master": ["001-2", "two MASTERs: the higher priority has the VIP, and takes it back"],
  "master-high": ["001-3", "MASTER high, BACKUP low: the MASTER has the VIP, and takes it back"],
  "master-low": ["001-4", "MASTER low, BACKUP high: the BACKUP has the VIP, and takes it back: the priority decides"],
  "both-backup-nopreempt": [
    "001-5",
    "two BACKUPs with nopreempt: the node that has the VIP keeps it, also against a higher priority",
  ],
};

const caseCheck = (vrrpCase: VrrpCase): Check => ({
  name: `case-${vrrpCase}`,
  title: CASES[vrrpCase][1],
  points: { "001": CASES[vrrpCase][0] },
  needs: "failover",
  applies: (topology) => topology.vrrpCase === vrrpCase,
  judge: failover((topology, { stopped, holdersAfterStop, holdersAfterStart }) => {
    const preempting = vrrpCase !== "both-backup-nopreempt";
    const [highest] = byPriority(topology);
    const states = byPriority(topology).map(({ name, vrrp }) => `${name} ${vrrp?.state} ${vrrp?.priority}`);
    const after = preempting ? stopped : holdersAfterStop[0];
    return {
      problems: [
        // Without preemption the drill has given it the VIP: only from there could the VIP come back.
        ...(stopped === highest?.name
          ? []
          : [`${stopped}: held the VIP at first, must be ${highest?.name}, which has the highest priority`]),
        ...(holdersAfterStart.length === 1 && holdersAfterStart[0] === after
          ? []
          : [`${stopped} is back and the VIP is held by ${list(holdersAfterStart)}, must be ${after ?? "somebody"}`]),
      ],
      seen: `${states.join(", ")}: ${stopped}, then ${list(holdersAfterStop)}, then ${list(holdersAfterStart)}`,
    };
  }),
});

export const PREEMPTION: readonly Check[] = [
  ...(Object.keys(CASES) as VrrpCase[]).map(caseCheck),
  {
    name: "vip-moves",
    title: "a failure and its recovery move the VIP once without preemption, twice with it, and the client is served",
    points: { "001": "001-8" },
    needs: "failover",
    applies: (topology) => topology.vrrpCase !== undefined,
    judge: failover((topology, drill) => {
      const { stopped, holdersAfterStop, servedAfterStop, holdersAfterStart, servedAfterStart, moves } = drill;
      const way = [stopped, list(holdersAfterStop), list(holdersAfterStart)];
      const wanted = preempts(topology, stopped) ? 2 : 1;
      return {
        problems: [
          ...(moves === wanted ? [] : [`the MASTER changed ${moves} times, must be ${wanted}: ${way.join(", ")}`]),
          ...servedByAll(topology, servedAfterStop, `with keepalived stopped on ${stopped}`),
          ...servedByAll(topology, servedAfterStart, `with keepalived back on ${stopped}`),
        ],
        seen: `${moves}: ${way.join(", ")}; ${servedAfterStop.length + servedAfterStart.length} requests served`,
      };
    }),
  },
  {
    name: "preempt-delay",
    title: "a director that comes back waits for its preempt_delay before it takes the VIP",
    points: { "000": "000-14" },
    needs: "failover",
    applies: (topology) => balancersOf(topology).some(({ vrrp }) => (vrrp?.preemptDelay ?? 0) > 0),
    judge: failover((topology, { stopped, returnedAfter }) => {
      const delay = balancersOf(topology).find(({ name }) => name === stopped)?.vrrp?.preemptDelay ?? 0;
      if (!preempts(topology, stopped)) return { problems: [], seen: `${stopped} may not take the VIP back` };
      if (returnedAfter === undefined) return { problems: [`the VIP did not return to ${stopped}`], seen: "" };
      return {
        problems:
          returnedAfter >= delay
            ? []
            : [`${stopped} had the VIP ${returnedAfter.toFixed(1)} s after its start, must wait ${delay} s`],
        seen: `${stopped} had the VIP back ${returnedAfter.toFixed(1)} s after its start, delay ${delay} s`,
      };
    }),
  },
];
