import { rulesFile, type Step } from "../../components/machine/remote/script";
import { roleSteps } from "../../components/roles/index";
import { identityFiles } from "../../components/platform/libvirt/vm/seed";
import { DEBIAN, type Guest } from "../../model/topology/guest";
import { guestsOf } from "../../model/topology/guests";
import type { Topology } from "../../model/topology/topology";
import { MASKED, withoutSecrets } from "../../model/topology/secrets";
import { cards } from "../../components/platform/libvirt/vm/cards";

/** Shown in the place of values that only `up` can know. */
const MADE = "(made by up)";

/** A file as a machine gets it. */
export type PlannedFile = { readonly path: string; readonly mode: string; readonly text: string };
/** Files by machine, in the order in which they are written. */
export type PlannedFiles = Readonly<Record<string, readonly PlannedFile[]>>;

/** Every file that `up` writes on every machine, with secrets masked. Packages, modules and units are listed as one more file at the end. */
export function filesOf(topology: Topology, guest: Guest = DEBIAN): PlannedFiles {
  const shown = withoutSecrets(topology);
  return Object.fromEntries(
    Object.values(guestsOf(shown)).map((node) => {
      const steps = roleSteps(shown, node, MASKED, guest);
      const identity = identityFiles({
        name: node.name,
        interfaces: cards(shown, node),
        authorizedKey: MADE,
        hostPublicKey: MADE,
      }).map(([path, text]): PlannedFile => ({ path, mode: "0644", text }));
      const services = steps.flatMap(service).map((line) => `${line}\n`);
      return [
        node.name,
        [
          ...identity,
          ...steps.flatMap(file),
          { path: "packages, modules and units", mode: "-", text: services.join("") },
        ],
      ];
    }),
  );
}

function file(step: Step): PlannedFile[] {
  switch (step.kind) {
    case "file":
      return [{ path: step.path, mode: step.mode ?? "0644", text: step.content }];
    case "sysctl":
      return [{ path: step.path, mode: "0644", text: step.content }];
    case "made":
      return [{ path: step.path, mode: "0644", text: `sha256 ${step.sha256}, made by: ${step.command.join(" ")}\n` }];
    case "network": {
      const { interface: card, content } = step;
      const path = `/etc/systemd/network/10-lvs-lab-${card}.network.d/routes.conf`;
      return content === undefined ? [] : [{ path, mode: "0644", text: content }];
    }
    case "ruleset":
      return [{ path: step.path, mode: "0644", text: rulesFile(step) }];
    // The rest of the file is the machine's own.
    case "line":
      return [{ path: step.path, mode: step.mode ?? "0644", text: `${step.line}\n` }];
    case "absent":
    case "beneath":
    case "module":
    case "packages":
    case "permissive":
    case "reload":
    case "unit":
      return [];
  }
}

function service(step: Step): string[] {
  switch (step.kind) {
    case "packages":
      return step.packages.map(({ name }) => `package ${name}`);
    case "permissive":
      return ["SELinux permissive"];
    case "module":
      return [`module ${step.name}`];
    case "ruleset":
      return ["unit nftables enabled"];
    case "unit":
      return [`unit ${step.name} ${step.enabled ? "enabled" : "disabled"} ${step.active ? "active" : "inactive"}`];
    case "file":
    case "line":
    case "beneath":
    case "sysctl":
    case "made":
    case "network":
    case "absent":
    case "reload":
      return [];
  }
}
