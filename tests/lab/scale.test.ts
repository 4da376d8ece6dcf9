import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { load } from "../../bench/load";
import { cacheDir, inRoot } from "../../operations/paths";
import { run, tryRun } from "../../operations/run";
import { itSoaks } from "../soak";
import { byHand, clientOf, endLabs, lab, leftovers, claimNamespace, said } from "./lab";
import { differences } from "./looks";
import { templateFolder, templatesDir } from "../../components/platform/templateSpec";

/** Whether a page comes through the VIP within some seconds. */
async function served(namespace: string, url: string, limit = 5): Promise<boolean> {
  const most = ["--max-time", `${limit}`];
  const words = ["curl", "--silent", "--fail", "--output", "/dev/null", "--noproxy", "*", ...most, url];
  return (await tryRun(["nsenter", `--net=/run/netns/${namespace}`, "--", ...words])).code === 0;
}

/** A group of web servers grows from two to three while a client never stops asking. The tests run in order. */
describe("scale", () => {
  before(claimNamespace);

  after(() => endLabs(["scale"]));

  it("comes up with a broken template: its guests boot, and one line says why", async () => {
    // Only this lab has the web servers' shape; all labs share the directors' shape.
    const digest = (await run([inRoot("image", "build"), "--digest"])).trim();
    for (const accelerator of ["tcg", "kvm"] as const) {
      const template = templateFolder(templatesDir(cacheDir, digest), { accelerator, memory: 256, vcpus: 1, cards: 1 });
      fs.mkdirSync(template, { recursive: true });
      const version = await run([inRoot("host", "fork"), "version", accelerator]);
      fs.writeFileSync(path.join(template, "made-with"), version);
      fs.writeFileSync(path.join(template, "memory"), "QEVM, and then nothing that QEMU understands");
    }
    const result = await lab("up", "scale", "--webs", "2");
    assert.equal(result.code, 0, said(result));
    assert.match(said(result), /web1: its template's memory was not restored \(.*\): it boots instead/);
    assert.match(result.stdout, /(\d+) of \1 checks passed/);
    const guests = await lab("inspect", "--boot", "--json", "--lab", "scale");
    const how = [...guests.stdout.matchAll(/"node": "(\w+)",\s*"how": "(\w+)"/g)].map(
      ([, node, word]) => `${node} ${word}`,
    );
    assert.deepEqual(how, ["lb1 forked", "lb2 forked", "web1 booted", "web2 booted"]);
  });

  it("gets one more web server, changes only that one and the directors, and loses no request", async () => {
    const started = "systemctl show --value --property=ActiveEnterTimestampMonotonic apache2 lvs-lab-vip";
    const since = () =>
      Promise.all(["web1", "web2"].map(async (node) => (await lab("ssh", "--lab", "scale", node, started)).stdout));
    const before = await since();
    const stop = load(() => served(clientOf("scale"), "http://192.168.20.100/"));
    // Do not use `lab up`, because its verify moves the VIP.
    const result = await byHand("pulumi config set lvs-lab:webs 3; pulumi up --yes --skip-preview", "scale");
    const { asked, failed } = await stop();
    assert.equal(result.code, 0, said(result));
    assert.ok(asked > 50, `${asked} requests`);
    assert.equal(failed, 0, `${failed} of ${asked} requests`);
    assert.deepEqual(await since(), before);
    const verified = await lab("verify", "--json", "--lab", "scale", "--only", "tables", "--only", "one-master");
    assert.equal(verified.code, 0, said(verified));
    // Only the third one's resources and the scripts of the two directors; nothing is replaced or deleted.
    assert.match(said(result), /~ 2 updated/);
    assert.doesNotMatch(said(result), /replaced|deleted/);
  });

  it("a second up by hand changes nothing", async () => {
    const result = await byHand("pulumi up --yes --skip-preview --expect-no-changes", "scale");
    assert.equal(result.code, 0, said(result));
  });

  // This takes long: a director boots, because no template has its memory size.
  itSoaks(
    "a MASTER with another memory size is replaced: the VIP is away no longer than in a failover, and comes back",
    async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-scale-"));
      const topology = path.join(folder, "scale.yaml");
      const text = fs.readFileSync(inRoot("labs", "scale.yaml"), "utf8");
      fs.writeFileSync(topology, text.replace("role: director", "role: director\n    memory: 320"));
      const stop = load(() => served(clientOf("scale"), "http://192.168.20.100/", 1));
      const result = await byHand("pulumi up --yes --skip-preview", topology);
      const { failed, silent } = await stop();
      assert.equal(result.code, 0, said(result));
      assert.match(said(result), /scale-lb1-domain deleted original[\s\S]*scale-lb1-domain created replacement/);
      assert.doesNotMatch(said(result), /scale-(lb2|web\d)-domain/);
      // Three adverts and the skew of priority 90 are 3.65 s; a request without an answer is given up after 1 s.
      assert.ok(failed > 0 && silent < 3.65 + 1.5, `${silent.toFixed(2)} s, ${failed} requests failed`);
      console.log(`      no answer for ${silent.toFixed(2)} s`);
      assert.deepEqual(await differences(topology), { code: 0, all: [] });
      fs.rmSync(folder, { recursive: true });
    },
  );

  it("is destroyed without a trace", async () => {
    const result = await lab("destroy", "scale");
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/scale|qcow2|\blogs\b/), []);
  });
});
