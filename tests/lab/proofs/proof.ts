import { loadTopology } from "../../../documents/load";
import type { Topology } from "../../../model/topology/topology";
import { inRoot } from "../../../operations/paths";
import { CHECKS, checkId, checksFor } from "../../../operations/verify/checks";
import type { Check } from "../../../components/checks/check";

/** What a suite of the real labs proves with one lab. The table of proofs (docs/proofs.md) is made from this. */
export type Proof = {
  /** A shipped lab's name, or the path of a topology file in the checkout. */
  readonly lab: string;
  /** Checks that must pass: all that `up` runs in the lab, or these. */
  readonly passes: "every check" | readonly string[];
  /** Checks that must fail while something is broken, with their messages. */
  readonly fails: readonly string[];
};

/** What the suites prove, by the name of their file. */
export type Suites = Readonly<Record<string, readonly Proof[]>>;

/** The topology of a proof's lab. */
export const topologyOf = ({ lab }: Proof): Topology =>
  loadTopology(inRoot(lab.endsWith(".yaml") ? lab : `labs/${lab}.yaml`));

/** The checks that a proof sees pass. */
export const passedBy = (proof: Proof): Check[] =>
  checksFor(topologyOf(proof)).filter(({ name, onlyWhenAsked = false }) =>
    proof.passes === "every check" ? !onlyWhenAsked : proof.passes.includes(name),
  );

/** Where checks and points are proven: for each a list of suites with their labs, in the suites' order. */
export type Proven = {
  readonly passed: ReadonlyMap<string, readonly Place[]>;
  readonly failed: ReadonlyMap<string, readonly Place[]>;
  readonly points: ReadonlyMap<string, readonly Place[]>;
};

export type Place = { readonly suite: string; readonly lab: string };

/** Sorts the declarations by check and by point. A lab as printed proves no point, because it shows a document's mistake. */
export function provenBy(suites: Suites): Proven {
  const [passed, failed, points] = [0, 1, 2].map(() => new Map<string, Place[]>()) as [
    Map<string, Place[]>,
    Map<string, Place[]>,
    Map<string, Place[]>,
  ];
  const add = (to: Map<string, Place[]>, key: string, place: Place): void => {
    const places = to.get(key) ?? [];
    if (!places.some(({ suite, lab }) => suite === place.suite && lab === place.lab)) places.push(place);
    to.set(key, places);
  };
  for (const [suite, proofs] of Object.entries(suites))
    for (const proof of proofs) {
      const topology = topologyOf(proof);
      const place = { suite, lab: topology.name };
      for (const check of passedBy(proof)) {
        add(passed, check.name, place);
        const id = checkId(check, topology);
        if (id !== check.name && topology.form !== "as-printed") add(points, id, place);
      }
      for (const name of proof.fails) add(failed, name, place);
    }
  return { passed, failed, points };
}

/** Wrong declarations: checks that do not exist or do not apply to the lab. */
export const impossible = (suites: Suites): string[] =>
  Object.entries(suites).flatMap(([suite, proofs]) =>
    proofs.flatMap((proof) => {
      const known = checksFor(topologyOf(proof)).map(({ name }) => name);
      const named = [...(proof.passes === "every check" ? [] : proof.passes), ...proof.fails];
      return named.filter((name) => !known.includes(name)).map((name) => `${suite}: ${proof.lab}: ${name}`);
    }),
  );

/** Checks without a proof of one kind, in their order. */
export const without = (proven: ReadonlyMap<string, unknown>): string[] =>
  CHECKS.map(({ name }) => name).filter((name) => !proven.has(name));
