import * as assert from "node:assert/strict";
import { type Exported, forget, nameOf, namesIn, type Resource } from "../../../../operations/engine/deployment";
import type { PlatformObject } from "../../../../components/platform/platform";
import type { LabObject } from "../../../../operations/engine/objects";
import { isMissing, straysOf } from "../../../../operations/engine/mend";

const urn = (type: string, name: string): string => `urn:pulumi:life::lvs-lab::${type}::${name}`;
const types = {
  pool: "libvirt:index/pool:Pool",
  volume: "libvirt:index/volume:Volume",
  seed: "libvirt:index/combustion:Combustion",
  network: "libvirt:index/network:Network",
  domain: "libvirt:index/domain:Domain",
  local: "command:local:Command",
  remote: "command:remote:Command",
};

function resource(kind: keyof typeof types, name: string, more: Partial<Resource> = {}): Resource {
  return { urn: urn(types[kind], name), type: types[kind], ...more };
}
const pool = resource("pool", "life-pool", { id: "pool-uuid", inputs: { name: "life" } });
const network = resource("network", "life-lan-network", { id: "net-uuid" });
const disk = resource("volume", "life-web-disk", { id: "/pool/web.qcow2", dependencies: [pool.urn] });
const seed = resource("seed", "life-web-seed", { id: "/pool/web-seed.sh;some-uuid", dependencies: [pool.urn] });
const memory = resource("local", "life-web-memory", {
  id: "made-up",
  inputs: { environment: { SAVE: "/save/life-web.save" } },
  dependencies: [disk.urn],
});
const domain = resource("domain", "life-web-domain", {
  id: "dom-uuid",
  inputs: { name: "life-web" },
  propertyDependencies: { disks: [disk.urn, seed.urn], networkInterfaces: [network.urn], memory: null },
});
const client = resource("local", "life-client-namespace", {
  id: "made-up-too",
  inputs: { environment: { NAMESPACE: "lvs-life-client" } },
  dependencies: [network.urn],
});
const script = resource("remote", "life-web-configure", { id: "anything", deletedWith: domain.urn });
const image = resource("volume", "life-image-root", { id: "/pool/root", dependencies: [pool.urn] });
const all = [pool, network, disk, seed, image, memory, domain, client, script];
const state = (resources: readonly Resource[]): Exported => ({ version: 3, deployment: { resources } });
const names = (resources: readonly Resource[]): string[] => resources.map(nameOf);

const object = (kind: PlatformObject["kind"], name: string, id: string, active = true): PlatformObject => ({
  kind,
  name,
  id,
  active,
});
const objects = [
  object("domain", "life-web", "dom-uuid", false),
  object("network", "life-lan", "net-uuid"),
  object("pool", "life", "pool-uuid"),
  ...["web.qcow2", "web-seed.sh", "root"].map((name) => object("volume", name, `/pool/${name}`)),
];
const clients: LabObject[] = [{ kind: "namespace", lab: "life", name: "lvs-life-client", id: "lvs-life-client" }];

describe("state and libvirt", () => {
  const missing = (there: readonly PlatformObject[], marked = clients) =>
    forget(state(all), isMissing({ objects: there, marked }));
  const without = (...ids: readonly string[]) => objects.filter(({ id }) => !ids.includes(id));

  it("agree: nothing is dropped, not even a guest that is switched off", () => {
    assert.deepEqual(names(missing(objects).forgotten), []);
  });

  it("a missing domain removes its configuration from the state, and nothing else", () => {
    const { kept, forgotten } = missing(without("dom-uuid"));
    assert.deepEqual(names(forgotten), ["life-web-domain", "life-web-configure"]);
    assert.deepEqual(names(kept.deployment.resources ?? []), [
      "life-pool",
      "life-lan-network",
      "life-web-disk",
      "life-web-seed",
      "life-image-root",
      "life-web-memory",
      "life-client-namespace",
    ]);
  });

  it("an inactive network has no bridge: its guests and the client go too", () => {
    const { forgotten } = missing(objects.map((one) => (one.kind === "network" ? { ...one, active: false } : one)));
    assert.deepEqual(names(forgotten), [
      "life-lan-network",
      "life-web-domain",
      "life-client-namespace",
      "life-web-configure",
    ]);
  });

  it("a missing disk removes memory and domain from the state", () => {
    const { forgotten } = missing(without("/pool/web.qcow2"));
    assert.deepEqual(names(forgotten), ["life-web-disk", "life-web-memory", "life-web-domain", "life-web-configure"]);
  });

  it("everything is gone", () => {
    assert.equal(missing([], []).kept.deployment.resources?.length, 0);
  });

  it("a resource that waits for its deletion goes alone", () => {
    const old: Resource = { ...domain, id: "old-uuid", delete: true };
    const { forgotten } = forget(state([...all, old]), isMissing({ objects, marked: clients }));
    assert.deepEqual(forgotten, [old]);
  });

  it("names what bears the mark and is not in the state; saved memory belongs to its command", () => {
    const there: LabObject[] = [
      ...clients,
      { kind: "domain", lab: "life", name: "life-web", id: "dom-uuid" },
      { kind: "domain", lab: "life", name: "life-lb", id: "other-uuid" },
      { kind: "volume", lab: "life", name: "web-seed.sh", id: "/pool/web-seed.sh" },
      { kind: "volume", lab: "life", name: "lb.qcow2", id: "/pool/lb.qcow2" },
      { kind: "memory", lab: "life", name: "life-web", id: "/save/life-web.save" },
      { kind: "memory", lab: "life", name: "life-lb", id: "/save/life-lb.save.part" },
    ];
    assert.deepEqual(
      straysOf(there, state(all)).map(({ kind, name }) => `${kind} ${name}`),
      ["domain life-lb", "volume lb.qcow2", "memory life-lb"],
    );
  });

  it("knows the domains of a state", () => {
    assert.deepEqual(namesIn(state(all), "domain"), ["life-web"]);
    assert.deepEqual(namesIn({ version: 3, deployment: {} }, "domain"), []);
  });
});
