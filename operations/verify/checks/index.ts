/** The registry of checks. */
import { pointOf } from "../../../documents";
import type { Check } from "../../../components/checks/check";
import { expectationsOf } from "../../../components/checks/expected";
import { ROLES } from "../../../components/roles";
import type { Topology } from "../../../model/topology/topology";
import { BALANCING } from "./balancing";
import { CLIENT } from "./client";
import { CONTENT } from "./content";
import { FAILOVER } from "./failover";
import { FORWARDING } from "./forwarding";
import { HEALTH } from "./health";
import { IPVSADM } from "./ipvsadm";
import { KEEPALIVED } from "./keepalived";
import { MACHINES } from "./machines";
import { NETWORKS } from "./networks";
import { PREDICTIONS } from "./predictions";
import { PREEMPTION } from "./preemption";
import { REAL_SERVERS } from "./realServers";
import { SCHEDULERS } from "./schedulers";
import { SECURITY } from "./security";
import { SETTINGS } from "./kernelSettings";
import { SITES } from "./sites";
import { VRRP } from "./vrrp";

/** Checks that a role brings along. */
const OF_ROLES: readonly Check[] = Object.values(ROLES).flatMap(({ checks = [] }) => checks);

/** All checks by subject, in the order in which they are printed. */
export const CHECKS: readonly Check[] = [
  ...MACHINES,
  ...KEEPALIVED,
  ...REAL_SERVERS,
  ...BALANCING,
  ...FAILOVER,
  ...IPVSADM,
  ...CONTENT,
  ...CLIENT,
  ...OF_ROLES,
  ...VRRP,
  ...PREEMPTION,
  ...FORWARDING,
  ...NETWORKS,
  ...HEALTH,
  ...SCHEDULERS,
  ...SECURITY,
  ...SETTINGS,
  ...SITES,
  ...PREDICTIONS,
];

/** The checks of a lab, in order: those of its topology's own come last. */
export const checksFor = (topology: Topology): Check[] => [
  ...CHECKS.filter(
    ({ name, applies, onlyWithPoint = false }) =>
      applies(topology) && (!onlyWithPoint || pointOf(topology, name) !== undefined),
  ),
  ...expectationsOf(topology),
];

/** A check's id in a lab: its document's point, or its own name in a lab without a document. */
export const checkId = ({ name }: Check, topology: Topology): string => pointOf(topology, name) ?? name;
