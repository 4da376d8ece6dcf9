import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { plan } from "../../../../operations/plan";
import { type Plan, planText } from "../../../../operations/plan/plan";
import { diffOf } from "../../../../operations/plan/diff";
import { filesOf } from "../../../../operations/plan/files";
import { MASKED } from "../../../../model/topology/secrets";
import { footprintOf } from "../../../../operations/plan/footprint";
import { resourceLines, resourcesOf } from "../../../../operations/plan/resources";
import { root } from "../../../../operations/paths";
import { stackOf } from "../../../../operations/engine/stack";
import { shippedLabs } from "../../../../operations/topologies";
import { composeScript } from "../../../../components/machine/remote/script";
import { roleSteps } from "../../../../components/roles/index";
import type { Topology } from "../../../../model/topology/topology";
import { fixture, lab } from "../../../fixtures";
import { golden } from "../../../golden";

/** Document 000's lab after a change that a reviewer must see: a weight, a password, one web server less. */
function changed(): Topology {
  const of = lab("dr-keepalived");
  const { web2: _, ...nodes } = of.nodes;
  const [server] = of.virtualServers;
  if (server === undefined || of.vrrp === undefined) throw new Error("the lab has both");
  return {
    ...of,
    nodes,
    vrrp: { ...of.vrrp, authentication: { type: "PASS", pass: "canary77" } },
    virtualServers: [{ ...server, realServers: { web1: { weight: 3, port: 80 } } }],
  };
}

/** In the form of pulumi preview --json. */
const urn = (types: string, name: string): string => `urn:pulumi:dev::lvs-lab::${types}::${name}`;
const preview = JSON.stringify({
  changeSummary: { same: 48, replace: 1, update: 1, create: 1 },
  steps: [
    { op: "same", urn: urn("pulumi:pulumi:Stack", "lvs-lab-dev") },
    {
      op: "create-replacement",
      urn: urn("lvs-lab:index:Cluster$lvs-lab:index:Vm$libvirt:index/domain:Domain", "web1-domain"),
    },
    {
      op: "replace",
      urn: urn("lvs-lab:index:Cluster$lvs-lab:index:Vm$libvirt:index/domain:Domain", "web1-domain"),
      replaceReasons: ["memory"],
      diffReasons: ["memory"],
    },
    {
      op: "delete-replaced",
      urn: urn("lvs-lab:index:Cluster$lvs-lab:index:Vm$libvirt:index/domain:Domain", "web1-domain"),
    },
    { op: "update", urn: urn("command:remote:Command", "a-configure"), diffReasons: ["stdin"] },
    { op: "create", urn: urn("libvirt:index/pool:Pool", "a-pool") },
  ],
});

describe("lab plan", () => {
  it("shows a change of the topology as a unified diff of the files", async () => {
    const before = lab("dr-keepalived");
    const planned: Plan = {
      lab: before.name,
      description: before.description,
      footprint: footprintOf(changed()),
      picture: "",
      resources: resourcesOf(preview),
      files: filesOf(changed()),
      against: { what: "the lab as deployed", diff: await diffOf(filesOf(before), filesOf(changed())) },
    };
    golden("plan/dr-keepalived.diff.txt", planText(planned));
  });

  it("lists every file if there is nothing to compare with", () => {
    const of = fixture("valid-minimal");
    const planned: Plan = {
      lab: of.name,
      description: of.description,
      footprint: footprintOf(of),
      picture: "",
      files: filesOf(of),
    };
    golden("plan/minimal.txt", planText(planned));
  });

  it("says so when there is no difference", async () => {
    assert.equal(await diffOf(filesOf(lab("nat")), filesOf(lab("nat"))), "");
  });

  it("shows no secret, the topology's or the stack's", () => {
    for (const topology of [changed(), fixture("valid-full"), ...shippedLabs()]) {
      const text = JSON.stringify(filesOf(topology));
      const pass = topology.vrrp?.authentication?.pass;
      if (topology.vrrp?.authentication !== undefined) assert.ok(text.includes(`auth_pass ${MASKED}`), topology.name);
      if (pass !== undefined) assert.ok(!text.includes(`auth_pass ${pass}`), topology.name);
    }
  });

  it("has every file that the configuration scripts write", () => {
    for (const topology of shippedLabs()) {
      const files = filesOf(topology);
      for (const node of Object.values(topology.nodes)) {
        const script = composeScript(roleSteps(topology, node, "x"));
        const written = Array.from(script.matchAll(/^(?:file|made|line '[^']+') '([^']+)'/gm), ([, path]) => path);
        const planned = new Set(files[node.name]?.map(({ path }) => path));
        assert.ok(written.length > 0);
        for (const path of written) assert.ok(path !== undefined && planned.has(path), `${node.name}: ${path}`);
      }
    }
  });

  it("counts what a lab needs", () => {
    assert.equal(footprintOf(fixture("valid-client-vm")).guests, 4);
    assert.deepEqual(footprintOf(lab("dr-keepalived")), { guests: 4, vcpus: 4, memory: 2048, disk: 322, seconds: 42 });
  });

  it("shows a replacement once, with its reason", () => {
    assert.deepEqual(resourceLines(resourcesOf(preview)), [
      "resources: 48 same, 1 replace, 1 update, 1 create",
      "  ±     libvirt:index/domain:Domain web1-domain  (memory)",
      "  ~ command:remote:Command a-configure  (stdin)",
      "  + libvirt:index/pool:Pool a-pool",
    ]);
    assert.deepEqual(resourceLines(resourcesOf("{}")), ["resources: "]);
  });

  describe("against a git revision", () => {
    const stack = stackOf("dr-keepalived");
    const against = (reference: string) => plan(stack, { against: reference, filesOnly: true });
    // CI may have a checkout without history, but the revision itself always exists.
    const head = execFileSync("git", ["-C", root, "rev-parse", "HEAD"], { encoding: "utf8" }).trim();

    /** A commit like HEAD with another word in the renderer of keepalived.conf. It is in no branch and no index. */
    const changed = (): string => {
      const index = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-")), "index");
      const git = (words: readonly string[], input = ""): string =>
        execFileSync("git", ["-C", root, ...words], {
          encoding: "utf8",
          input,
          env: {
            ...process.env,
            GIT_INDEX_FILE: index,
            GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
            GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
          },
        }).trim();
      const file = "model/keepalived/render.ts";
      const text = git(["show", `${head}:${file}`]).replace('text: "global_defs"', 'text: "other_defs"');
      git(["read-tree", head]);
      const blob = git(["hash-object", "-w", "--stdin"], text);
      git(["update-index", "--cacheinfo", `100644,${blob},${file}`]);
      const who = ["-c", "user.name=test", "-c", "user.email=test@example"];
      const commit = git([...who, "commit-tree", git(["write-tree"]), "-p", head, "-m", "another renderer"]);
      fs.rmSync(path.dirname(index), { recursive: true });
      return commit;
    };

    it("uses that revision's own program", async function () {
      this.timeout(60_000); // unpacks it and starts it
      const commit = changed();
      const { against: compared } = await against(commit);
      assert.equal(compared?.what, commit);
      assert.match(compared.diff, /^-other_defs \{\n\+global_defs \{$/m);
      // Other differences come only from uncommitted changes.
      const clean = execFileSync("git", ["-C", root, "status", "--porcelain"], { encoding: "utf8" }) === "";
      if (clean) assert.equal((await against(head)).against?.diff, "");
    });

    it("uses the stack's settings on both sides: the group's size, the guests' system", async function () {
      this.timeout(60_000);
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
      const configFile = path.join(folder, "Pulumi.scale.yaml");
      fs.writeFileSync(
        configFile,
        "config:\n  lvs-lab:webs: 4\n  lvs-lab:image: tests/fixtures/images/valid-boot.yaml\n",
      );
      const planned = await plan({ ...stackOf("scale"), configFile }, { against: head, filesOnly: true });
      assert.equal(Object.keys(planned.files).filter((name) => name.startsWith("web")).length, 4);
      assert.doesNotMatch(planned.against?.diff ?? "?", /\/dev\/null|^[+-]package /m);
      fs.rmSync(folder, { recursive: true });
    });

    it("reports that git is missing", async () => {
      const { PATH } = process.env;
      process.env.PATH = "";
      try {
        await assert.rejects(against(head), /^Error: git is missing, .*: run \.\/scripts\/lab doctor/);
        await assert.rejects(diffOf({}, {}), /^Error: git is missing/);
      } finally {
        process.env.PATH = PATH;
      }
    });

    it("refuses an unknown revision, and a file from elsewhere", async () => {
      await assert.rejects(
        against("no-such-branch"),
        /--against: got no-such-branch, need a revision of this git checkout/,
      );
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-test-"));
      const file = path.join(folder, "copy.yaml");
      fs.copyFileSync(stack.file, file);
      const elsewhere = plan({ ...stack, file }, { against: head, filesOnly: true });
      await assert.rejects(elsewhere, /--against: got .*copy\.yaml, need a topology file of this checkout/);
      fs.rmSync(folder, { recursive: true });
    });
  });
});
