/** Checks of who holds the VIP: in a healthy lab, after a failure, and after the recovery. */
import {
  type Check,
  expectedMaster,
  failover,
  type Finding,
  holdersOf,
  list,
  merge,
  servedByAll,
} from "../../../components/checks/check";
import { balancersOf, hasPair, preempts, vipsOf } from "../../../model/topology/queries";

export const FAILOVER: readonly Check[] = [
  {
    name: "one-master",
    title: "exactly one director holds the VIP, and it is the right one (no split brain)",
    needs: "nodes",
    applies: hasPair,
    judge: (topology, seen) =>
      merge(
        vipsOf(topology).map((vip): Finding => {
          const holders = holdersOf(topology, seen, vip);
          const master = expectedMaster(topology);
          if (holders.length === 0) {
            const states = balancersOf(topology).map(
              ({ name }) => `${name}'s keepalived is ${seen.nodes[name]?.units.keepalived?.active || "out of reach"}`,
            );
            return { problems: [`no director holds ${vip}: ${states.join(", ")}`], seen: "" };
          }
          return {
            problems: [
              ...(holders.length > 1 ? [`${list(holders)}: all hold ${vip} (split brain)`] : []),
              ...(master !== undefined && !holders.includes(master)
                ? [`${list(holders)}: holds ${vip}, must be ${master}`]
                : []),
            ],
            seen: `${list(holders)} holds ${vip}`,
          };
        }),
      ),
  },
  {
    name: "failover",
    title: "with keepalived stopped on the MASTER the VIP moves, and the client is served",
    needs: "failover",
    applies: hasPair,
    judge: failover((topology, { stopped, holdersAfterStop, servedAfterStop }) => ({
      problems: [
        ...(holdersAfterStop.length === 1 && holdersAfterStop[0] !== stopped
          ? []
          : [`with keepalived stopped on ${stopped} the VIP is held by ${list(holdersAfterStop)}`]),
        ...servedByAll(topology, servedAfterStop, `with keepalived stopped on ${stopped}`),
      ],
      seen: `from ${stopped} to ${list(holdersAfterStop)}, ${servedAfterStop.length} of ${servedAfterStop.length} requests served`,
    })),
  },
  {
    name: "preempt",
    title: "with keepalived started again the VIP is where the preemption mode says",
    needs: "failover",
    applies: hasPair,
    judge: failover((topology, { stopped, holdersAfterStart, servedAfterStart }) => {
      const stays = !preempts(topology, stopped);
      const right = holdersAfterStart.length === 1 && (holdersAfterStart[0] === stopped) !== stays;
      return {
        problems: [
          ...(right
            ? []
            : [
                `keepalived is back on ${stopped} and the VIP is held by ${list(holdersAfterStart)}, must ${stays ? "stay where it was" : `return to ${stopped}`}`,
              ]),
          ...servedByAll(topology, servedAfterStart, `with keepalived back on ${stopped}`),
        ],
        seen: `${list(holdersAfterStart)} holds the VIP ${stays ? "still" : "again"}`,
      };
    }),
  },
  {
    name: "takeover-time",
    title: "the takeover after a clean stop can take less than 1 second",
    needs: "failover",
    applies: hasPair,
    judge: failover((_, { outage, rounds, stopped }) => ({
      problems:
        outage < 1
          ? []
          : [
              `stopping keepalived on ${stopped} left the client without an answer for ${outage.toFixed(2)} s at best in ${rounds} rounds`,
            ],
      seen: `${outage.toFixed(2)} s without an answer`,
    })),
  },
];
