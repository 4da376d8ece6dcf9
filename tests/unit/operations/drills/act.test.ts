import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { type Act, actText, type Hands, perform, performAll } from "../../../../operations/drills/act";
import { lab } from "../../../fixtures";
import { outputsOf } from "../verify/outputs";

const outputs = outputsOf(lab("dr-keepalived"));

/** Hands that note what they do. Commands with these words fail. */
function hands(...failing: readonly string[]): { readonly made: Hands; readonly done: string[] } {
  const done: string[] = [];
  const noted =
    (verb: string) =>
    async (...words: readonly unknown[]): Promise<undefined> =>
      void done.push([verb, ...words].join(" "));
  const session = {
    node: (name: string) => outputs.nodes.find((one) => one.name === name),
    ssh: async (node: string, command: string) => {
      done.push(`${node}: ${command}`);
      return {
        code: failing.includes(command) ? 3 : 0,
        stdout: "",
        stderr: failing.includes(command) ? "no such unit\n" : "",
      };
    },
    reconnect: noted("reconnect"),
  };
  const host = {
    powerOff: noted("power off"),
    start: noted("start"),
    pause: noted("pause"),
    tryResume: noted("resume"),
    setLink: noted("link"),
  };
  return { made: { session, host } as unknown as Hands, done };
}

const mac = lab("dr-keepalived").nodes.zhuserver?.interfaces.ens33?.mac ?? "";

describe("acts of a drill", () => {
  const booted = "zhuserver: systemctl is-system-running --wait >/dev/null; true";
  const cases: readonly (readonly [act: Act, done: readonly string[], text: string])[] = [
    [{ do: "run", node: "web1", command: "true" }, ["web1: true"], "web1: true"],
    [{ do: "power off", node: "zhuserver" }, ["power off dr-keepalived-zhuserver"], "zhuserver: power off"],
    [
      { do: "power on", node: "zhuserver" },
      ["start dr-keepalived-zhuserver", "reconnect zhuserver", booted],
      "zhuserver: power on",
    ],
    [{ do: "pause", node: "zhuserver" }, ["pause dr-keepalived-zhuserver"], "zhuserver: pause"],
    [
      { do: "resume", node: "zhuserver" },
      ["resume dr-keepalived-zhuserver", booted, "zhuserver: /usr/lib/lvs-lab/clock"],
      "zhuserver: resume",
    ],
    [
      { do: "link", node: "zhuserver", card: "ens33", up: false },
      [`link dr-keepalived-zhuserver ${mac} down`],
      "zhuserver: link of ens33 down",
    ],
  ];
  for (const [act, wanted, text] of cases)
    it(`${act.do} is done, and told as "${text}"`, async () => {
      const { made, done } = hands();
      await perform(made, act);
      assert.deepEqual(done, wanted);
      assert.equal(actText(act), text);
    });

  const port = `fe${mac.slice(2)}`;
  const frames: readonly (readonly [act: Act, rules: readonly string[], text: string])[] = [
    [
      { do: "adverts", from: ["10.0.0.1", "10.0.0.2"], pass: false },
      ["ip protocol 112 ip saddr { 10.0.0.1, 10.0.0.2 } drop"],
      "adverts of 10.0.0.1, 10.0.0.2 are dropped",
    ],
    [
      { do: "frames", node: "zhuserver", card: "ens33", way: "from", pass: false },
      ['iifname "vnet7" drop'],
      "zhuserver: frames from ens33 are dropped",
    ],
    [
      { do: "frames", node: "zhuserver", card: "ens33", way: "to", pass: false },
      ['oifname "vnet7" drop'],
      "zhuserver: frames to ens33 are dropped",
    ],
    [
      { do: "frames", node: "zhuserver", card: "ens33", way: "from and to", pass: false },
      ['iifname "vnet7" drop', 'oifname "vnet7" drop'],
      "zhuserver: frames from and to ens33 are dropped",
    ],
    [
      { do: "frames", node: "zhuserver", card: "ens33", way: "from", pass: true },
      [],
      "zhuserver: frames from ens33 pass",
    ],
  ];
  /** What nft reads if the bridge has these ports. */
  async function ruled(act: Act, ports: readonly { readonly ifname: string; readonly address: string }[]) {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-nft-")), "rules");
    const { session } = hands().made;
    const node = (name: string) => session.node(name);
    const enter = (program: string) => (program === "ip" ? ["echo", JSON.stringify(ports)] : ["tee", file]);
    try {
      await perform({ session: { node, enter } } as unknown as Hands, act);
      return fs.readFileSync(file, "utf8");
    } finally {
      fs.rmSync(path.dirname(file), { recursive: true });
    }
  }
  for (const [act, rules, text] of frames)
    it(`${text}: by rules of the bridge, in a table that can be removed again`, async () => {
      const read = await ruled(act, [
        { ifname: "vnet3", address: "fe:54:00:00:00:01" },
        { ifname: "vnet7", address: port },
      ]);
      assert.match(read, rules.length === 0 ? /^table bridge (\S+)\ndelete table bridge \1\n$/ : /^table bridge /);
      assert.deepEqual(
        read.split("\n").flatMap((line) => (line.endsWith(" drop") ? [line.trim()] : [])),
        rules,
      );
      assert.equal(actText(act), text);
    });

  it("say that a card has no port on a bridge", () =>
    assert.rejects(
      ruled({ do: "frames", node: "zhuserver", card: "ens33", way: "from", pass: false }, []),
      new RegExp(`no bridge has a port of the card ${mac}`),
    ));

  it("are all done, also after one that failed, which is told", async () => {
    const { made, done } = hands("systemctl start x");
    const acts: Act[] = ["systemctl start x", "true"].map((command) => ({ do: "run", node: "web1", command }));
    await assert.rejects(
      performAll(made, acts),
      /^UserError: web1: systemctl start x: exit code 3: no such unit$|web1: systemctl start x: exit code 3: no such unit/,
    );
    assert.deepEqual(done, ["web1: systemctl start x", "web1: true"]);
    await assert.rejects(perform(made, { do: "link", node: "web1", card: "eth9", up: true }), /web1 has no card eth9/);
  });
});
