import * as assert from "node:assert/strict";
import { freshGuest, type GuestMemory, type GuestSeen, judgeGuest, type Step } from "../../../cli/life/fall";

const panic = (why: string, more = "[    2.0] Rebooting in 1 seconds..\n"): string =>
  `[    1.0] Kernel panic - not syncing: ${why}\r\n${more}`;
const running: GuestSeen = { log: "", state: "running", ready: false };

/** What the looks at one guest come to, one after another. */
function follow(...looks: readonly Partial<GuestSeen>[]): Step[] {
  let memory: GuestMemory = freshGuest;
  return looks.map((look) => {
    const judged = judgeGuest(memory, { ...running, ...look });
    memory = judged.memory;
    return judged.step;
  });
}

const fallen = (cause: string, ...lines: readonly string[]): Step => ({ kind: "fallen", cause, lines });
const wait: Step = { kind: "wait" };

describe("a guest that somebody waits for", () => {
  it("is waited for as long as it runs, whatever it says", () => {
    assert.deepEqual(follow({}, { log: "[    0.5] Linux version 6.12\n" }, { state: "running (booted)" }), [
      wait,
      wait,
      wait,
    ]);
  });

  it("is waited for while libvirt starts or restores it", () => {
    for (const state of ["paused (starting up)", "paused", "no state", "paused (from snapshot)"])
      assert.deepEqual(follow({ state }, { state }, { state }), [wait, wait, wait], state);
  });

  it("starts again by itself after two panics, each told once; the third is the end", () => {
    const log = panic("IO-APIC + timer doesn't work!");
    const tell = (n: number): Step => ({
      kind: "wait",
      tell: `Kernel panic - not syncing: IO-APIC + timer doesn't work!: it starts again (${n} of 2)`,
    });
    assert.deepEqual(follow({ log }, { log }, { log: log + log }, { log: log + log + log }), [
      tell(1),
      wait,
      tell(2),
      fallen(
        "its kernel panicked, for the third time",
        "Kernel panic - not syncing: IO-APIC + timer doesn't work!",
        "[    2.0] Rebooting in 1 seconds..",
      ),
    ]);
  });

  it("is reset where its kernel stands still after a panic", () => {
    const log = panic("VFS: Unable to mount root fs", "[    1.1] ---[ end Kernel panic ]---\n");
    const steps = follow({ log }, { log }, { log });
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ["wait", "wait", "reset"],
    );
  });

  it("that has answered is not started again: there is something on it to lose", () => {
    assert.deepEqual(follow({ log: panic("oops", ""), ready: true }), [
      fallen("its kernel panicked", "Kernel panic - not syncing: oops"),
    ]);
    const off = { state: "shut off (crashed)", ready: true };
    assert.deepEqual(follow(off, off), [wait, fallen("its domain is shut off (crashed)")]);
  });

  it("whose QEMU ended is started twice, each time after a second look", () => {
    const off = { state: "shut off (crashed)" };
    assert.deepEqual(
      follow(off, {}, off, off, off, off, off, off).map(({ kind }) => kind),
      ["wait", "wait", "wait", "start", "wait", "start", "wait", "fallen"],
    );
  });

  const states = ["paused (I/O error)", "paused (user)", "crashed (panicked)"];
  for (const state of states)
    it(`is not waited for when it is ${state}`, () => {
      const steps = follow(...Array.from({ length: 8 }, () => ({ state })));
      assert.deepEqual(steps.at(-1), fallen(`its domain is ${state}`));
    });

  const ends: readonly [line: string, cause: string][] = [
    ["lvs-lab: no root file system on /dev/vda", "it has no root file system"],
    ["\x1b[0;1;31mYou are in emergency mode.\x1b[0m After logging in …", "its boot ended in an emergency shell"],
    ["Cannot open access to console, the root account is locked.", "its boot ended in an emergency shell"],
    ["(initramfs) ", "its boot ended in an emergency shell"],
    ["No bootable device.", "it found no bootable device"],
    ["grub rescue> ", "its boot loader found no system"],
  ];
  for (const [line, cause] of ends)
    it(`whose log says ${JSON.stringify(line.slice(0, 40))} ends the wait at once`, () => {
      const [step] = follow({ log: `before\n${line}\n` });
      assert.equal(step?.kind === "fallen" && step.cause, cause);
    });

  it("is not judged by what it said before its last panic", () => {
    const log = `You are in emergency mode\n${panic("told to")}`;
    assert.equal(follow({ log })[0]?.kind, "wait");
  });
});
