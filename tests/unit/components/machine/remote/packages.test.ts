import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import type { Step } from "../../../../../components/machine/remote/script";
import { Bench } from "./bench";

type Packages = Extract<Step, { kind: "packages" }>;

describe("packages of a script", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
    bench.write("proc/kernel/hostname", "web1\n");
    for (const folder of ["dpkg/updates", "sources"]) fs.mkdirSync(bench.at(folder), { recursive: true });
    // Installs the words after "install", each as a file. The package manager knows all except "unknown".
    const manager = (name: string, unknown: string) =>
      bench.tool(
        name,
        `echo "${name} \${SYSTEMD_OFFLINE:-} $*" >>"$CALLS"
        [ ! -e ${bench.at("gone")} ] || { cat ${bench.at("gone")}; exit 100; }
        case " $* " in *" unknown "*) echo "Reading lists"; echo "${unknown}"; exit 100 ;; esac
        until [ $# -eq 0 ] || [ "$1" = install ]; do shift; done
        for one; do mkdir -p ${bench.at("bin")}; : >${bench.at("installed")}-$one; done`,
      );
    manager("apt-get", "E: Unable to locate package unknown");
    manager("dnf", "Error: Unable to find a match: unknown");
    bench.tool("dpkg", `echo "dpkg $*" >>"$CALLS"; rm ${bench.at("dpkg/updates")}/*`);
  });
  afterEach(() => {
    fs.rmSync(bench.folder, { recursive: true });
  });

  const step = (names: readonly string[], more: Partial<Packages> = {}): Packages => ({
    kind: "packages",
    manager: "apt",
    packages: names.map((name) => ({ name, file: `${bench.at("installed")}-${name}` })),
    ...more,
  });

  it("are installed once if one of their files is missing, and systemd is told only at the end", () => {
    bench.write("installed-curl", "");
    const { code, lines, stderr } = bench.apply(step(["apache2", "curl", "nfs-common"]));
    assert.equal(code, 0, stderr);
    assert.deepEqual(lines, ["installed apache2 nfs-common", "changed: 1"]);
    const [update, install, ...more] = bench.calls();
    assert.match(update ?? "", /^apt-get 1 -qq .*--error-on=any update$/);
    assert.match(install ?? "", /^apt-get 1 -qq .*--no-install-recommends .*force-confold install apache2 nfs-common$/);
    assert.deepEqual(more, ["daemon-reload"]);
    assert.deepEqual(bench.apply(step(["apache2", "curl", "nfs-common"])).lines, ["changed: 0"]);
    assert.deepEqual(bench.calls(), []);
  });

  it("come from the machine's own sources, or only from a named one", () => {
    assert.doesNotMatch(bench.apply(step(["one"])).stderr + bench.calls().join(), /sourcelist/);
    bench.write("lists/of-another-repository", "");
    bench.apply(step(["two"], { source: "[trusted=yes] http://10.0.0.1:8000 ./" }));
    assert.equal(bench.read("sources/lvs-lab.list"), "deb [trusted=yes] http://10.0.0.1:8000 ./\n");
    assert.deepEqual(fs.readdirSync(bench.at("lists")), ["partial"]);
    for (const call of bench.calls().slice(0, 2))
      assert.ok(
        call.includes(`-o Dir::Etc::sourcelist=${bench.at("sources/lvs-lab.list")} -o Dir::Etc::sourceparts=-`),
        call,
      );
  });

  it("are installed by dnf if that is the package manager", () => {
    const dnf = (names: readonly string[], source?: string) =>
      bench.apply(step(names, { manager: "dnf", ...(source === undefined ? {} : { source }) }));
    const common = "dnf 1 --assumeyes --quiet --setopt=install_weak_deps=False";
    dnf(["httpd"]);
    assert.deepEqual(bench.calls(), [`${common} install httpd`, "daemon-reload"]);
    dnf(["haproxy"], "http://10.0.0.1/BaseOS");
    const repository = "--repofrompath=lvs-lab,http://10.0.0.1/BaseOS --repo=lvs-lab";
    assert.equal(bench.calls()[0], `${common} ${repository} install haproxy`);
    dnf(["nginx"], "[trusted=yes] http://10.0.0.1/BaseOS");
    assert.equal(bench.calls()[0], `${common} ${repository} --nogpgcheck install nginx`);
    const { code, stderr } = dnf(["unknown"], "http://10.0.0.1/BaseOS");
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "lvs-lab: web1: cannot install unknown from http://10.0.0.1/BaseOS: Unable to find a match: unknown\n",
    );
  });

  it("that do not exist are one error with machine and package", () => {
    const { code, stderr } = bench.apply(step(["apache2", "unknown"]));
    assert.equal(code, 1);
    assert.equal(
      stderr,
      "lvs-lab: web1: cannot install apache2 unknown from its own package sources: Unable to locate package unknown\n",
    );
  });

  it("whose repository does not answer are one error with machine, package and repository", () => {
    bench.write("gone", "E: Failed to fetch http://10.0.0.1:8000/./InRelease  Connection refused\nE: Some failed.\n");
    const { code, stderr } = bench.apply(step(["apache2"], { source: "http://10.0.0.1:8000 ./" }));
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^lvs-lab: web1: cannot install apache2 from http:\/\/10\.0\.0\.1:8000 \.\/: Failed to fetch \S+ {2}Connection refused; Some failed\.\n$/,
    );
    bench.write("gone", "something else\n");
    assert.match(
      bench.apply(step(["apache2"])).stderr,
      /^something else\nlvs-lab: web1: .*: apt-get failed \(see above\)\n$/,
    );
  });

  it("are installed by the next run after an interruption, and dpkg first completes its work", () => {
    bench.tool("systemctl", "exit 1");
    assert.equal(bench.apply(step(["apache2"])).code, 1);
    // dpkg's state after an interruption: unpacked but not configured.
    bench.write("dpkg/updates/0001", "");
    bench.tool("systemctl", `echo "$*" >>"$CALLS"`);
    bench.calls();
    bench.write("installed-curl", "");
    assert.deepEqual(bench.apply(step(["apache2", "curl"])).lines, ["installed apache2", "changed: 1"]);
    assert.deepEqual(
      bench.calls().map((call) => call.split(" ")[0]),
      ["dpkg", "apt-get", "apt-get", "daemon-reload"],
    );
    assert.deepEqual(bench.apply(step(["apache2"])).lines, ["changed: 0"]);
  });
});

describe("SELinux in a script", () => {
  it("becomes permissive once, now and at the next boot; without SELinux nothing happens", () => {
    const bench = new Bench();
    assert.deepEqual(bench.apply({ kind: "permissive" }).lines, ["changed: 0"]);
    bench.write("selinux", "1");
    bench.write("selinux-config", "# SELINUX=enforcing is the default\nSELINUX=enforcing\nSELINUXTYPE=targeted\n");
    assert.deepEqual(bench.apply({ kind: "permissive" }).lines, ["SELinux: permissive", "changed: 1"]);
    assert.equal(bench.read("selinux").trim(), "0");
    assert.equal(
      bench.read("selinux-config"),
      "# SELINUX=enforcing is the default\nSELINUX=permissive\nSELINUXTYPE=targeted\n",
    );
    assert.deepEqual(bench.apply({ kind: "permissive" }).lines, ["changed: 0"]);
    fs.rmSync(bench.folder, { recursive: true });
  });
});
