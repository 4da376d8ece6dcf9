/** Rules about times in keepalived.conf. */
import { balancersOf } from "../queries";
import type { Rule } from "./rule";

export const timesTooFine: Rule = {
  name: "timesTooFine",
  severity: "error",
  summary: "keepalived counts in microseconds, and its parser refuses more decimal places.",
  reads: ["nodes", "virtualServers"],
  reason: "keepalived.conf(5): times are counted in microseconds, so the parser refuses more than six decimal places",
  find(topology) {
    const times: readonly (readonly [path: string, seconds: number])[] = [
      ...balancersOf(topology).flatMap(({ name, vrrp }) =>
        vrrp === undefined ? [] : [[`nodes.${name}.vrrp.preemptDelay`, vrrp.preemptDelay] as const],
      ),
      ...topology.virtualServers.flatMap(({ delayLoop, check }, index) => [
        [`virtualServers[${index}].delayLoop`, delayLoop] as const,
        [`virtualServers[${index}].check.connectTimeout`, check.connectTimeout] as const,
        [`virtualServers[${index}].check.delayBeforeRetry`, check.delayBeforeRetry] as const,
      ]),
    ];
    return times
      .filter(([, seconds]) => /\.\d{7}|e-/.test(String(seconds)))
      .map(([path, seconds]) => ({
        path,
        got: String(seconds),
        need: "whole microseconds, at most six decimal places",
      }));
  },
};
