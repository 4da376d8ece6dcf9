import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../operations/paths";
import { run, tryRun } from "../../operations/run";
import { itSoaks } from "../soak";
import { read } from "../unit/docs/markdown";
import { courseOf, stepsOf } from "../unit/docs/steps";
import { negativeControls } from "./controls";
import { byHand, endLabs, lab, leftovers, own, claimNamespace, said, state } from "./lab";
import { asItStands, newcomersFolder } from "./pages";
import { damages, nobody, splitBrain } from "./proofs/dr-keepalived";
import { securityTests } from "./security";
import { until } from "../../operations/wait";

/** A file of /proc; empty: its thread has ended. QEMU ends threads of its pool at any time. */
function lineOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Document 000's lab on real virtual machines, from nothing to nothing. The tests run in order and share the lab. */
describe("dr-keepalived, end to end", () => {
  // The README and the quick start use this lab: their commands bring it up, use it and remove it.
  const pages = courseOf(["README.md", "docs/quick-start.md"].flatMap((page) => stepsOf(read(page))));
  let folder = "";

  before(async () => {
    await claimNamespace();
    folder = newcomersFolder();
  });

  after(() =>
    endLabs(["dr-keepalived"], async () => {
      for (const one of [state, folder]) fs.rmSync(one, { recursive: true, force: true });
    }),
  );

  it("comes up from nothing and verifies, as README shows it", async () => {
    assert.match(await asItStands(folder, pages.up), /^(\d+) of \1 checks passed/m);
  });

  it("lists the document's points, which up has all proven, and prints results as JSON", async () => {
    const listed = await lab("verify", "--list", "--json");
    const checks = JSON.parse(listed.stdout) as { id: string }[];
    const points = [...new Set(checks.map(({ id }) => id).filter((id) => id.startsWith("000-")))].sort();
    const wanted = Array.from({ length: 16 }, (_, index) => `000-${index + 1}`).sort();
    assert.deepEqual(points, wanted);
    const result = await lab("verify", "--json", "--only", "000-1", "--only", "round-robin");
    assert.equal(result.code, 0, said(result));
    const { results } = JSON.parse(result.stdout) as { results: { id: string; name: string; ok: boolean }[] };
    assert.deepEqual(
      results.map(({ id, name, ok }) => [id, name, ok]),
      [
        ["000-1", "addresses", true],
        ["000-12", "round-robin", true],
      ],
    );
  });

  it("a second up by hand changes nothing", async () => {
    const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes");
    assert.equal(result.code, 0, said(result));
    assert.match(result.stdout, /\d+ unchanged/);
  });

  it("libvirt does not differ from the state either", async () => {
    const result = await byHand("pulumi preview --refresh --expect-no-changes");
    assert.equal(result.code, 0, said(result));
  });

  it("previews and plans exactly without its libvirtd: nothing would change", async () => {
    // With /run hidden there is no daemon's socket.
    const hidden = (...words: readonly string[]) =>
      tryRun(
        ["unshare", "-m", "sh", "-c", 'mount -t tmpfs none /run && exec "$@"', "-", inRoot("scripts", "lab"), ...words],
        {
          env: { LVS_LAB_STATE: state },
        },
      );
    const preview = await hidden("preview");
    assert.equal(preview.code, 0, said(preview));
    assert.match(preview.stdout, /Resources:\n\s+\d+ unchanged\n/);
    const policy = await hidden("preview", "--policy");
    assert.equal(policy.code, 0, said(policy));
    const plan = await hidden("plan");
    assert.equal(plan.code, 0, said(plan));
    assert.match(plan.stdout, /resources: \d+ same\n[\s\S]*against the lab as deployed: no difference\n/);
  });

  it("leaves the checkout clean, and no plain secret in the outputs", async () => {
    const outputs = await byHand("pulumi stack output --json");
    assert.equal(outputs.code, 0, said(outputs));
    assert.doesNotMatch(outputs.stdout, /PRIVATE KEY|123456/);
    assert.match(outputs.stdout, /"sshPrivateKey": "\[secret\]"/);
    const salt = await tryRun([
      "grep",
      "-l",
      "encryptionsalt",
      ...fs
        .readdirSync(inRoot())
        .filter((name) => /^Pulumi\..*\.yaml$/.test(name))
        .map((name) => inRoot(name)),
    ]);
    assert.equal(salt.stdout, "");
  });

  it("refuses a pulumi that runs outside the lab's namespace, with the fix", async () => {
    const result = await byHand('"$LVS_LAB_PULUMI" preview');
    assert.notEqual(result.code, 0);
    assert.match(said(result), /scripts\/lab env/);
  });

  it("inspect shows who is MASTER, ssh and console reach a node", async () => {
    const inspection = await lab("inspect", "--json");
    const { nodes } = JSON.parse(inspection.stdout) as { nodes: { name: string; vrrp: string }[] };
    assert.deepEqual(Object.fromEntries(nodes.map(({ name, vrrp }) => [name, vrrp])), {
      zhuserver: "MASTER",
      beiserver: "BACKUP",
      web1: "-",
      web2: "-",
    });
    assert.equal((await lab("ssh", "web1", "hostname")).stdout.trim(), "web1");
    assert.equal((await lab("console", "web1")).code, 0);
  });

  it("forked its guests, and they are still distinct", async () => {
    const guests = JSON.parse((await lab("inspect", "--boot", "--json")).stdout) as { node: string; how: string }[];
    assert.deepEqual(new Set(guests.map(({ how }) => how)), new Set(["forked"]));
    assert.match((await lab("inspect", "--boot")).stdout, /NODE +CAME UP +SECONDS UNTIL SSH/);
    const asked = [
      "cat /etc/machine-id",
      "cat /proc/sys/kernel/random/boot_id",
      "cat /etc/ssh/ssh_host_ed25519_key.pub",
      "head -c 16 /dev/urandom | base64",
      "cat /sys/class/net/ens33/address",
      "systemd-id128 machine-id --app-specific=3c2c3a0b4a7a4f4a9f5b7a5a5c5f5d5e", // what networkd makes its DHCP ids from
    ].join("; ");
    const answers = await Promise.all(
      guests.map(async ({ node }) => (await lab("ssh", node, asked)).stdout.trim().split("\n")),
    );
    for (const column of asked.split("; ").keys()) {
      const values = answers.map((lines) => lines[column] ?? "");
      assert.ok(
        values.every((value) => value.length >= 16),
        values.join(" "),
      );
      assert.equal(new Set(values).size, guests.length, values.join(" "));
    }
  });

  it("has guests with a right clock, a finished boot, and no leftover save file", async () => {
    for (const node of ["zhuserver", "web1"]) {
      const before = Date.now() / 1000;
      const { stdout } = await lab(
        "ssh",
        node,
        "date +%s.%N; systemctl is-system-running; systemctl list-units --failed -q",
      );
      const after = Date.now() / 1000;
      const [clock = "", ...rest] = stdout.trim().split("\n");
      assert.ok(Number(clock) > before - 1 && Number(clock) < after + 1, `${before} ${clock} ${after}`);
      assert.deepEqual(rest, ["running"]);
    }
    assert.deepEqual(fs.readdirSync(path.join(state, "libvirt", "lib", "qemu", "save")), []);
  });

  it("has processors that do not interrupt each other when they wake, and main loops that are not late", async () => {
    const files = `/run/${own}/libvirt/qemu`;
    const guests = fs
      .readdirSync(files)
      .filter((file) => /^dr-keepalived-.*\.pid$/.test(file))
      .map((file) => fs.readFileSync(path.join(files, file), "utf8").trim());
    assert.equal(guests.length, 4);
    for (const guest of guests) {
      const batch = fs.readdirSync(`/proc/${guest}/task`).flatMap((thread) => {
        const stat = lineOf(`/proc/${guest}/task/${thread}/stat`);
        const [, name, fields = ""] = /^\d+ \((.*)\) (.*)$/m.exec(stat) ?? [];
        // The policy is field 41, the first after the name is field 3; 3 is SCHED_BATCH (proc(5), sched(7)).
        return name !== undefined && fields.split(" ")[38] === "3" ? [name] : [];
      });
      assert.deepEqual(batch, ["CPU 0/TCG"]);
    }
  });

  it("boots a forked guest's disk as the same machine", async () => {
    const identity = "hostname; cat /etc/machine-id /etc/ssh/ssh_host_ed25519_key.pub; ip -br -4 addr show ens33";
    const before = (await lab("ssh", "web2", identity)).stdout;
    const uri = (await run([inRoot("host", "libvirtd"), "uri"])).trim();
    await run(["virsh", "-q", "-c", uri, "destroy", "dr-keepalived-web2"]);
    await run(["virsh", "-q", "-c", uri, "start", "dr-keepalived-web2"]);
    let after = "";
    await until(120, async () => {
      after = (await lab("ssh", "web2", identity)).stdout;
      return after !== "";
    });
    assert.equal(after, before);
    const [web2] = (
      JSON.parse((await lab("inspect", "--boot", "--json")).stdout) as { node: string; how: string }[]
    ).filter(({ node }) => node === "web2");
    assert.equal(web2?.how, "booted");
    // A boot could have lost something of a real server; the drills test the other machines.
    const lost = [
      "addresses",
      "pages",
      "vip-on-lo",
      "tables",
      "round-robin",
      "real-servers-silent",
      "firewall",
      "ports",
    ];
    const verified = await lab("verify", "--json", ...lost.flatMap((check) => ["--only", check]));
    assert.equal(verified.code, 0, said(verified));
  });

  for (const command of pages.between)
    it(`as the pages have it: ${command.command}`, async () => {
      await asItStands(folder, command);
    });

  it("goes back to a snapshot as a whole, and to the lab as up left it", async () => {
    assert.equal((await lab("ssh", "web1", "echo kept >/root/mark")).code, 0);
    const taken = await lab("snapshot", "marked");
    assert.equal(taken.code, 0, said(taken));
    assert.equal((await lab("ssh", "web1", "rm /root/mark; systemctl stop apache2")).code, 0);
    assert.equal((await lab("ssh", "zhuserver", "systemctl stop keepalived")).code, 0);
    // Break something between the two snapshots.
    const broken = ["one-master", "pages", "round-robin", "tables"].flatMap((check) => ["--only", check]);
    const restored = await lab("restore", "marked", ...broken);
    assert.equal(restored.code, 0, said(restored));
    assert.match(said(restored), /the VIP answers after \d/);
    assert.equal((await lab("ssh", "web1", "cat /root/mark")).stdout, "kept\n");
    const before = Date.now() / 1000;
    const clock = Number((await lab("ssh", "web1", "date +%s.%N")).stdout);
    assert.ok(clock > before - 1 && clock < Date.now() / 1000 + 1, `${before} ${clock}`);

    assert.match((await lab("snapshots")).stdout, /after-up .* 4\nmarked .* 4/);
    const reset = await lab("reset", ...broken);
    assert.equal(reset.code, 0, said(reset));
    assert.equal((await lab("ssh", "web1", "cat /root/mark")).code, 1);
    const unchanged = await byHand("pulumi up --yes --skip-preview --expect-no-changes --refresh");
    assert.equal(unchanged.code, 0, said(unchanged));
  });

  const refusals: readonly [words: readonly string[], message: RegExp][] = [
    [["snapshot", "Not a name"], /snapshot: got Not a name, need a name of 1 to 32/],
    [["snapshot", "marked"], /snapshot: marked exists already/],
    [["restore", "unknown"], /snapshot: got unknown, need one of: after-up, marked/],
    [["restore", "marked", "--only", "pagez"], /--only: got pagez, need one of: /],
  ];
  for (const [words, message] of refusals) {
    it(`refuses ${words.join(" ")}`, async () => {
      const result = await lab(...words);
      assert.equal(result.code, 2);
      assert.match(said(result), message);
    });
  }

  negativeControls(damages);

  /** Runs drills, and returns their figures by drill and name. Times and lost requests say little here: a busy machine changes them. */
  async function drilled(...drills: readonly string[]) {
    const result = await lab("drill", ...drills, "--rate", "5", "--json");
    assert.ok(result.code === 0 || result.code === 1, said(result));
    type Run = { drill: string; figures: { name: string; value?: unknown; ok: boolean }[] };
    const { runs } = JSON.parse(result.stdout) as { runs: Run[] };
    const figures = runs.flatMap((run) =>
      run.figures.map(({ name, ...figure }) => [`${run.drill}: ${name}`, figure] as const),
    );
    return { code: result.code, figures: new Map<string, (typeof figures)[number][1]>(figures) };
  }

  it("drills find what the configuration promises", async () => {
    const { figures } = await drilled("reload", "drain", "director-deaf");
    const seen = [
      "reload: MASTER afterwards",
      "drain: new requests while drained",
      "director-deaf: MASTER meanwhile",
      "director-deaf: MASTER afterwards",
    ].map((name) => [name, figures.get(name)?.value]);
    assert.deepEqual(seen, [
      ["reload: MASTER afterwards", "zhuserver"],
      ["drain: new requests while drained", 0],
      ["director-deaf: MASTER meanwhile", "zhuserver"],
      ["director-deaf: MASTER afterwards", "zhuserver"],
    ]);
  });

  it("a drill says that its hypothesis is false: the file on the MASTER has another priority than it runs with", async () => {
    const file = "/etc/keepalived/keepalived.conf";
    const changed = await lab("ssh", "zhuserver", `sed -i.kept 's/priority 100/priority 80/' ${file}`);
    assert.equal(changed.code, 0, said(changed));
    try {
      const { code, figures } = await drilled("reload");
      assert.equal(code, 1);
      assert.equal(figures.get("reload: MASTER afterwards")?.value, "beiserver");
    } finally {
      await lab("ssh", "zhuserver", `mv ${file}.kept ${file}; systemctl reload keepalived`);
    }
  });

  it("a drill that is killed in the middle leaves the lab healed by the next command", async () => {
    const note = path.join(state, "drills", "dev.json");
    const running = lab("drill", "httpd-stop", "--target", "web1");
    const isDown = async (): Promise<boolean> =>
      fs.existsSync(note) && (await lab("ssh", "web1", "systemctl is-active --quiet apache2")).code !== 0;
    assert.ok(await until(90, isDown), "nothing was broken");
    process.kill((JSON.parse(fs.readFileSync(note, "utf8")) as { pid: number }).pid, "SIGKILL");
    await running;
    assert.ok(await isDown(), "something else has healed it");
    const next = await lab("verify", "--json", "--only", "pages", "--only", "one-master");
    assert.equal(next.code, 0, said(next));
    assert.match(next.stderr, /drill httpd-stop was cut off: putting back web1: systemctl reset-failed apache2/);
    assert.ok(!fs.existsSync(note));
  });

  it("drain and failover, by hand and back", async () => {
    const done = async (...words: readonly string[]): Promise<string> => {
      const result = await lab(...words);
      assert.equal(result.code, 0, said(result));
      return result.stdout;
    };
    const weights = async (): Promise<string[]> =>
      (await done("ssh", "zhuserver", "ipvsadm --save --numeric")).match(/-w \d+/g) ?? [];
    assert.match(await done("drain", "web1"), /^web1 has weight 0 on zhuserver, beiserver: /);
    assert.deepEqual((await weights()).sort(), ["-w 0", "-w 1"]);
    await done("undrain", "web1");
    assert.deepEqual(await weights(), ["-w 1", "-w 1"]);
    const over = JSON.parse(await done("failover", "--json")) as Record<string, unknown>;
    assert.deepEqual([over.from, over.to, over.stopped], ["zhuserver", "beiserver", true]);
    assert.match(
      await done("failover", "--back"),
      /keepalived is started on zhuserver: zhuserver has 192\.168\.10\.200/,
    );
  });

  it("a source port that is used again within two minutes gets the same real server, so verify uses none twice", async () => {
    const curl = "curl -s --noproxy '*' --max-time 5";
    const url = "http://192.168.10.200/";
    // The client's kernel would not bind to a port in TIME_WAIT.
    const buckets = "/proc/sys/net/ipv4/tcp_max_tw_buckets";
    const twice = `${curl} --local-port 9001 ${url}`;
    const text = `read -r kept <${buckets}; echo 0 >${buckets}; ${twice}; ${curl} ${url}; ${curl} ${url}; ${twice}; echo "$kept" >${buckets}`;
    const asked = await lab("shell", "client", "sh", "-c", text);
    const [first, second, third, again] = asked.stdout.trim().split("\n");
    // In turn, the fourth answer would be the second server's.
    assert.notEqual(first, second);
    assert.equal(third, first);
    assert.equal(
      again,
      first,
      "IPVS forgets connections sooner than before: does verify still need its own source ports?",
    );
  });

  const drills = ["one-down", "failover", "round-robin", "request-way", "arp"];
  for (const first of drills)
    for (const second of drills)
      itSoaks(`${second} at once after ${first}`, async () => {
        for (const check of [first, second]) {
          const verified = await lab("verify", "--json", "--only", check);
          assert.equal(verified.code, 0, said(verified));
        }
      });

  negativeControls(splitBrain);
  negativeControls(nobody);

  securityTests();

  it("destroys everything: no domain, network, namespace, process or file of the lab", async () => {
    await asItStands(folder, pages.destroy);
    assert.deepEqual(await leftovers(/dr-keepalived|\bdev\b|zhuserver|qcow2|\blogs\b/), []);
  });

  it("destroy of a lab that does not exist succeeds", async () => {
    const result = await lab("destroy");
    assert.equal(result.code, 0, said(result));
  });
});
