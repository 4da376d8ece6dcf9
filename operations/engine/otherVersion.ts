/** Compares what this checkout would write on a lab's machines with what the deploying version wrote. */
import { isDeepStrictEqual } from "node:util";
import type { Step } from "../../components/machine/remote/script";
import { programVersion } from "../../infra/program";
import { note } from "../terminal/progress";
import type { Session } from "../session/session";

/** The file that a step writes; else what the step is about. */
const placeOf = (step: Step): string =>
  "path" in step ? step.path : step.kind === "network" ? `routes of ${step.interface}` : "packages, modules and units";

/**
 * Places on machines that `up` would change, such as `lb1:/etc/keepalived/keepalived.conf`. Empty: `up` would write the same. Undefined: the
 * lab's outputs do not say what it was deployed with.
 */
export function wouldChange(session: Session): string[] | undefined {
  const { configuration, lab } = session;
  if (configuration === undefined) return undefined;
  if (lab.program === programVersion()) return [];
  // It loads Pulumi's SDK, which takes two seconds: do so only if it is needed.
  const { configurationOf } = require("../../infra/configuration") as typeof import("../../infra/configuration");
  // In the form of the outputs: JSON drops what is undefined.
  const text = JSON.stringify(configurationOf(session.topology, (node) => session.guest(node)));
  const now = JSON.parse(text) as typeof configuration;
  const names = [...new Set([...Object.keys(configuration), ...Object.keys(now)])];
  return names.flatMap((name) => {
    const [before, after] = [configuration[name] ?? [], now[name] ?? []];
    const other = (all: readonly Step[], rest: readonly Step[]) =>
      all.filter((step) => !rest.some((one) => isDeepStrictEqual(one, step))).map(placeOf);
    return [...new Set([...other(before, after), ...other(after, before)])].map((place) => `${name}:${place}`);
  });
}

/** The same in one line; undefined: there is no difference. */
export function otherVersionLine(session: Session): string | undefined {
  const places = wouldChange(session);
  const { lab } = session.lab;
  if (places === undefined)
    return `${lab} was deployed by a version of lvs-lab that did not record what it wrote: it is compared with what this version would write`;
  if (places.length === 0) return undefined;
  const [first = "", ...more] = places;
  const which = more.length === 0 ? first : `${first} and ${more.length} more`;
  return `${lab} was deployed by another version of lvs-lab, and is compared with what that version wrote: up would change ${which}`;
}

/** Says so on standard error, where JSON is printed too. */
export function tellOtherVersion(session: Session): void {
  const line = otherVersionLine(session);
  if (line !== undefined) note(line);
}
