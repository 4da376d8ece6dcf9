import { performance } from "node:perf_hooks";
import { stopIfInterrupted } from "../operations/run";
import { UserError } from "../model/userError";

/** One measured figure. */
export type Sample = {
  readonly round: number;
  readonly peer: string;
  /** What was measured, such as "up". */
  readonly row: string;
  readonly value: number;
  readonly unit: "s" | "MB" | "CPU s" | "requests";
};

/** Reports a figure of one peer in one round. */
export type Tell = (row: string, value: number, unit?: Sample["unit"]) => void;

/** A measured tool. */
export type Peer = {
  readonly name: string;
  /** Preparation before the first round, which is not measured. */
  readonly prepare?: () => Promise<void>;
  /** One round. It removes everything that it makes. */
  readonly measure: (tell: Tell) => Promise<void>;
};

/** The duration of work in seconds. */
export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** The same, and reports it. */
export const timed = async (tell: Tell, row: string, work: () => Promise<unknown>): Promise<void> =>
  tell(row, await seconds(work));

/**
 * Runs every peer once per round. The first peer changes from round to round, so that a machine that gets slower is slower for all. If a peer
 * fails, the others continue: its figures so far are kept, and the exit code reports the failure.
 */
export async function interleave(rounds: number, peers: readonly Peer[]): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (const { prepare } of peers) await prepare?.();
  for (let round = 1; round <= rounds; round++) {
    const first = (round - 1) % peers.length;
    for (const [index, peer] of [...peers.slice(first), ...peers.slice(0, first)].entries()) {
      const label = `[${(round - 1) * peers.length + index + 1}/${rounds * peers.length}] round ${round}, ${peer.name}`;
      process.stderr.write(`${label}\n`);
      const told: string[] = [];
      const record: Tell = (row, value, unit = "s") => {
        samples.push({ round, peer: peer.name, row, value, unit });
        told.push(`${row} ${value.toFixed(2)} ${unit}`);
      };
      const took = await seconds(() =>
        peer.measure(record).catch((error: unknown) => {
          stopIfInterrupted("the figures are lost");
          if (!(error instanceof UserError)) throw error;
          told.push(`failed: ${error.message}`);
          process.exitCode = 1;
        }),
      );
      process.stderr.write(`${label}: ${told.join(", ")}; ${took.toFixed(1)} s in all\n`);
    }
  }
  return samples;
}

/** A line of the table: this row of one peer divided by a row of another peer. */
export type Ratio = {
  readonly title: string;
  readonly row: string;
  readonly peer: string;
  readonly over: { readonly peer: string; readonly row: string };
  /** The target: the highest acceptable ratio. */
  readonly target?: number;
};

/** A prepared bench: the peers, and the comparisons of their figures. */
export type Bench = { readonly peers: readonly Peer[]; readonly ratios: readonly Ratio[] };

/** The median. With an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** The markdown table: medians of the rounds, and the median of the ratios within each round. */
export function report(samples: readonly Sample[], ratios: readonly Ratio[]): string {
  const values = (peer: string, row: string): Sample[] =>
    samples.filter((sample) => sample.peer === peer && sample.row === row);
  const figure = (of: readonly Sample[]): string =>
    `${median(of.map(({ value }) => value)).toFixed(2)} ${of[0]?.unit ?? ""}`;
  const lines = ratios.flatMap(({ title, row, peer, over, target }) => {
    const [own, other] = [values(peer, row), values(over.peer, over.row)];
    if (own.length === 0 || other.length === 0) return [];
    const ratio = median(
      own.flatMap((sample) => {
        const against = other.find(({ round }) => round === sample.round);
        return against === undefined ? [] : [sample.value / against.value];
      }),
    );
    const verdict = target === undefined ? "-" : `≤ ${target} ×, ${ratio <= target ? "met" : "**missed**"}`;
    const against = over.row === row ? over.peer : `${over.peer}: ${over.row}`;
    return [`| ${title} | ${figure(own)} | ${figure(other)} (${against}) | ${ratio.toFixed(2)} × | ${verdict} |`];
  });
  return ["| row | lvs-lab | peer | ratio | target |", "| --- | --- | --- | --- | --- |", ...lines].join("\n");
}

/** Every figure without a ratio, one line per peer and row. */
export function figures(samples: readonly Sample[]): string {
  const keys = [...new Set(samples.map(({ peer, row }) => `${peer} | ${row}`))];
  const lines = keys.map((key) => {
    const of = samples.filter(({ peer, row }) => `${peer} | ${row}` === key);
    const all = of.map(({ value }) => value.toFixed(2)).join(" ");
    return `| ${key} | ${median(of.map(({ value }) => value)).toFixed(2)} ${of[0]?.unit ?? ""} | ${all} |`;
  });
  return ["| who | what | median | all rounds |", "| --- | --- | --- | --- |", ...lines].join("\n");
}

/** Medians, one line per peer, for figures without a comparison. */
export function matrix(samples: readonly Sample[]): string {
  const [peers, rows] = [[...new Set(samples.map(({ peer }) => peer))], [...new Set(samples.map(({ row }) => row))]];
  const cell = (peer: string, row: string): string => {
    const of = samples.filter((sample) => sample.peer === peer && sample.row === row);
    return of.length === 0 ? "" : `${median(of.map(({ value }) => value)).toFixed(1)} ${of[0]?.unit}`;
  };
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    line(["who", ...rows]),
    line(["who", ...rows].map(() => "---")),
    ...peers.map((peer) => line([peer, ...rows.map((row) => cell(peer, row))])),
  ].join("\n");
}
