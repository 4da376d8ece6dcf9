import type { Machine, Picture } from "./picture";

/**
 * The place of a machine. Row 0 is above the first segment's line, row n below the n-th. A machine is below the first of its segments (the client
 * is above it). Its lines go up to that segment and down to its others through its column, which is free below it.
 */
export type Place = {
  readonly machine: Machine;
  readonly row: number;
  readonly column: number;
  /** Numbers of its segments, from the top. */
  readonly segments: readonly number[];
};

export type Layout = { readonly places: readonly Place[]; readonly columns: number };

/** Gives each machine in turn the first column that is free in all rows that its lines pass. */
export function layoutOf({ segments, machines }: Pick<Picture, "segments" | "machines">): Layout {
  const order = segments.map(({ name }) => name);
  const taken = new Set<string>();
  const places = machines.map((machine): Place => {
    const numbers = [...new Set(machine.cards.map(({ segment }) => order.indexOf(segment)))].sort((a, b) => a - b);
    const first = numbers[0] ?? 0;
    const row = machine.kind === "client" ? 0 : first + 1;
    // Rows that its lines pass: down to just above its last segment.
    const passed = Array.from({ length: Math.max(1, (numbers.at(-1) ?? 0) - row + 1) }, (_, index) => row + index);
    let column = 0;
    while (passed.some((one) => taken.has(`${one} ${column}`))) column++;
    for (const one of passed) taken.add(`${one} ${column}`);
    return { machine, row, column, segments: numbers };
  });
  return { places, columns: Math.max(...places.map(({ column }) => column + 1)) };
}

/** The number of columns of such a picture. */
export const columnsOf = (drawn: Pick<Picture, "segments" | "machines">): number => layoutOf(drawn).columns;
