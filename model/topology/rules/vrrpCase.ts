/** Rules about a document's cases of preemption. */
import { balancersOf } from "../queries";
import type { Problem } from "../error";
import { caseNamed, casePart } from "../vrrpCase";
import type { Rule } from "./rule";

export const caseContradicted: Rule = {
  name: "caseContradicted",
  severity: "error",
  summary: "A node does not contradict what vrrpCase sets.",
  reads: ["nodes", "vrrpCase"],
  reason: "001: a case consists of the nodes' state and nopreempt",
  find(topology, documents) {
    const { vrrpCase } = topology;
    const known = caseNamed(documents, vrrpCase);
    const balancers = balancersOf(topology);
    if (known === undefined) return [];
    const nodes = Object.fromEntries(balancers.map((node) => [node.name, node]));
    return balancers.flatMap(({ name, vrrp }): Problem[] => {
      if (vrrp === undefined) return [];
      const wanted = casePart(known, nodes as Parameters<typeof casePart>[1], vrrp);
      return (["state", "nopreempt"] as const)
        .filter((key) => vrrp[key] !== wanted[key])
        .map((key) => ({
          path: `nodes.${name}.vrrp.${key}`,
          got: String(vrrp[key]),
          need: String(wanted[key]),
          fix: `vrrpCase ${vrrpCase} sets it: remove it here`,
        }));
    });
  },
};

export const caseAlone: Rule = {
  name: "caseAlone",
  severity: "error",
  summary: "A vrrpCase needs two nodes: it decides which of them gets the VIP.",
  reads: ["nodes", "vrrpCase"],
  reason: "001: the cases are about two nodes",
  find(topology) {
    const count = balancersOf(topology).filter(({ vrrp }) => vrrp !== undefined).length;
    if (topology.vrrpCase === undefined || count > 1) return [];
    return [
      { path: "vrrpCase", got: topology.vrrpCase, need: "two nodes with a part in VRRP", fix: `there is ${count}` },
    ];
  },
};
