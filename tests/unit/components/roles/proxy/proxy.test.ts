import * as assert from "node:assert/strict";
import { roleSteps } from "../../../../../components/roles";
import { backendsOf } from "../../../../../components/roles/proxy/backends";
import { renderCheckScript } from "../../../../../components/roles/proxy/checkScript";
import { renderHaproxy } from "../../../../../components/roles/proxy/haproxy";
import { renderNginx } from "../../../../../components/roles/proxy/nginx";
import { proxiesOf } from "../../../../../model/topology/queries";
import type { Topology } from "../../../../../model/topology/topology";
import { fixture, lab } from "../../../../fixtures";
import { golden, goldenFiles } from "../../../../golden";

const haproxy = lab("l7-haproxy");
const nginx = lab("l7-nginx");
const full = fixture("valid-proxies");
const args = (topology: Topology) => {
  const [first] = proxiesOf(topology);
  return { port: topology.proxy?.port ?? 0, backends: backendsOf(topology, first?.name ?? "") };
};
const cases: Readonly<Record<string, () => string>> = {
  "full.haproxy.cfg": () => renderHaproxy(args(full)),
  "full.nginx.conf": () => renderNginx(args(full)),
  "haproxy_check.sh": () => renderCheckScript("haproxy"),
  "l7-haproxy.haproxy.cfg": () => renderHaproxy(args(haproxy)),
  "l7-nginx.nginx.conf": () => renderNginx(args(nginx)),
  "nginx_check.sh": () => renderCheckScript("nginx"),
};
const steps = (topology: Topology) => roleSteps(topology, proxiesOf(topology)[0] ?? assert.fail());

describe("files of a proxy", () => {
  for (const [name, render] of Object.entries(cases)) {
    it(name, () => {
      golden(`proxy/${name}`, render());
    });
  }
  it("have no golden file without a case", () => {
    assert.deepEqual(goldenFiles("proxy"), Object.keys(cases).sort());
  });

  it("come in order: the proxy serves before keepalived can give it the VIP", () => {
    const order = (topology: Topology) =>
      steps(topology).map((step) => (step.kind === "unit" ? `${step.name} ${step.active ? "on" : "off"}` : step.kind));
    assert.deepEqual(order(haproxy), [
      "network",
      "reload",
      "packages",
      "ruleset",
      "nginx off",
      "file",
      "haproxy on",
      "file",
      "file",
      "keepalived on",
    ]);
    assert.deepEqual(order(nginx), [
      "network",
      "reload",
      "packages",
      "ruleset",
      "haproxy off",
      "file",
      "nginx on",
      "file",
      "file",
      "keepalived on",
    ]);
  });

  it("are checked by the proxy itself, and the script is executable", () => {
    const files = steps(nginx).filter((step) => step.kind === "file");
    assert.deepEqual(
      files.map(({ path, mode, check }) => [path, mode, check?.[0]]),
      [
        ["/etc/nginx/nginx.conf", undefined, "nginx"],
        ["/etc/keepalived/nginx_check.sh", "0755", undefined],
        ["/etc/keepalived/keepalived.conf", "0600", "keepalived"],
      ],
    );
  });

  it("include a mail spool if the lab wants mails, before keepalived sends any", () => {
    const vrrp = nginx.vrrp ?? assert.fail();
    const notification = { to: ["root@localhost"], from: "lb@localhost", connectTimeout: 30 };
    const units = steps({ ...nginx, vrrp: { ...vrrp, notification } }).flatMap((step) =>
      step.kind === "unit" && step.active ? [step.name] : [],
    );
    assert.deepEqual(units, ["nginx", "lvs-lab-mail.socket", "keepalived"]);
  });

  it("have no script if the lab wants none", () => {
    const { trackScript: _, ...vrrp } = nginx.vrrp ?? assert.fail();
    assert.ok(!JSON.stringify(steps({ ...nginx, vrrp })).includes("nginx_check.sh"));
  });

  it("are refused for a wrong machine or topology", () => {
    assert.throws(() => backendsOf(nginx, "web01"), /web01 is not a proxy of lab l7-nginx/);
    const proxy = { ...(nginx.proxy ?? assert.fail()), backends: { web9: { weight: 1, port: 80 } } };
    assert.throws(() => backendsOf({ ...nginx, proxy }, "lb01"), /lb01 cannot reach backend web9/);
    const { proxy: _, ...without } = nginx;
    assert.throws(() => steps(without), /lab l7-nginx has no proxy section/);
  });
});

describe("document 001's cases", () => {
  const parts = (vrrpCase: string) => {
    const name = { "master-high": "l7-haproxy", "master-low": "l7-master-low", "both-master": "l7-nginx-vips" }[
      vrrpCase
    ];
    return proxiesOf(lab(name ?? "l7-nginx")).map(({ vrrp }) => `${vrrp?.state} ${vrrp?.priority} ${vrrp?.nopreempt}`);
  };
  for (const [name, expected] of Object.entries({
    "both-master": ["MASTER 100 false", "MASTER 90 false"],
    "master-high": ["MASTER 150 false", "BACKUP 100 false"],
    "master-low": ["MASTER 100 false", "BACKUP 150 false"],
    "both-backup-nopreempt": ["BACKUP 150 true", "BACKUP 100 true"],
  })) {
    it(name, () => {
      assert.deepEqual(parts(name), expected);
    });
  }
});
