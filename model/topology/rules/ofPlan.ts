/** The rules of the Plan (model/plan/rules) over a topology: what `lab audit` says of files, at the keys that the files come from. */
import { audit, type AuditFinding, type RuleText, ruleTexts } from "../../plan/audit";
import { rules } from "../../plan/rules";
import { compile, compiled } from "../compile";
import type { Problem, Warning } from "../error";
import { isSite } from "../own/config";
import { directorsOf, hasPair } from "../queries";
import type { Topology } from "../topology";

/**
 * Rules that a rule of topologies of its own covers, which knows documents and their cases (vrrpCase, `form: as-printed`), or says it in the
 * words of a topology.
 */
const COVERED: readonly string[] = [
  "priorities-equal",
  "masters-two",
  "router-id-twice",
  "nopreempt-elsewhere",
  "preempt-delay-idle",
  "weight-too-small",
  "weight-with-nopreempt",
  "vip-of-machine",
  "service-without-vip",
  "udp-asked-by-tcp",
  "multicast-not-carried",
];

/** Rules about what happens when the VIPs move. A director without a peer never gives them away. */
const OF_PAIRS: readonly string[] = ["garp-once", "inner-card-untracked"];

/** What to do about a finding, in keys of the topology. The other rules say it in words that both have. */
const FIXES: Readonly<Record<string, string>> = {
  "multicast-group-snooped": "leave vrrp.multicastGroup out, or take a group of 224.0.0.0/24",
  "master-below-backup": "set state MASTER on the node of the highest priority, or leave state out on all",
  "drain-with-persistence":
    "set sysctl net.ipv4.vs.expire_quiescent_template: 1 on the directors, or remove the real server",
  "garp-once": "set vrrp.garp.masterRefresh, such as 60",
  "inner-card-untracked": "name that card in vrrp.trackInterfaces",
  "vips-many": "leave one in vrrp.virtualAddresses, and write the others as vrrp.excludedAddresses",
  "strict-drops-packets": "leave vrrp.strict out",
  "dead-server-stays": "set check.connectTimeout to a few seconds, and less delayLoop or check.retry",
};

/** The rules of the Plan that judge topologies too. */
export const RULES_OF_PLAN: readonly RuleText[] = ruleTexts.filter(
  ({ name }) => rules.some((rule) => rule.name === name) && !COVERED.includes(name),
);

/** What the rules of the Plan find in a topology that is otherwise right. What several machines have in common is one finding. */
export function judgedByPlan(topology: Topology): {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Warning[];
} {
  if (isSite(topology)) return { problems: [], warnings: ofFiles(topology) };
  // The password is compared with itself.
  const { plan, originOf } = compiled(topology, { authPass: "********" });
  const needless = [
    ...(hasPair(topology) ? [] : OF_PAIRS),
    // The kernel then leaves no client with a real server of weight 0.
    ...(directorsOf(topology).every(({ sysctl }) => sysctl?.["net.ipv4.vs.expire_quiescent_template"] === 1)
      ? ["drain-with-persistence"]
      : []),
  ];
  const names = RULES_OF_PLAN.map(({ name }) => name).filter((name) => !needless.includes(name));
  const places = new Map<string, { readonly path: string; readonly all: AuditFinding[] }>();
  for (const finding of audit(plan).filter(({ rule }) => names.includes(rule))) {
    const path = originOf(finding.at);
    const place = places.get(`${finding.rule} ${path}`);
    if (place === undefined) places.set(`${finding.rule} ${path}`, { path, all: [finding] });
    else place.all.push(finding);
  }
  const machineOf = ({ at }: AuditFinding): string =>
    plan.nodes.find(({ config }) => config.file === at.file)?.name ?? at.file;
  const found = [...places.values()].flatMap(({ path, all }) => {
    const [first] = all;
    if (first === undefined) return [];
    const { severity, rule, message, why, source, fix } = first;
    const others = [...new Set(all.map(machineOf))].filter((name) => name !== machineOf(first));
    const said = `${message}${others.length === 0 ? "" : `; the same on ${others.join(", ")}`}`;
    return [{ severity, rule, path, said, reason: `${why} (${source})`, fix: FIXES[rule] ?? fix }];
  });
  return {
    problems: found.flatMap(({ severity, rule, path, said, reason, fix }): Problem[] =>
      severity === "error" ? [{ path, got: said, need: fix ?? "something else", rule, reason }] : [],
    ),
    warnings: found.flatMap(({ severity, said: message, fix, ...one }): Warning[] =>
      severity === "error" ? [] : [{ ...one, severity, message, ...(fix === undefined ? {} : { fix }) }],
    ),
  };
}

/** What `lab audit` says of the files that directors bring. */
function ofFiles(topology: Topology): readonly Warning[] {
  const plan = compile(topology);
  return audit(plan).flatMap(({ severity, rule, at, also, message, why, source, fix, accepted }): Warning[] => {
    const node = plan.nodes.find(({ config }) => config.files.includes(at.file));
    if (node === undefined) return [];
    const places = also.map(({ file, line }) => `${file}:${line}`).join(", ");
    return [
      {
        severity,
        rule,
        path: `nodes.${node.name}.keepalived`,
        message: `${at.file}:${at.line}: ${message}${places === "" ? "" : ` (also ${places})`}`,
        reason: `${why} (${source})`,
        ...(fix === undefined ? {} : { fix }),
        ...(accepted === undefined ? {} : { accepted }),
      },
    ];
  });
}
