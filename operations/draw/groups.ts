import type { Machine } from "./picture";
import { ranged } from "./ranges";

/** So many machines that differ only in name, addresses and MACs are drawn one by one. More are drawn as one box. */
const ALONE = 4;

/** Draws many machines of one kind that do the same as one box. */
export const grouped = (machines: readonly Machine[]): Machine[] =>
  joined(machines, ({ kind, notes, vips, routes, cards }) =>
    JSON.stringify([kind, notes, vips, routes, cards.map(({ name, segment }) => [name, segment])]),
  );

/** Like `grouped`, but groups machines also if they differ in other things, for a picture that would be too wide. */
export const crowded = (machines: readonly Machine[]): Machine[] =>
  joined(machines, ({ kind, cards }) => JSON.stringify([kind, cards.map(({ segment }) => segment).sort()]));

function joined(machines: readonly Machine[], likeness: (machine: Machine) => string): Machine[] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) {
    const like = likeness(machine);
    const group = groups.get(like);
    if (group === undefined) groups.set(like, [machine]);
    else group.push(machine);
  }
  return [...groups.values()]
    .flatMap((group) => (group.length > ALONE ? [asOne(group)] : group))
    .sort(byOrder(machines));
}

/** Keeps the order of the file: a group stands in the place of its first member. */
const byOrder =
  (machines: readonly Machine[]) =>
  (one: Machine, other: Machine): number =>
    place(machines, one) - place(machines, other);

const place = (machines: readonly Machine[], { members }: Machine): number =>
  machines.findIndex((machine) => machine.members.some((name) => members.includes(name)));

function asOne(group: readonly Machine[]): Machine {
  const members = group.flatMap((machine) => machine.members);
  const inAll = (lines: (machine: Machine) => readonly string[]): string[] =>
    [...new Set(group.flatMap(lines))].filter((line) => group.every((machine) => lines(machine).includes(line)));
  const segments = [...new Set(group.flatMap(({ cards }) => cards.map(({ segment }) => segment)))];
  const [first] = group;
  if (first === undefined) throw new Error("a group has members");
  const names = ranged(members);
  return {
    name: names.length > 2 ? `${names[0]} and others` : names.join(", "),
    members,
    kind: first.kind,
    standby: group.every(({ standby }) => standby),
    notes: [`${members.length} × ${first.notes[0]}`, ...inAll(({ notes }) => notes.slice(1))],
    routes: inAll(({ routes }) => routes),
    vips: inAll(({ vips }) => vips),
    cards: segments.map((segment) => {
      const cards = group.flatMap((machine) => machine.cards.filter((card) => card.segment === segment));
      const names = new Set(cards.map(({ name }) => name));
      return {
        name: names.size === 1 ? (cards[0]?.name ?? "") : "",
        segment,
        addresses: ranged(cards.flatMap(({ addresses }) => addresses)),
      };
    }),
  };
}
