/** What a drill claims, and whether what was measured agrees with it. */
import type { Timeline } from "./timeline";

/** A statement about a drill that a timeline can refute. */
export type Claim = {
  readonly name: string;
  /** What is measured. */
  readonly what: string;
  /** Where the expected value comes from. */
  readonly theory: string;
} & (
  | {
      /** Seconds: between the two, with a tolerance, for machines need time for their work. */
      readonly kind: "time";
      readonly least: number;
      readonly most: number;
      readonly measure: (timeline: Timeline) => number | undefined;
    }
  | {
      /** A number: between the two, without a tolerance. */
      readonly kind: "count";
      readonly least: number;
      readonly most: number;
      readonly measure: (timeline: Timeline) => number | undefined;
    }
  | { readonly kind: "name"; readonly expected: string; readonly measure: (timeline: Timeline) => string }
);

/** A claim beside what was measured. Plain data. */
export type Figure = Pick<Claim, "name" | "what" | "theory" | "kind"> & {
  /** Undefined: it could not be measured, which refutes the claim. */
  readonly value?: number | string;
  readonly least?: number;
  readonly most?: number;
  readonly expected?: string;
  /** The value divided by the most that the theory allows; only for times above 0. */
  readonly ratio?: number;
  readonly ok: boolean;
};

export type Tolerance = {
  /** By which the most that the theory allows may be multiplied. */
  readonly ratio: number;
  /** Seconds by which a time may always differ: the work itself, and the way of measuring. */
  readonly slack: number;
};

export const TOLERANCE: Tolerance = { ratio: 1.15, slack: 0.15 };

/** The tolerance of a ratio. What is slow in one way is slow in the other. */
export const toleranceOf = (ratio: number): Tolerance => ({
  ratio,
  slack: TOLERANCE.slack * Math.max(1, ratio / TOLERANCE.ratio),
});

/** What a measured time may be: the range of the theory, with the tolerance. */
export const allowed = (least: number, most: number, { ratio, slack }: Tolerance): Record<"low" | "high", number> => ({
  low: Math.min(least - slack, least / ratio),
  high: Math.max(most + slack, most * ratio),
});

/** A tolerance with what a load of so many requests a second cannot see: between two requests nothing is seen. */
export const withRate = (tolerance: Tolerance, rate: number): Tolerance => ({
  ...tolerance,
  slack: tolerance.slack + 1 / rate,
});

/** Measures a claim. */
export function judge(claim: Claim, timeline: Timeline, tolerance: Tolerance = TOLERANCE): Figure {
  const { name, what, theory, kind } = claim;
  if (claim.kind === "name") {
    const value = claim.measure(timeline);
    return { name, what, theory, kind, value, expected: claim.expected, ok: value === claim.expected };
  }
  const { least, most } = claim;
  const value = claim.measure(timeline);
  const bounds = { name, what, theory, kind, least, most };
  if (value === undefined) return { ...bounds, ok: false };
  const isTime = kind === "time";
  const { low, high } = isTime ? allowed(least, most, tolerance) : { low: least, high: most };
  return {
    ...bounds,
    value,
    ...(isTime && most > 0 ? { ratio: value / most } : {}),
    ok: value >= low && value <= high,
  };
}
