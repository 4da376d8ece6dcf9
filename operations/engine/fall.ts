/** Judges from a guest's serial log and its domain whether its boot has failed. Pure. */
import { stripVTControlCharacters } from "node:util";

/** One look at a guest whose boot is waited for. */
export type GuestSeen = {
  /** Its serial log since the wait began. */
  readonly log: string;
  /** Its domain in virsh's words (`virsh domstate --reason`), such as "running (booted)" or "shut off (crashed)". */
  readonly state: string;
  /** Whether it has answered SSH. From then on a restart may lose work. */
  readonly ready: boolean;
};

/** What is known from earlier looks. */
export type GuestMemory = {
  /** Number of panics that were reported. */
  readonly panics: number;
  /** How often it was started again, by its own kernel or from outside. */
  readonly restarts: number;
  /** What seemed wrong at the last look. It counts only if it is the same at the next look. */
  readonly suspect?: string;
};

export const freshGuest: GuestMemory = { panics: 0, restarts: 0 };

/** What to do about it. `start` and `reset` are the platform's. */
export type Step =
  | { readonly kind: "wait"; readonly tell?: string }
  | { readonly kind: "start" | "reset"; readonly tell: string }
  | { readonly kind: "fallen"; readonly cause: string; readonly lines: readonly string[] };

/** How often a guest that has not answered yet is started again. */
export const restartLimit = 2;

/** Lines of a guest whose boot ends before a login. It would stay there for ever. */
const ENDS: readonly { readonly pattern: RegExp; readonly cause: string }[] = [
  { pattern: /lvs-lab: no root file system/, cause: "it has no root file system" },
  {
    pattern: /You are in (emergency|rescue) mode|root account is locked/,
    cause: "its boot ended in an emergency shell",
  },
  { pattern: /^\(initramfs\)|Entering emergency mode\.|dracut:\/#/m, cause: "its boot ended in an emergency shell" },
  { pattern: /No bootable device|not a bootable disk/i, cause: "it found no bootable device" },
  { pattern: /^grub rescue>/m, cause: "its boot loader found no system" },
];

const PANIC = /Kernel panic - not syncing: .*/g;
/** The kernel's next line if it restarts by itself (`panic=` on its command line). */
const REBOOTS = /Rebooting in \d+ seconds/;

/** A serial log as text, without colours and carriage returns. */
const plain = (log: string): string => stripVTControlCharacters(log).replaceAll("\r", "");

/** The lines that say something. */
const lines = (text: string): string[] => text.split("\n").filter((line) => line.trim() !== "");
/** How many of them are shown. */
const told = 6;

/** Whether a domain runs or is about to run. libvirt starts and restores a guest in a paused state. */
const isRunning = (state: string): boolean =>
  /^(running|idle|no state|in shutdown|pmsuspended)|^paused \((starting up|migrating|saving|snapshot|from snapshot|shutting down|unknown)\)|^paused$/.test(
    state,
  );

/** Judges one look at a guest. Returns what to do, and what to remember for the next look. */
export function judgeGuest(memory: GuestMemory, { log, state, ready }: GuestSeen): { memory: GuestMemory; step: Step } {
  const text = plain(log);
  const fallen = (cause: string, words = lines(text).slice(-told)): { memory: GuestMemory; step: Step } => ({
    memory,
    step: { kind: "fallen", cause, lines: words },
  });
  const panics = [...text.matchAll(PANIC)];
  const sinceBoot = text.slice(panics.at(-1)?.index ?? 0);
  const end = ENDS.find(({ pattern }) => pattern.test(sinceBoot));
  if (end !== undefined) return fallen(end.cause);

  const last = panics.at(-1)?.[0];
  if (last !== undefined && panics.length > memory.panics) {
    const restarts = memory.restarts + panics.length - memory.panics;
    // Registers and addresses follow.
    const words = lines(sinceBoot).slice(0, told);
    if (ready) return fallen("its kernel panicked", words);
    if (restarts > restartLimit) return fallen(`its kernel panicked, for the ${ordinal(panics.length)} time`, words);
    const tell = `${last}: it starts again (${restarts} of ${restartLimit})`;
    return { memory: { panics: panics.length, restarts }, step: { kind: "wait", tell } };
  }

  const hangs = last !== undefined && !REBOOTS.test(sinceBoot) && sinceBoot.trim().split("\n").length < 3;
  const suspect = hangs ? "panic" : isRunning(state) ? undefined : state;
  const { suspect: before, ...rest } = memory;
  if (suspect === undefined) return { memory: rest, step: { kind: "wait" } };
  if (suspect !== before) return { memory: { ...rest, suspect }, step: { kind: "wait" } };
  // Its restart was counted when the panic was reported.
  if (hangs)
    return { memory: rest, step: { kind: "reset", tell: "its kernel does not restart by itself: resetting it" } };
  if (state.startsWith("paused") || ready || memory.restarts >= restartLimit) return fallen(`its domain is ${state}`);
  const restarts = memory.restarts + 1;
  const tell = `its domain is ${state}: starting it again (${restarts} of ${restartLimit})`;
  return { memory: { ...rest, restarts }, step: { kind: "start", tell } };
}

const ordinal = (n: number): string => ["", "first", "second", "third"][n] ?? `${n}th`;
