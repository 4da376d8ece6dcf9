/** The state of systemd's units. */
import type { Look } from "./look";

/** Active and enabled state by unit. */
export type UnitsSeen = Readonly<Record<string, { readonly active: string; readonly enabled: string }>>;

/** What the next boot will start is read from the files, because systemd remembers a unit as it was at first use. */
export const units: Look<{ readonly units: UnitsSeen }> = {
  ask: (machine) => {
    const words = Object.values(machine.units).join(" ");
    return `show active systemctl is-active ${words}\nshow enabled systemctl --root=/ is-enabled ${words}\n`;
  },
  read: (part, machine) => ({
    units: parseUnits(Object.keys(machine.units), part.active ?? "", part.enabled ?? ""),
  }),
};

/** State of units from what `systemctl is-active` and `systemctl is-enabled` print: one word each, in the order of the names. */
export function parseUnits(names: readonly string[], active: string, enabled: string): UnitsSeen {
  const words = [active, enabled].map((text) => text.trim().split("\n"));
  return Object.fromEntries(
    names.map((name, index) => [name, { active: words[0]?.[index] ?? "", enabled: words[1]?.[index] ?? "" }]),
  );
}
