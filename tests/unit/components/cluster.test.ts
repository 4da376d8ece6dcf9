import * as assert from "node:assert/strict";
import * as path from "node:path";
import { Cluster } from "../../../components/cluster";
import { RUN_SCRIPT } from "../../../components/machine/remote/runScript";
import { loadTopology } from "../../../documents/load";
import { bridgeName, clientPort } from "../../../model/topology/names";
import { fixture } from "../../fixtures";
import { mockKey, type Recorded, Recorder, settle } from "../../mocks";

const topology = loadTopology(path.join(__dirname, "../../../labs/dr-keepalived.yaml"));
const digest = "feedfacecafebabe";
const nodes = ["zhuserver", "beiserver", "web1", "web2"];
const macOf = (node: string): string => topology.nodes[node]?.interfaces.ens33?.mac ?? "";

const POOL = "libvirt:index/pool:Pool";
const VOLUME = "libvirt:index/volume:Volume";
const NETWORK = "libvirt:index/network:Network";
const SEED = "libvirt:index/combustion:Combustion";
const DOMAIN = "libvirt:index/domain:Domain";
const LOCAL = "command:local:Command";
const REMOTE = "command:remote:Command";

/** Registers document 000's lab. Mocks show order and deletion only as options. */
async function register(more: Partial<ConstructorParameters<typeof Cluster>[1]> = {}): Promise<Recorder> {
  const recorder = await Recorder.start();
  new Cluster("lab", {
    topology,
    imageDigest: digest,
    cacheDir: "/cache",
    accelerator: "tcg",
    poolPath: "/pool/dr-keepalived",
    consoleDir: "/logs",
    clientNamespace: "lvs-dr-keepalived-client",
    ...more,
  });
  await settle();
  return recorder;
}

describe("the components, with document 000's lab", () => {
  let lab: Recorder;
  before(async () => {
    lab = await register();
  });

  it("register exactly these resources", () => {
    const each = (make: (node: string) => string[]): string[] => nodes.flatMap(make);
    assert.deepEqual(
      lab.resources.map(({ type, name }) => `${type} ${name}`).sort(),
      [
        "lvs-lab:index:Cluster lab",
        `${POOL} lab-pool`,
        "lvs-lab:index:Image lab-image",
        `${LOCAL} lab-image-build-${digest}`,
        ...["root", "kernel", "initrd"].map((part) => `${VOLUME} lab-image-${part}-${digest}`),
        "lvs-lab:index:KeyPair lab-login-key",
        `${LOCAL} lab-login-key-generate`,
        "lvs-lab:index:Segment lab-lan",
        `${NETWORK} lab-lan-network`,
        ...each((node) => [
          `lvs-lab:index:Vm lab-${node}`,
          `lvs-lab:index:KeyPair lab-${node}-host-key`,
          `${LOCAL} lab-${node}-host-key-generate`,
          `${SEED} lab-${node}-seed`,
          `${VOLUME} lab-${node}-disk`,
          `${DOMAIN} lab-${node}-domain`,
          `${REMOTE} lab-${node}-ready`,
          `${REMOTE} lab-${node}-configure`,
        ]),
        ...["zhuserver", "beiserver"].map((node) => `lvs-lab:index:Director lab-${node}`),
        ...["web1", "web2"].map((node) => `lvs-lab:index:WebServer lab-${node}`),
        "lvs-lab:index:Client lab-client",
        `${LOCAL} lab-client-namespace`,
      ].sort(),
    );
    assert.equal(lab.resources.filter(({ custom }) => custom).length, 32);
  });

  it("own every resource except the cluster", () => {
    const strays = lab.resources.filter(({ parent }) => !parent.startsWith("lvs-lab:index:"));
    assert.deepEqual(
      strays.map(({ type }) => type),
      ["lvs-lab:index:Cluster"],
    );
  });

  it("do not send a component's arguments to the engine", () => {
    for (const { custom, inputs, name } of lab.resources) if (!custom) assert.deepEqual(inputs, {}, name);
  });

  it("show neither a private key nor the password", () => {
    const shown = lab.resources.map(({ visible }) => JSON.stringify(visible)).join("\n");
    assert.doesNotMatch(shown, /private lab-|123456/);
    const all = lab.resources.map(({ inputs }) => JSON.stringify(inputs)).join("\n");
    // The same search finds them where they are expected.
    for (const secret of [/private lab-login-key/, /private lab-web1-host-key/, /123456/]) assert.match(all, secret);
  });

  it("make a pool and the image's volumes in it", () => {
    assert.deepEqual(lab.find(POOL, "lab-pool").inputs, {
      name: "dr-keepalived",
      type: "dir",
      target: { path: "/pool/dr-keepalived" },
    });
    const build = lab.find(LOCAL, `lab-image-build-${digest}`);
    assert.deepEqual(build.inputs, {
      create: 'exec ./image/build "$CACHE"',
      environment: { CACHE: "/cache" },
      logging: "stderr",
      addPreviousOutputInEnv: false,
    });
    assert.deepEqual(lab.find(VOLUME, `lab-image-root-${digest}`).inputs, {
      name: `root-${digest}`,
      pool: "dr-keepalived",
      format: "qcow2",
      source: "/cache/root.qcow2",
    });
    assert.deepEqual(lab.find(VOLUME, `lab-image-kernel-${digest}`).inputs, {
      name: `kernel-${digest}`,
      pool: "dr-keepalived",
      format: "raw",
      source: "/cache/vmlinuz",
    });
    assert.deepEqual(lab.find(VOLUME, `lab-image-initrd-${digest}`).options.ignoreChanges, ["source"]);
  });

  it("make an isolated network without DHCP", () => {
    const { inputs, options } = lab.find(NETWORK, "lab-lan-network");
    const { xml, ...rest } = inputs as { xml: { xslt: string } };
    assert.deepEqual(rest, {
      name: "dr-keepalived-lan",
      bridge: bridgeName("dr-keepalived", "lan"),
      mode: "none",
      addresses: ["192.168.10.0/24"],
      dhcp: { enabled: false },
      dns: { enabled: false },
    });
    assert.match(xml.xslt, /<xsl:attribute name="address">192\.168\.10\.1</);
    assert.equal(options.deleteBeforeReplace, true);
  });

  it("generate keys once, and never log or change them", () => {
    const { inputs, options } = lab.find(LOCAL, "lab-web1-host-key-generate");
    assert.equal(inputs.logging, "none");
    assert.deepEqual(options.additionalSecretOutputs, ["stdout"]);
    assert.deepEqual(options.ignoreChanges, ["*"]);
  });

  it("boot each machine from an overlay and its seed, with the topology's MAC", () => {
    const { xml, ...domain } = lab.find(DOMAIN, "lab-web1-domain").inputs as { xml: { xslt: string } };
    assert.match(xml.xslt, /<log file="\/logs\/dr-keepalived-web1-console\.log"/);
    assert.deepEqual(domain, {
      name: "dr-keepalived-web1",
      type: "qemu",
      memory: 512,
      vcpu: 1,
      kernel: `lab-image-kernel-${digest}-id`,
      initrd: `lab-image-initrd-${digest}-id`,
      cmdlines: [
        {
          root: "/dev/vda",
          console: "ttyS0",
          panic: "1",
          mitigations: "off",
          init_on_alloc: "0",
          lsm: "capability",
          cgroup_disable: "memory",
        },
        { _: "rw quiet no_timer_check" },
      ],
      disks: [{ volumeId: "lab-web1-disk-id" }, { volumeId: "lab-web1-seed-id" }],
      networkInterfaces: [{ networkId: "lab-lan-network-id", mac: macOf("web1").toUpperCase() }],
      running: true,
    });
    assert.deepEqual(lab.find(VOLUME, "lab-web1-disk").inputs, {
      name: "web1.qcow2",
      pool: "dr-keepalived",
      format: "qcow2",
      baseVolumeId: `lab-image-root-${digest}-id`,
    });
    const seed = lab.find(SEED, "lab-web1-seed");
    assert.equal(seed.visible.content, "[secret]");
    assert.match(String(seed.inputs.content), /Address=192\.168\.10\.133\/24/);
    assert.match(String(seed.inputs.content), /ssh-ed25519 public-lab-login-key-generate/);
  });

  it("replace what cannot change, in order: identity, disk, machine, its commands", () => {
    const of = (type: string, name: string): Recorded["options"] => lab.find(type, name).options;
    assert.deepEqual(of(VOLUME, "lab-web1-disk").replaceWith, ["lab-web1-seed"]);
    assert.deepEqual(of(DOMAIN, "lab-web1-domain").replaceWith, ["lab-web1-disk"]);
    assert.deepEqual(of(DOMAIN, "lab-web1-domain").replaceOnChanges, ["kernel", "initrd", "networkInterfaces"]);
    for (const [type, name] of [
      [SEED, "seed"],
      [VOLUME, "disk"],
      [DOMAIN, "domain"],
    ] as const) {
      assert.equal(of(type, `lab-web1-${name}`).deleteBeforeReplace, true, name);
    }
    for (const command of lab.ofType(REMOTE)) {
      const domain = command.name.replace(/-[^-]+$/, "-domain");
      assert.equal(command.options.deletedWith, domain);
      assert.deepEqual(command.options.replaceWith, [domain]);
    }
  });

  it("reach each machine with its pinned host key, and wait for it once", () => {
    const connection = {
      host: "192.168.10.133",
      user: "root",
      privateKey: mockKey("lab-login-key-generate").split("ssh-")[0],
      hostKey: "ssh-ed25519 public-lab-web1-host-key-generate",
    };
    const ready = lab.find(REMOTE, "lab-web1-ready");
    // The official SDK fills in port, user and both limits by itself.
    assert.deepEqual(ready.inputs.connection, { ...connection, port: 22, dialErrorLimit: 600, perDialTimeout: 20 });
    assert.equal(ready.visible.connection, "[secret]");
    assert.match(String(ready.inputs.create), /is-system-running --wait/);
    assert.equal(ready.options.createTimeout, "900s");
    assert.ok(ready.options.dependsOn.includes("lab-web1-domain"));
    const configure = lab.find(REMOTE, "lab-web1-configure");
    assert.deepEqual(configure.inputs.connection, { ...connection, port: 22, dialErrorLimit: 10, perDialTimeout: 15 });
    assert.ok(configure.options.dependsOn.includes("lab-web1-ready"));
  });

  it("configure by one constant command, with everything on standard input and without a delete command", () => {
    for (const node of nodes) {
      const { inputs } = lab.find(REMOTE, `lab-${node}-configure`);
      assert.deepEqual(Object.keys(inputs).sort(), [
        "addPreviousOutputInEnv",
        "connection",
        "create",
        "logging",
        "stdin",
      ]);
      assert.equal(inputs.create, RUN_SCRIPT);
      assert.equal(inputs.addPreviousOutputInEnv, false);
    }
    const director = lab.find(REMOTE, "lab-zhuserver-configure");
    assert.equal(director.visible.stdin, "[secret]");
    assert.equal(director.inputs.logging, "stderr");
    assert.match(String(director.inputs.stdin), /auth_pass 123456/);
    assert.match(String(lab.find(REMOTE, "lab-web1-configure").visible.stdin), /zzt is boy/);
  });

  it("give the client its namespace on the segment's bridge", () => {
    const { inputs, options } = lab.find(LOCAL, "lab-client-namespace");
    assert.deepEqual(inputs.environment, {
      NAMESPACE: "lvs-dr-keepalived-client",
      CARD: "client0",
      PORT: clientPort("dr-keepalived"),
      BRIDGE: bridgeName("dr-keepalived", "lan"),
      MAC: topology.client.mac,
      ADDRESSES: "192.168.10.135/24 192.168.10.136/24 192.168.10.137/24",
    });
    assert.match(String(inputs.create), /^set -- up\n/);
    assert.match(String(inputs.delete), /^set -- down\n/);
    assert.deepEqual(options.replaceWith, ["lab-lan-network"]);
  });
});

describe("the components, with document 002's lab", () => {
  const other = loadTopology(path.join(__dirname, "../../../labs/dr-ipvsadm-nfs.yaml"));
  let lab: Recorder;
  before(async () => {
    lab = await register({ topology: other });
  });

  it("register a director, two web servers and an NFS server", () => {
    const roles = lab.resources.filter(({ type }) => /index:(Director|WebServer|NfsServer)$/.test(type));
    assert.deepEqual(roles.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort(), [
      "Director lab-lvs",
      "NfsServer lab-nfs",
      "WebServer lab-web1",
      "WebServer lab-web2",
    ]);
    assert.equal(lab.resources.filter(({ custom }) => custom).length, 32);
  });

  it("configure the NFS server with its share, without secrets", () => {
    const { visible } = lab.find(REMOTE, "lab-nfs-configure");
    assert.match(
      String(visible.stdin),
      /file '\/etc\/exports' '0644' '# Generated[\s\S]*\/opt\/wwwroot 192\.168\.16\.0\/24\(rw,/,
    );
    assert.match(String(visible.stdin), /unit 'nfs-server' 'enabled' 'active'/);
  });

  it("mount it on the web servers, and give the director ipvsadm's table", () => {
    const web = String(lab.find(REMOTE, "lab-web1-configure").visible.stdin);
    assert.match(web, /line '\/var\/www\/html' '\/etc\/fstab' '0644' '192\.168\.16\.145:\/opt\/wwwroot /);
    const director = String(lab.find(REMOTE, "lab-lvs-configure").inputs.stdin);
    assert.match(director, /-a -t 192\.168\.16\.100:80 -r 192\.168\.16\.144:80 -g -w 1/);
    assert.match(director, /unit 'ipvsadm' 'enabled' 'active'/);
  });

  it("configure the share before the machines that mount it, and the web servers before the director", () => {
    const waits = (node: string) => lab.find(REMOTE, `lab-${node}-configure`).options.dependsOn;
    assert.deepEqual(
      waits("nfs").filter((name) => name.endsWith("-configure")),
      [],
    );
    assert.ok(waits("web1").includes("lab-nfs-configure"));
    for (const web of ["web1", "web2"]) assert.ok(waits("lvs").includes(`lab-${web}-configure`));
  });
});

describe("the components, with document 001's lab", () => {
  const other = loadTopology(path.join(__dirname, "../../../labs/l7-haproxy.yaml"));
  let lab: Recorder;
  before(async () => {
    lab = await register({ topology: other, authPass: "canary" });
  });

  it("register two proxies and two web servers, and no director", () => {
    const roles = lab.resources.filter(({ type }) => /index:(Director|WebServer|NfsServer|ProxyServer)$/.test(type));
    assert.deepEqual(roles.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort(), [
      "ProxyServer lab-lb01",
      "ProxyServer lab-lb02",
      "WebServer lab-web01",
      "WebServer lab-web02",
    ]);
    assert.equal(lab.resources.filter(({ custom }) => custom).length, 32);
  });

  it("configure the web servers before the proxies", () => {
    const waits = lab.find(REMOTE, "lab-lb01-configure").options.dependsOn;
    for (const web of ["web01", "web02"]) assert.ok(waits.includes(`lab-${web}-configure`));
  });

  it("configure a proxy with its software, the script and keepalived, whose password is a secret", () => {
    const { inputs, visible } = lab.find(REMOTE, "lab-lb01-configure");
    assert.equal(visible.stdin, "[secret]");
    assert.equal(inputs.logging, "stderr");
    const text = String(inputs.stdin);
    assert.match(text, /file '\/etc\/haproxy\/haproxy\.cfg' '0644' [\s\S]* 'haproxy' '-c'/);
    assert.match(text, /server web02 10\.0\.0\.8:80 weight 1 check/);
    assert.match(text, /file '\/etc\/keepalived\/haproxy_check\.sh' '0755'/);
    assert.match(text, /auth_pass canary/);
    assert.match(text, /track_script \{\n {8}chk_haproxy/);
  });
});

describe("the components, with a client that is a guest", () => {
  const of = fixture("valid-client-vm");
  let lab: Recorder;
  before(async () => {
    lab = await register({ topology: of });
  });

  it("register one more guest, and no namespace", () => {
    assert.deepEqual(
      lab.resources
        .filter(({ name }) => /^lab-client\b/.test(name))
        .map(({ type, name }) => `${type} ${name}`)
        .sort(),
      [
        "lvs-lab:index:ClientGuest lab-client",
        "lvs-lab:index:KeyPair lab-client-host-key",
        "lvs-lab:index:Vm lab-client",
        `${LOCAL} lab-client-host-key-generate`,
        `${SEED} lab-client-seed`,
        `${VOLUME} lab-client-disk`,
        `${DOMAIN} lab-client-domain`,
        `${REMOTE} lab-client-ready`,
        `${REMOTE} lab-client-configure`,
      ].sort(),
    );
    assert.equal(lab.ofType(DOMAIN).length, 4);
  });

  it("connect it to its segment, with all of its addresses and its routes", () => {
    const { networkInterfaces, memory } = lab.find(DOMAIN, "lab-client-domain").inputs;
    assert.deepEqual(networkInterfaces, [{ networkId: "lab-outside-network-id", mac: of.client.mac.toUpperCase() }]);
    assert.equal(memory, 256);
    assert.match(
      String(lab.find(SEED, "lab-client-seed").inputs.content),
      /Name=client0\n\n\[Network\]\nAddress=10\.1\.0\.31\/24\nAddress=10\.1\.0\.32\/24\n/,
    );
    const script = String(lab.find(REMOTE, "lab-client-configure").visible.stdin);
    assert.match(script, /network 'client0' '[^']*Destination=10\.0\.0\.0\/24\nGateway=10\.1\.0\.254/);
    assert.match(script, /^packages 'apt' '' 'iputils-arping' .* 'curl' .* 'tcpdump' /m);
  });
});

describe("the components, with other arguments", () => {
  it("use the host's processor with kvm", async () => {
    const lab = await register({ accelerator: "kvm" });
    const { type, cpu } = lab.find(DOMAIN, "lab-web1-domain").inputs;
    assert.deepEqual({ type, cpu }, { type: "kvm", cpu: { mode: "host-passthrough" } });
  });

  it("use the stack's VRRP password, as a secret", async () => {
    const lab = await register({ authPass: "canary" });
    const { inputs, visible } = lab.find(REMOTE, "lab-beiserver-configure");
    assert.match(String(inputs.stdin), /auth_pass canary/);
    assert.equal(visible.stdin, "[secret]");
  });

  it("use the stack's time for a guest to answer: in dials, and three times as long in total", async () => {
    const { inputs, options } = (await register({ bootTimeout: 20 })).find(REMOTE, "lab-web1-ready");
    assert.equal((inputs.connection as { dialErrorLimit: number }).dialErrorLimit, 40);
    assert.equal(options.createTimeout, "60s");
  });

  it("build the bare image, and give the repository to every machine", async () => {
    const packages = { trusted: true, address: "http://192.168.10.1:8000", parts: ["./"] };
    const lab = await register({ bare: true, packages });
    const { create } = lab.find(LOCAL, `lab-image-build-${digest}`).inputs;
    assert.equal(create, 'exec ./image/build --bare "$CACHE"');
    for (const node of nodes) {
      const script = String(lab.find(REMOTE, `lab-${node}-configure`).inputs.stdin);
      assert.match(script, /^packages 'apt' '\[trusted=yes\] http:\/\/192\.168\.10\.1:8000 \.\/' '\w+' /m);
    }
  });

  it("configure machines with the names of their image's family", async () => {
    const disk = { source: "/rhel.qcow2", checksum: `sha256:${"a".repeat(64)}`, format: "qcow2" } as const;
    const lab = await register({ cloudImage: { family: "rhel", disk } });
    assert.match(
      String(lab.find(REMOTE, "lab-web1-configure").inputs.stdin),
      /^packages 'dnf' '' 'httpd' [^]*unit 'httpd'/m,
    );
    assert.match(String(lab.find(REMOTE, "lab-zhuserver-configure").inputs.stdin), /^unit 'firewalld' 'disabled'/m);
  });

  it("connect to an existing bridge without making a network", async () => {
    const lan = {
      ...topology.segments.lan,
      cidr: "192.168.10.0/24",
      hostAddress: "192.168.10.1",
      mode: "bridge",
      bridge: "br0",
    } as const;
    const lab = await register({ topology: { ...topology, segments: { lan } } });
    assert.deepEqual(lab.ofType(NETWORK), []);
    const { networkInterfaces } = lab.find(DOMAIN, "lab-web1-domain").inputs;
    assert.deepEqual(networkInterfaces, [{ bridge: "br0", mac: macOf("web1").toUpperCase() }]);
    assert.equal((lab.find(LOCAL, "lab-client-namespace").inputs.environment as { BRIDGE: string }).BRIDGE, "br0");
  });

  it("gives the client's namespace its further addresses by a script behind its own, which is the same without them", async () => {
    const clientOf = async (file: string) => {
      const lab = await register({ topology: fixture(file) });
      return lab.find(LOCAL, "lab-client-namespace").inputs as { environment: Record<string, string>; create: string };
    };
    const [plain, further] = [await clientOf("valid-servers"), await clientOf("valid-stand-ins")];
    assert.equal(plain.environment.ALIASES, undefined);
    assert.equal(further.environment.ALIASES, "2001:db8:54::41/64");
    assert.ok(further.create.startsWith(plain.create));
    assert.match(further.create.slice(plain.create.length), /\$ALIASES/);
    assert.doesNotMatch(plain.create, /ALIASES/);
  });

  it("give machines of a NAT segment its default route", async () => {
    const lan = { cidr: "192.168.10.0/24", hostAddress: "192.168.10.254", mode: "nat" } as const;
    const lab = await register({ topology: { ...topology, segments: { lan } } });
    assert.equal(lab.find(NETWORK, "lab-lan-network").inputs.mode, "nat");
    assert.match(String(lab.find(SEED, "lab-web1-seed").inputs.content), /Gateway=192\.168\.10\.254/);
  });
});

describe("the components, with labs of several networks", () => {
  const labNamed = (name: string) => loadTopology(path.join(__dirname, `../../../labs/${name}.yaml`));
  const script = (lab: Recorder, node: string): string =>
    String(lab.find(REMOTE, `lab-${node}-configure`).inputs.stdin);

  it("make a network per segment, connect each card to its own, and give the router its role", async () => {
    const lab = await register({ topology: labNamed("dr-two-networks") });
    assert.deepEqual(
      lab
        .ofType(NETWORK)
        .map(({ name }) => name)
        .sort(),
      ["lab-inside-network", "lab-outside-network"],
    );
    const { networkInterfaces } = lab.find(DOMAIN, "lab-router146-domain").inputs as {
      networkInterfaces: { networkId: string }[];
    };
    assert.deepEqual(
      networkInterfaces.map(({ networkId }) => networkId),
      ["lab-outside-network-id", "lab-inside-network-id"],
    );
    assert.equal(lab.ofType("lvs-lab:index:Router").length, 1);
    assert.equal(lab.resources.filter(({ custom }) => custom).length, 39);
    assert.match(script(lab, "router146"), /net\.ipv4\.ip_forward = 1/);
    assert.match(script(lab, "router146"), /network 'eth0' '[^']*Gateway=192\.168\.0\.1\n'\nnetwork 'eth1' ''/);
    assert.match(script(lab, "web142"), /Destination=0\.0\.0\.0\/0\nGateway=192\.168\.100\.146/);
    assert.match(script(lab, "web142"), /ServerName health\.lab/);
    assert.match(script(lab, "lb140"), /lvs-lab-mail\.socket/);
    assert.match(script(lab, "lb140"), /'sorry\n'/);
  });

  it("give the client its routes", async () => {
    const lab = await register({ topology: labNamed("dr-two-networks") });
    const { environment, create } = lab.find(LOCAL, "lab-client-namespace").inputs as {
      environment: { ROUTES: string };
      create: string;
    };
    assert.equal(environment.ROUTES, "192.168.100.0/24,192.168.0.146");
    assert.match(create, /route add "\$\{route%,\*\}" via "\$\{route#\*,\}"/);
  });

  it("make a director forward for NAT, and httpd listen on the real server's port", async () => {
    const lab = await register({ topology: labNamed("nat") });
    assert.match(script(lab, "lb03"), /'net\/ipv4\/ip_forward' '1'/);
    assert.match(script(lab, "lb03"), /172\.16\.1\.254 dev eth1/);
    assert.match(script(lab, "web03"), /Listen 8080/);
    assert.doesNotMatch(script(lab, "web03"), /ipip/);
  });

  it("load the tunnel only on real servers of TUN", async () => {
    const lab = await register({ topology: labNamed("tun") });
    for (const node of ["web03", "web04"]) assert.match(script(lab, node), /module 'ipip'[\s\S]*tunl0\/rp_filter' '2'/);
    for (const node of ["lb03", "router"]) assert.doesNotMatch(script(lab, node), /ipip/);
  });
});
