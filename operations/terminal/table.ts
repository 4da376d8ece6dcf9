import { padTo, type Paint, plain, widthOf } from "./terminal";

/** Rows as aligned columns. The first row is the heading. */
export function table(rows: readonly (readonly string[])[], paint: Paint = plain): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ""))));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => padTo(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return rows.map((row, index) => (index === 0 ? paint("head", line(row)) : line(row))).join("\n");
}
