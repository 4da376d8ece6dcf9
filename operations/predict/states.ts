import type { Failure } from "../../model/plan/predict/failure";
import type { Prediction } from "../../model/plan/predict/predict";
import { type InstanceOutcome, isMoved } from "../../model/plan/predict/scenario";
import { clientsOf, failed, seconds } from "./report";

/** Who is MASTER from one time to another, in seconds from the failure. Nobody: an empty list. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly masters: readonly string[];
}

/** What one failure does to instances to which the same happens. */
export interface Row {
  readonly failure: string;
  readonly instances: readonly string[];
  /** Without gaps, from the begin of the picture to its end. */
  readonly pieces: readonly Piece[];
  /** What clients get, and when the VIP is back. */
  readonly says: string;
}

/** Who is MASTER over time, for the pictures. Where predict has a range of seconds, this is the longest time. */
export interface States {
  readonly machines: readonly string[];
  /** Before the failure: a number below 0. */
  readonly begin: number;
  /** When the failure is over. */
  readonly over: number;
  readonly end: number;
  /** The failures that move a VIP. */
  readonly rows: readonly Row[];
}

/** The next 1, 2 or 5 times a power of ten that is not below a number. */
export function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

/** Rounds up to nice steps. The errors of binary fractions are cut off, because these numbers are shown. */
const roundUp = (value: number): number => {
  const step = niceAbove(value / 10);
  return Number((Math.ceil(value / step) * step).toFixed(3));
};

/** The instances of a row, in a few words. */
export function instancesText({ instances }: Row): string {
  const left = instances.length - MOST_INSTANCES;
  return left > 0 ? `${instances.slice(0, MOST_INSTANCES).join(", ")} and ${left} more` : instances.join(", ");
}
const MOST_INSTANCES = 4;

const timeOfMove = ({ moved, noticed }: InstanceOutcome): number => (moved ?? noticed).most;

function piecesOf(outcome: InstanceOutcome, { begin, over, end }: Pick<States, "begin" | "over" | "end">): Piece[] {
  const { before, during, after, noticed, nobody, returned } = outcome;
  const back = over + (returned?.most ?? 0);
  // Only a MASTER that is silent leaves a gap: otherwise the old one serves until the new one takes over.
  const left = nobody?.most === 0 ? timeOfMove(outcome) : noticed.most;
  const moved = nobody ? timeOfMove(outcome) : left;
  const all: Piece[] = [
    { from: begin, to: left, masters: before },
    { from: left, to: moved, masters: [] },
    { from: moved, to: back, masters: during },
    { from: back, to: end, masters: after },
  ];
  return all.reduce<Piece[]>((pieces, piece) => {
    const last = pieces.at(-1);
    if (piece.from === piece.to) return pieces;
    if (last?.masters.join() !== piece.masters.join()) return [...pieces, piece];
    return [...pieces.slice(0, -1), { ...last, to: piece.to }];
  }, []);
}

function saysOf(outcome: InstanceOutcome, failures: readonly Failure[]): string {
  const { returned } = outcome;
  return `${clientsOf(outcome, failures)}${returned ? `, back after ${seconds(returned)}` : ""}`;
}

/** The states over time of a prediction. */
export function statesOf({ plan, scenarios }: Prediction): States {
  const moved = scenarios.flatMap(({ failures, instances }) =>
    instances.filter(isMoved).map((outcome) => ({ failures, outcome })),
  );
  const most = (times: readonly number[]): number => Math.max(2, ...times);
  const over = roundUp(most(moved.map(({ outcome }) => timeOfMove(outcome))) * 1.5);
  const end = over + roundUp(most(moved.map(({ outcome }) => outcome.returned?.most ?? 0)) * 1.5);
  const begin = -roundUp(end / 10);
  const rows = new Map<string, Row>();
  for (const { failures, outcome } of moved) {
    const row = {
      failure: failed(failures),
      pieces: piecesOf(outcome, { begin, over, end }),
      says: saysOf(outcome, failures),
    };
    const key = JSON.stringify(row);
    const known = rows.get(key);
    rows.set(key, { ...row, instances: [...(known?.instances ?? []), outcome.instance] });
  }
  return Object.freeze({
    machines: Object.freeze(plan.nodes.map(({ name }) => name)),
    begin,
    over,
    end,
    rows: Object.freeze([...rows.values()]),
  });
}
