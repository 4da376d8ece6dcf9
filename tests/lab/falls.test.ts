import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { RunProblem } from "../../operations/engine/failure";
import { restartLimit } from "../../operations/engine/fall";
import { GuestWatch, type Watched } from "../../operations/engine/guests";
import { cacheDir, inRoot } from "../../operations/paths";
import { platforms } from "../../operations/platforms";
import { run } from "../../operations/run";
import type { ImageFiles } from "../../components/platform/platform";
import { TEMPLATE_CMDLINE, words } from "../../components/platform/libvirt/vm/cmdline";
import { HOURS, itSoaks } from "../soak";
import { own, claimNamespace, state } from "./lab";
import { pause } from "../../operations/wait";
import { renderDomain } from "../../components/platform/libvirt/domain";

/** How a guest is made to fall: by another command line, by an empty disk, or by an action while it boots. */
type Case = {
  readonly cause: RegExp;
  /** The part of its log that the problem must quote. */
  readonly quotes?: RegExp;
  readonly cmdline?: string;
  readonly isEmpty?: true;
  readonly damage?: (domain: string) => Promise<unknown>;
};

/** Guests that are booted by hand in the embedded libvirt, and watched in the same way as by `up`. */
describe("guests that fall while they boot", () => {
  const folder = path.join(state, "falls");
  const inFolder = (file: string): string => path.join(folder, file);
  let uri = "";
  let image: ImageFiles;
  const virsh = (...words: readonly string[]) => run(["virsh", "-q", "-c", uri, ...words]);

  before(async () => {
    await claimNamespace();
    fs.mkdirSync(folder, { recursive: true });
    image = JSON.parse(await run([inRoot("image", "build"), cacheDir], { show: "errors" })) as ImageFiles;
    await run([inRoot("host", "libvirtd"), "start"], { env: { LVS_LAB_STATE: state } });
    uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
  });

  after(async () => {
    await run([inRoot("host", "libvirtd"), "stop", "--force"]);
    fs.rmSync(state, { recursive: true, force: true });
  });

  /** Starts a template's guest, which prints a line when it has booted. */
  async function start(name: string, { cmdline = words(TEMPLATE_CMDLINE), isEmpty }: Partial<Case>): Promise<Watched> {
    const [disk, seed, log] = [inFolder(`${name}.qcow2`), inFolder(`${name}.seed`), inFolder(`${name}.log`)];
    const from = isEmpty ? [disk, "64M"] : ["-F", "qcow2", "-b", image.root, disk];
    await run(["qemu-img", "create", "-q", "-f", "qcow2", ...from]);
    fs.writeFileSync(seed, "\n".repeat(65536));
    const domain = renderDomain({
      name,
      uuid: crypto.randomUUID(),
      generation: crypto.randomUUID(),
      memory: 512,
      vcpus: 1,
      accelerator: "tcg",
      kernel: image.kernel,
      initrd: image.initrd,
      cmdline: [{ _: cmdline }],
      disk: { file: disk },
      seed: { file: seed },
      cards: [],
      consoleLog: log,
    });
    fs.writeFileSync(inFolder(`${name}.xml`), domain);
    await virsh("define", inFolder(`${name}.xml`));
    await virsh("start", name);
    return { node: name, domain: name, log };
  }

  /** Watches guests until one cannot come up or all have booted. */
  async function watch(guests: readonly Watched[]): Promise<RunProblem | undefined> {
    const host = await platforms.at(uri);
    const watching = new GuestWatch(host, guests);
    const booted = ({ log }: Watched): boolean => fs.readFileSync(log, "utf8").includes("the template is ready");
    while (!guests.every(booted)) {
      const states = await host.states(guests.map(({ domain }) => domain));
      assert.ok(states, "libvirt does not answer");
      const problem = await watching.look(states, () => "booting");
      if (problem !== undefined) return problem;
      await pause(1);
    }
    return undefined;
  }

  const end = async ({ domain }: Watched): Promise<void> => {
    await virsh("destroy", domain).catch(() => "");
    await virsh("undefine", domain);
    for (const suffix of ["qcow2", "seed", "log", "xml"]) fs.rmSync(inFolder(`${domain}.${suffix}`), { force: true });
  };

  /** Ends QEMU each time that it is started. */
  const killAlways = async (domain: string): Promise<void> => {
    const file = `/run/${own}/libvirt/qemu/${domain}.pid`;
    const killed = new Set<number>();
    while (killed.size <= restartLimit) {
      const pid = fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8")) : 0;
      if (pid > 0 && !killed.has(pid) && fs.existsSync(`/proc/${pid}`)) process.kill(pid, "SIGKILL");
      if (pid > 0) killed.add(pid);
      await pause(0.2);
    }
  };

  const cases: Readonly<Record<string, Case>> = {
    "whose kernel panics": {
      cmdline: `${words(TEMPLATE_CMDLINE)} rdinit=/bin/busybox`,
      cause: /^its kernel panicked, for the third time$/,
      quotes: /Kernel panic - not syncing: Attempted to kill init!/,
    },
    "that has no init": {
      cmdline: `${words(TEMPLATE_CMDLINE)} rdinit=/nowhere root=/dev/nowhere`,
      cause: /^its kernel panicked, for the third time$/,
      quotes: /Kernel panic - not syncing: VFS: Unable to mount root fs/,
    },
    "that has no root file system": {
      isEmpty: true,
      cause: /^it has no root file system$/,
      quotes: /lvs-lab: no root file system on \/dev\/vda/,
    },
    "whose QEMU is killed": { damage: killAlways, cause: /^its domain is shut off \((crashed|failed)\)$/ },
    "that is paused": { damage: (domain) => virsh("suspend", domain), cause: /^its domain is paused \(user\)$/ },
  };
  for (const [title, { cause, quotes, damage, ...rest }] of Object.entries(cases))
    it(`a guest ${title} ends the wait, with its cause`, async () => {
      const begin = performance.now();
      const guest = await start(`fall-${Object.keys(cases).indexOf(title)}`, rest);
      try {
        const [problem] = await Promise.all([watch([guest]), damage?.(guest.domain)]);
        console.log(`      after ${((performance.now() - begin) / 1000).toFixed(1)} s`);
        assert.match(problem?.guest?.cause ?? "it booted", cause);
        assert.equal(problem?.guest?.node, guest.node);
        assert.match(problem?.message ?? "", quotes ?? /^/);
      } finally {
        await end(guest);
      }
    });

  itSoaks(
    "none of 100 guests that boot four at a time beside two busy loops",
    async () => {
      const busy = ["", ""].map(() => spawn("sh", ["-c", "while :; do :; done"]));
      try {
        for (let booted = 4; booted <= 100; booted += 4) {
          const begin = performance.now();
          const guests = await Promise.all([0, 1, 2, 3].map((n) => start(`boot-${n}`, {})));
          const problem = await watch(guests);
          assert.equal(problem, undefined, JSON.stringify(problem));
          for (const guest of guests) assert.doesNotMatch(fs.readFileSync(guest.log, "utf8"), /Kernel panic/);
          await Promise.all(guests.map(end));
          console.log(`      ${booted} booted, the last 4 in ${((performance.now() - begin) / 1000).toFixed(1)} s`);
        }
      } finally {
        for (const loop of busy) loop.kill();
      }
    },
    HOURS,
  );
});
