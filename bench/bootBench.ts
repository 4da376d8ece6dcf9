import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { cacheDir, inRoot } from "../operations/paths";
import { run } from "../operations/run";
import { renderCidata } from "../components/platform/libvirt/vm/cloudInit";
import { GUEST_CMDLINE, stockCmdline, words } from "../components/platform/libvirt/vm/cmdline";
import { renderSeed, type SeedArgs } from "../components/platform/libvirt/vm/seed";
import { loadCloudImage } from "../model/topology/image";
import { prove } from "./probe";
import { type Progress, Product, warm } from "./product";
import { card, Machine, type Start } from "./qemu";
import { type Bench, type Peer, seconds, timed } from "./rounds";
import { writeTopology } from "./topology";
import { inWork, write } from "./work";

/** A machine's start from the guest image and from the cloud image, and four guests of a lab, forked and with cloud-init. */
export async function bootBench(): Promise<Bench> {
  const description = (await run([inRoot("bench", "cloud-image", "build"), cacheDir], { show: "errors" })).trim();
  const lean = JSON.parse(await run([inRoot("image", "build"), cacheDir], { show: "errors" })) as Record<
    "root" | "kernel" | "initrd",
    string
  >;
  const cloud = loadCloudImage(description);
  if (cloud.boot === undefined) throw new Error(`${description} has no kernel to boot directly`);

  const identity: SeedArgs = {
    name: "bench",
    interfaces: [card],
    authorizedKey: publicHalf("login"),
    hostPublicKey: publicHalf("host"),
    hostPrivateKey: fs.readFileSync(inWork("host"), "utf8"),
  };
  const starts: readonly (readonly [name: string, start: Start])[] = [
    [
      "lean",
      {
        disk: lean.root,
        kernel: lean.kernel,
        initrd: lean.initrd,
        cmdline: words(GUEST_CMDLINE),
        seed: write("lean.seed", renderSeed(identity)),
      },
    ],
    [
      "cloud-init",
      {
        disk: cloud.disk.source,
        kernel: cloud.boot.kernel.source,
        initrd: cloud.boot.initrd.source,
        cmdline: words(stockCmdline(cloud.boot.device)),
        seed: write("cloud.seed", renderCidata(identity)),
      },
    ],
  ];
  const machines = starts.map(([name, start]): Peer => ({ name, measure: (tell) => bootOnce(name, start, tell) }));

  const file = writeTopology(false);
  const forked = await Product.open(file);
  const booted = await Product.open(writeTopology(false, "bench-boot.yaml"), { "lvs-lab:start": "boot" });
  const stock = await Product.open(writeTopology(false, "bench-cloud.yaml"), { "lvs-lab:image": description });
  const guests: readonly (readonly [name: string, product: Product])[] = [
    ["four forked", forked],
    ["four booted", booted],
    ["four with cloud-init", stock],
  ];
  const labs = guests.map(
    ([name, product]): Peer => ({
      name,
      prepare: warm,
      measure: async (tell) => {
        try {
          await timed(tell, "up to verified", async () => {
            tell("first domain to last SSH", guestsUp(await product.up()));
            await product.withSession(prove);
          });
        } finally {
          await product.destroy();
        }
      },
    }),
  );

  const over = (title: string, row: string, target: number): Bench["ratios"][number] => ({
    title,
    row,
    peer: "lean",
    over: { peer: "cloud-init", row },
    target,
  });
  const row = "first domain to last SSH";
  return {
    peers: [...machines, ...labs],
    ratios: [
      over("boot to SSH banner, CPU", "CPU to banner", 0.25),
      {
        title: "boot to SSH banner, wall",
        row: "wall to banner",
        peer: "lean",
        over: { peer: "cloud-init", row: "wall to banner" },
      },
      {
        title: "memory used after boot",
        row: "memory used",
        peer: "lean",
        over: { peer: "cloud-init", row: "memory used" },
      },
      { title: "image size", row: "image", peer: "lean", over: { peer: "cloud-init", row: "image" } },
      {
        title: "four guests, first domain to last SSH",
        row,
        peer: "four forked",
        over: { peer: "four with cloud-init", row },
        target: 0.1,
      },
      {
        title: "default lab, up to verified",
        row: "up to verified",
        peer: "four forked",
        over: { peer: "four with cloud-init", row: "up to verified" },
        target: 0.2,
      },
      { title: "the same, booted", row, peer: "four booted", over: { peer: "four with cloud-init", row } },
    ],
  };
}

async function bootOnce(name: string, start: Start, tell: Parameters<Peer["measure"]>[0]): Promise<void> {
  const machine = await Machine.start(name, start);
  try {
    tell("wall to banner", await seconds(() => machine.banner()));
    tell("CPU to banner", machine.cpu(), "CPU s");
    tell("memory used", await machine.memoryUsed(inWork("login")), "MB");
    tell("image", fs.statSync(start.disk).size / 1024 / 1024, "MB");
  } finally {
    await machine.stop();
  }
}

/** Seconds from the creation of the first domain until the last guest answers SSH and has booted. */
export function guestsUp(progress: readonly Progress[]): number {
  const at = (pattern: RegExp): number[] => progress.filter(({ line }) => pattern.test(line)).map((one) => one.at);
  const first = Math.min(...at(/libvirt:index:Domain .* creating/));
  const last = Math.max(...at(/command:remote:Command .*-ready created/));
  if (!Number.isFinite(last - first)) throw new Error("the engine told of no domain, or of no guest that was ready");
  return last - first;
}

/** Makes a key in the bench's folder and returns its public half. */
function publicHalf(name: string): string {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", inWork(name)]);
  return fs.readFileSync(inWork(`${name}.pub`), "utf8").trim();
}
