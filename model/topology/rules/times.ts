/** Rules about times in keepalived.conf. */
import { balancersOf } from "../members";
import type { Topology } from "../topology";
import type { Problem } from "../error";

/** keepalived counts in microseconds, and its parser refuses more decimal places. */
export function timesTooFine(topology: Topology): Problem[] {
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
    .map(([path, seconds]) => ({ path, got: String(seconds), need: "whole microseconds, at most six decimal places" }));
}
