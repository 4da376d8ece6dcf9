import * as assert from "node:assert/strict";
import {
  freshGuest,
  type GuestMemory,
  type GuestSeen,
  judgeGuest,
  type Step,
} from "../../../../operations/engine/fall";

const panic = (why: string, more = "[    2.0] Rebooting in 1 seconds..\n"): string =>
  `[    1.0] Kernel panic - not syncing: ${why}\r\n${more}`;
const running: GuestSeen = { log: "", state: "running", ready: false };

/** The results of several looks at one guest, one after another. */
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

describe("a guest whose boot is waited for", () => {
  it("is waited for as long as it runs, whatever it prints", () => {
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

  it("starts again by itself after two panics, each reported once; the third is the end", () => {
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

  it("is reset if its kernel hangs after a panic", () => {
    const log = panic("VFS: Unable to mount root fs", "[    1.1] ---[ end Kernel panic ]---\n");
    const steps = follow({ log }, { log }, { log });
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ["wait", "wait", "reset"],
    );
  });

  it("is not started again after it has answered, because work may be lost", () => {
    assert.deepEqual(follow({ log: panic("oops", ""), ready: true }), [
      fallen("its kernel panicked", "Kernel panic - not syncing: oops"),
    ]);
    const off = { state: "shut off (crashed)", ready: true };
    assert.deepEqual(follow(off, off), [wait, fallen("its domain is shut off (crashed)")]);
  });

  it("is started twice after its QEMU ended, each time after a second look", () => {
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
    it(`ends the wait at once if its log says ${JSON.stringify(line.slice(0, 40))}`, () => {
      const [step] = follow({ log: `before\n${line}\n` });
      assert.equal(step?.kind === "fallen" && step.cause, cause);
    });

  it("is not judged by what it printed before its last panic", () => {
    const log = `You are in emergency mode\n${panic("told to")}`;
    assert.equal(follow({ log })[0]?.kind, "wait");
  });
});
