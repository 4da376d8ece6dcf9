import * as assert from "node:assert/strict";
import { roleSteps } from "../../../../../components/roles";
import { renderNfsConf } from "../../../../../components/roles/nfs/conf";
import { renderExports } from "../../../../../components/roles/nfs/exports";
import { renderFstabLine } from "../../../../../components/roles/nfs/mount";
import { nfsServersOf, webServersOf } from "../../../../../model/topology/queries";
import type { NfsNode, WebNode } from "../../../../../model/topology/node";
import { fixture, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const document002 = lab("dr-ipvsadm-nfs");
const full = fixture("valid-ipvsadm");
const nfsOf = (topology: typeof full) => nfsServersOf(topology)[0] as NfsNode;
const [web1, web2] = webServersOf(full) as [WebNode, WebNode];
const cases: Readonly<Record<string, () => string>> = {
  "dr-ipvsadm-nfs.exports": () => renderExports(document002, nfsOf(document002)),
  "dr-ipvsadm-nfs.fstab": () => `${renderFstabLine(document002, webServersOf(document002)[0] as WebNode)}\n`,
  "nfs.conf": renderNfsConf,
  "full.exports": () => renderExports(full, nfsOf(full)),
  "full.fstab": () => `${renderFstabLine(full, web1)}\n`,
};

describe("files of an NFS server and of machines that mount its share", () => {
  for (const [name, render] of Object.entries(cases)) {
    it(name, () => {
      golden(`nfs/${name}`, render());
    });
  }
  it("have no golden file without a case", () => {
    assert.deepEqual(goldenFiles("nfs"), Object.keys(cases).sort());
  });
  it("there is no line for a web server with its own files", () => {
    assert.equal(renderFstabLine(full, web2), undefined);
  });
  it("an NFS server that cannot be reached is refused", () => {
    const far = { ...web1, interfaces: { eth0: { segment: "elsewhere", address: "10.9.0.1", mac: "" } } };
    assert.throws(() => renderFstabLine(full, far), /web1 cannot reach NFS server files/);
  });

  it("the content exists before it can be mounted", () => {
    const steps = roleSteps(document002, nfsOf(document002));
    assert.deepEqual(
      steps.map((step) => (step.kind === "file" ? step.path : step.kind === "unit" ? step.name : step.kind)),
      [
        "network",
        "reload",
        "packages",
        "ruleset",
        "/opt/wwwroot/index.html",
        "/etc/nfs.conf.d/lvs-lab.conf",
        "/etc/exports",
        "rpcbind",
        "nfs-server",
      ],
    );
  });

  it("a web server's own page is written below the mount, and its fstab keeps other lines", () => {
    const steps = roleSteps(full, web1);
    const paths = steps.flatMap((step) => ("path" in step ? [`${step.kind} ${step.path}`] : []));
    assert.ok(paths.includes("file /run/lvs-lab/root/var/www/html/index.html"), paths.join("\n"));
    assert.ok(!paths.includes("file /var/www/html/index.html"));
    assert.ok(paths.includes("line /etc/fstab"));
    const order = steps.map((step) => (step.kind === "unit" ? step.name : step.kind));
    assert.ok(order.indexOf("beneath") < order.indexOf("var-www-html.mount"));
    assert.ok(order.indexOf("var-www-html.mount") < order.indexOf("apache2"));
    const own = roleSteps(full, web2).flatMap((step) => ("path" in step ? [step.path] : []));
    assert.ok(own.includes("/var/www/html/index.html"));
  });
});
