import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { inRoot } from "../../operations/paths";
import { run } from "../../operations/run";
import { fixturePath } from "../fixtures";
import { byHand, endLabs, lab, labShown, leftovers, claimNamespace, said, state } from "./lab";

const name = "cloud-image";
const topology = path.join(state, `${name}.yaml`);
const description = path.join(state, "image.yaml");

type Image = { disk: { source: string }; boot?: object };

/**
 * A director and a web server on a stock image with cloud-init, which starts by its own bootloader. That is slow, but the only way for a
 * publisher's image. The tests run in order and share the lab.
 */
describe("a lab on a cloud image", () => {
  before(async () => {
    await claimNamespace();
    fs.mkdirSync(state, { recursive: true });
    const minimal = fs.readFileSync(fixturePath("valid-minimal"), "utf8");
    fs.writeFileSync(topology, minimal.replace(/^name: .*$/m, `name: ${name}`).replace(/\bweb:/g, "web1:"));
    const built = (await run([inRoot("bench", "cloud-image", "build")], { show: "errors" })).trim();
    const { disk } = parse(fs.readFileSync(built, "utf8")) as Image;
    const source = path.join(path.dirname(built), disk.source);
    fs.writeFileSync(description, stringify({ disk: { ...disk, source } } satisfies Image));
  });

  after(() => endLabs([topology]));

  const configured = (text: string) => byHand(`pulumi config set lvs-lab:image ${description}; ${text}`, topology);

  it("is refused with one error if its disk has another checksum", async () => {
    const right = fs.readFileSync(description, "utf8");
    fs.writeFileSync(description, right.replace(/sha256:\w+/, `sha256:${"0".repeat(64)}`));
    const result = await configured("pulumi up --yes --skip-preview");
    fs.writeFileSync(description, right);
    assert.notEqual(result.code, 0);
    assert.match(said(result), /lvs-lab:image: .*disk\.qcow2: got sha256 [0-9a-f]{64}, need 0{64}/);
    assert.doesNotMatch(said(result), /libvirt:index:Domain/);
  });

  it("comes up and verifies", async () => {
    assert.equal((await labShown("up", topology)).code, 0);
  });

  it("finds its identity on the seed disk, which cloud-init's own schema accepts", async () => {
    const status = await lab(
      "ssh",
      "--lab",
      topology,
      "web1",
      "cloud-init status --long && cloud-init schema --system",
    );
    assert.equal(status.code, 0, said(status));
    assert.match(status.stdout, /detail: DataSourceNoCloud \[seed=\/dev\/vdb\]/);
    assert.match(status.stdout, /Valid schema user-data[^]*Valid schema network-config/);
    assert.match(status.stdout, /^recoverable_errors: \{\}$/m);
  });

  it("lets root in only with a key, and has only the pinned host key", async () => {
    const looked = await lab(
      "ssh",
      "--lab",
      topology,
      "web1",
      "passwd -S root; cut -d: -f2 /etc/shadow; ls /etc/ssh; sshd -T",
    );
    assert.equal(looked.code, 0, said(looked));
    assert.match(looked.stdout, /^root L /);
    assert.doesNotMatch(looked.stdout, /^\$/m);
    assert.deepEqual(looked.stdout.match(/ssh_host_\w+_key$/gm), ["ssh_host_ed25519_key", "ssh_host_ed25519_key"]);
    assert.match(looked.stdout, /^passwordauthentication no$/m);
  });

  it("keeps the VIP when networkd starts again", async () => {
    const restart = "systemctl restart systemd-networkd && sleep 2 && ip -4 -brief address show dev eth0";
    assert.match((await lab("ssh", "--lab", topology, "lb", restart)).stdout, /10\.0\.0\.3\/32/);
  });

  it("changes nothing the second time, and libvirt does not differ from the state", async () => {
    for (const command of ["up --yes --skip-preview", "preview --refresh"]) {
      const result = await byHand(`pulumi ${command} --expect-no-changes`, topology);
      assert.equal(result.code, 0, said(result));
    }
  });

  it("leaves nothing when it is destroyed", async () => {
    const result = await lab("destroy", topology);
    assert.equal(result.code, 0, said(result));
    assert.deepEqual(await leftovers(/cloud-image-|qcow2|cidata|\blogs\b/), []);
  });
});
