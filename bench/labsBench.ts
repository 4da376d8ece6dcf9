import { inRoot } from "../operations/paths";
import { shippedLabs } from "../operations/topologies";
import { guestsCost } from "./guests";
import { type Progress, progressOf } from "./product";
import type { Bench, Peer } from "./rounds";
import { writeLab } from "./topology";

/** Every shipped lab with the ordinary CLI: the phases of `lab up`, and the guests' peak memory. There is no comparison. */
export async function labsBench(): Promise<Bench> {
  // Labs as printed are meant to fail.
  const labs = shippedLabs().filter(({ form }) => form !== "as-printed");
  const peers = labs.map(
    ({ name }): Peer => ({
      name,
      measure: async (tell) => {
        const file = writeLab(name);
        try {
          for (const [phase, seconds] of phasesOf(await progressOf([inRoot("scripts", "lab"), "up", file])))
            tell(phase, seconds);
          tell("peak memory", guestsCost().peak, "MB");
        } finally {
          await progressOf([inRoot("scripts", "lab"), "destroy", file]);
        }
      },
    }),
  );
  return { peers, ratios: [] };
}

/** How long the phases of an `up` took, from its progress lines. Image and templates are ready from an earlier run. */
export function phasesOf(progress: readonly Progress[]): [phase: string, seconds: number][] {
  const at = (pattern: RegExp): number => {
    const found = [...progress].reverse().find(({ line }) => pattern.test(line));
    if (found === undefined) throw new Error(`the engine told of nothing like ${pattern.source}`);
    return found.at;
  };
  const moments = [
    ["", at(/^\[\d+\/\d+\] pulumi up$/)],
    ["libvirt", at(/: made in \d/)],
    ["boot", at(/: answers SSH after \d/)],
    ["configure", at(/^\[\d+\/\d+\] pulumi up: done/)],
    ["verify", at(/^\[\d+\/\d+\] verify: done/)],
  ] as const;
  return moments.slice(1).map(([phase, end], index) => [phase, end - (moments[index]?.[1] ?? end)]);
}
