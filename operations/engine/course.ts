/** The course of a Pulumi run, machine by machine, from its events. Pure: events go in, and lines come out. */
import { ROLES } from "../../components/roles";
import { machineComponent, partName } from "../../model/topology/names";
import { fit } from "../terminal/screen";
import { type Paint, padTo, widthOf } from "../terminal/terminal";
import { platforms } from "../platforms";
import { nameOf } from "./deployment";
import type { EngineEvent } from "./events";
import { nodeOf } from "./failure";

/** The machines of a run. */
export type RunMachines = {
  /** The lab's name. */
  readonly lab: string;
  /** Role of each guest by name, in the order of the topology. */
  readonly roles: Readonly<Record<string, string>>;
};

/** The parts of a run for each machine, in this order. */
const PARTS = ["removing", "making", "answering", "configuring"] as const;
type Part = (typeof PARTS)[number];

/** Its words for: done, running and failed. */
const WORDS: Readonly<Record<Part, readonly [done: string, busy: string, failed: string]>> = {
  removing: ["removed", "removing", "not removed"],
  making: ["made", "making", "not made"],
  answering: ["SSH", "waits for SSH", "no SSH"],
  configuring: ["configured", "configuring", "not configured"],
};

type PartCourse = {
  /** Seconds since the run began. */
  readonly begun: number;
  /** When the last of it was done. */
  readonly ended: number;
  /** Names of the running resources, without the machine's name. */
  readonly open: readonly string[];
  readonly failed: boolean;
};

/** What was done with a machine so far. The rows "lab" and "client" are for resources that belong to no guest. */
type Row = { readonly [K in Part]?: PartCourse } & { readonly unchanged: number };

/** A run so far, by row. */
export type Course = Readonly<Record<string, Row>>;

/** The row and part of a resource; undefined: it is not a resource of the lab. */
type Place = { readonly row: string; readonly part: Part | "unchanged"; readonly what: string };

/** The rows of what the machines share, and of a client that is a network namespace. */
const SHARED = "lab";
const CLIENT = "client";

function placeOf(
  { lab, roles }: RunMachines,
  { op, urn, type }: { op: string; urn: string; type: string },
): Place | undefined {
  // Leave out components and providers: they exist when their children do.
  if (/^(pulumi|lvs-lab):/.test(type)) return undefined;
  const name = nameOf({ urn });
  const isSegment = platforms.objectOf({ type })?.kind === "network";
  const node = isSegment ? undefined : nodeOf(urn, { lab, nodes: Object.keys(roles) });
  const row = node ?? (name === partName(machineComponent(lab, CLIENT), "namespace") ? CLIENT : SHARED);
  const what = name
    .slice(`${lab}-`.length + (row === SHARED ? 0 : row.length + 1))
    .replace(/-generate$|-[0-9a-f]{8,}$/, "");
  const part = partOf(op, node !== undefined, what);
  return part === undefined ? undefined : { row, part, what };
}

function partOf(op: string, guest: boolean, what: string): Place["part"] | undefined {
  switch (op) {
    case "same":
    case "refresh":
      return "unchanged";
    case "delete":
    case "delete-replaced":
      return "removing";
    case "create":
    case "create-replacement":
    case "update":
    case "read":
    case "import":
      if (guest && what === "ready") return "answering";
      return guest && what === "configure" ? "configuring" : "making";
    default:
      return undefined; // the steps of a replacement have events of their own
  }
}

/** Adds one event to the course of a run, so many seconds after the run began. */
export function follow(course: Course, machines: RunMachines, event: EngineEvent, at: number): Course {
  const { metadata } = event.resourcePreEvent ?? event.resOutputsEvent ?? event.resOpFailedEvent ?? {};
  const place = metadata && placeOf(machines, metadata);
  if (place === undefined) return course;
  const { row, part, what } = place;
  const before: Row = course[row] ?? { unchanged: 0 };
  if (part === "unchanged") {
    const more = event.resOutputsEvent === undefined ? 0 : 1;
    return { ...course, [row]: { ...before, unchanged: before.unchanged + more } };
  }
  const { begun, open, failed } = before[part] ?? { begun: at, open: [], failed: false };
  const others = open.filter((one) => one !== what);
  const after: PartCourse = {
    begun,
    ended: at,
    open: event.resourcePreEvent === undefined ? others : [...others, what],
    failed: failed || event.resOpFailedEvent !== undefined,
  };
  return { ...course, [row]: { ...before, [part]: after } };
}

/** The last resource of a part that has several resources: when it is done, the part is done. */
const LAST: Readonly<Record<Part, readonly string[]>> = {
  removing: ["domain", "namespace"],
  making: ["domain", "namespace"],
  answering: ["ready"],
  configuring: ["configure"],
};

/** The line for an event if nothing is drawn; undefined: none. `course` is the course after the event. */
export function lineOf(course: Course, machines: RunMachines, event: EngineEvent, at: number): string | undefined {
  const { metadata } = event.resOutputsEvent ?? event.resOpFailedEvent ?? {};
  const place = metadata && placeOf(machines, metadata);
  if (place === undefined || place.part === "unchanged") return undefined;
  const { row, part, what } = place;
  const [done, , failed] = WORDS[part];
  if (event.resOpFailedEvent !== undefined) return `${since(at)}  ${row}: ${failed} (${what})`;
  if (!LAST[part].includes(what)) return undefined;
  const took = seconds(at - (course[row]?.[part]?.begun ?? at));
  return `${since(at)}  ${row}: ${part === "answering" ? "answers SSH after" : `${done} in`} ${took}`;
}

/** What the run waits for, in one line; undefined: nothing. */
export function waitingLine(course: Course, machines: RunMachines, at: number): string | undefined {
  const waits = rowsOf(course, machines).flatMap((name) =>
    PARTS.flatMap((part) => {
      const one = course[name]?.[part];
      return one === undefined || one.open.length === 0 ? [] : [`${name} (${busy(part, one, at)})`];
    }),
  );
  return waits.length === 0 ? undefined : `${since(at)}  under way: ${waits.join(", ")}`;
}

const seconds = (value: number): string => `${value.toFixed(1)} s`;
const since = (at: number): string => `${at.toFixed(1).padStart(6)} s`;

/** A running part, with whole seconds, so that the frame changes only once a second. */
function busy(part: Part, { begun, open }: PartCourse, at: number): string {
  const what = part === "making" || part === "removing" ? `: ${open.join(", ")}` : "";
  return `${WORDS[part][1]} ${Math.floor(at - begun)} s${what}`;
}

/** Rows in the order in which they are shown. */
const rowsOf = (course: Course, { roles }: RunMachines): string[] => [
  ...[SHARED].filter((name) => course[name] !== undefined),
  ...Object.keys(roles),
  ...[CLIENT].filter((name) => course[name] !== undefined && roles[name] === undefined),
];

/** The state of a row. If there is no room for all rows, failed and running ones are shown first. */
type Standing = "failed" | "busy" | "waits" | "done";

type Cell = { readonly text: string; readonly meaning?: "good" | "bad" | "busy" | "weak" };

function standingOf(name: string, course: Course, { roles }: RunMachines): Standing {
  const row = course[name];
  const parts = PARTS.flatMap((part) => row?.[part] ?? []);
  if (parts.some(({ failed }) => failed)) return "failed";
  if (parts.some(({ open }) => open.length > 0)) return "busy";
  if (row === undefined) return "waits";
  const guest = roles[name] !== undefined;
  return guest && row.making !== undefined && row.configuring === undefined ? "waits" : "done";
}

/** The roles that must be configured before another one. */
const afterOf = (role: string): readonly string[] =>
  Object.entries(ROLES).find(([name]) => name === role)?.[1].after ?? [];

/** What an idle row waits for. */
function awaited(name: string, course: Course, machines: RunMachines): string {
  const before = afterOf(machines.roles[name] ?? "");
  const others = Object.keys(machines.roles).filter((one) => before.includes(machines.roles[one] ?? ""));
  const unfinished = others.filter((one) => standingOf(one, course, machines) !== "done");
  return course[name]?.answering === undefined || unfinished.length === 0
    ? "waits"
    : `waits for ${unfinished.join(", ")}`;
}

function cellsOf(name: string, course: Course, machines: RunMachines, at: number): Cell[] {
  const row = course[name];
  const cells = PARTS.flatMap((part): Cell[] => {
    const one = row?.[part];
    if (one === undefined) return [];
    if (one.failed) return [{ text: WORDS[part][2], meaning: "bad" }];
    if (one.open.length > 0) return [{ text: busy(part, one, at), meaning: "busy" }];
    return [{ text: `${WORDS[part][0]} ${seconds(one.ended - one.begun)}`, meaning: "good" }];
  });
  const waits: Cell[] =
    standingOf(name, course, machines) === "waits" ? [{ text: awaited(name, course, machines), meaning: "weak" }] : [];
  const idle: Cell[] = cells.length === 0 && row !== undefined ? [{ text: "unchanged", meaning: "weak" }] : [];
  return [...cells, ...waits, ...idle];
}

/** Least width of the first columns, so that they do not move while their texts change. */
const LEAST = [12, 18, 18];

/** The run as lines, one for each machine, on a terminal of so many columns and lines. */
export function courseLines(
  course: Course,
  machines: RunMachines,
  at: number,
  { columns, rows, paint }: { readonly columns: number; readonly rows: number; readonly paint: Paint },
): string[] {
  const all = rowsOf(course, machines);
  const standing = new Map(all.map((name) => [name, standingOf(name, course, machines)]));
  const order: readonly Standing[] = ["failed", "busy", "waits", "done"];
  const urgent = order.flatMap((one) => all.filter((name) => standing.get(name) === one));
  const shown = new Set(all.length <= rows ? all : urgent.slice(0, Math.max(0, rows - 1)));
  const names = all.filter((name) => shown.has(name));
  const width = (texts: readonly string[]) => Math.max(0, ...texts.map(widthOf));
  const [nameWidth, roleWidth] = [width(names), width(names.map((name) => machines.roles[name] ?? ""))];
  const lines = names.map((name) => {
    const head = `${padTo(name, nameWidth)}  ${padTo(machines.roles[name] ?? "", roleWidth)}`;
    const cells = cellsOf(name, course, machines, at);
    return painted([{ text: head }, ...cells], [0, ...LEAST], columns, paint);
  });
  const hidden = all.filter((name) => !shown.has(name));
  const counts = order.flatMap((one) => {
    const count = hidden.filter((name) => standing.get(name) === one).length;
    return count === 0 ? [] : [`${count} ${one === "waits" ? "waiting" : one}`];
  });
  return hidden.length === 0 ? lines : [...lines, fit(`… and ${hidden.length} more: ${counts.join(", ")}`, columns)];
}

/** Cells in a row, cut at the terminal's width before they are painted. */
function painted(cells: readonly Cell[], least: readonly number[], columns: number, paint: Paint): string {
  let left = columns;
  const texts = cells.map(({ text, meaning }, index) => {
    const space = index === 0 ? "" : "  ";
    const last = index === cells.length - 1;
    const whole = `${space}${last ? text : padTo(text, least[index] ?? 0)}`;
    if (left <= 0) return "";
    const cut = fit(whole, left);
    left -= widthOf(cut);
    return meaning === undefined ? cut : paint(meaning, cut);
  });
  return texts.join("").trimEnd();
}
