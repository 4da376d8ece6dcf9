/** Topologies without their secrets. */
import type { Topology } from "./topology";

/** Replaces every secret in a stored, compared or shown configuration. */
export const MASKED = "********";

/** A topology whose passwords are replaced by the mask. The steps mask a password from the stack's secret. */
export const withoutSecrets = (topology: Topology): Topology =>
  JSON.parse(JSON.stringify(topology, (key, value: unknown) => (key === "pass" ? MASKED : value))) as Topology;

/** The topology without secrets. */
export function withoutPassword(of: Topology): Topology {
  if (of.vrrp?.authentication === undefined) return of;
  return { ...of, vrrp: { ...of.vrrp, authentication: { type: of.vrrp.authentication.type } } };
}
