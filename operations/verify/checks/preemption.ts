/** Checks of the documents' cases of preemption, and of delayed preemption. */
import { DOCUMENTS } from "../../../documents";
import { balancersOf, preempts } from "../../../model/topology/queries";
import type { PreemptionCase } from "../../../model/topology/sourceDocument";
import { byPriority } from "../drills/start";
import { type Check, failover, list, servedByAll } from "../../../components/checks/check";

const caseCheck = ([vrrpCase, { shows, part }]: [string, PreemptionCase]): Check => ({
  name: `case-${vrrpCase}`,
  title: shows,
  needs: "failover",
  applies: (topology) => topology.vrrpCase === vrrpCase,
  judge: failover((topology, { stopped, holdersAfterStop, holdersAfterStart }) => {
    const preempting = !part(true).nopreempt;
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
  ...DOCUMENTS.flatMap(({ vrrpCases = {} }) => Object.entries(vrrpCases)).map(caseCheck),
  {
    name: "vip-moves",
    title: "a failure and its recovery move the VIP once without preemption, twice with it, and the client is served",
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
