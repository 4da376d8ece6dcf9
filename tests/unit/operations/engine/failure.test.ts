import * as assert from "node:assert/strict";
import { eventsOf } from "../../../../operations/engine/events";
import { runProblemsOf, explain, type RunContext, silentNodes } from "../../../../operations/engine/failure";

const context: RunContext = {
  lab: "life",
  nodes: ["web", "web-2", "lb"],
  again: "./scripts/lab up life goes on from here",
  console: (node) => `/console/life-${node}-console.log`,
  folders: ["/var/lib/libvirt/lvs-lab/life", "/state"],
};
const urn = (type: string, name: string): string => `urn:pulumi:life::lvs-lab::lvs-lab:index:Cluster$${type}::${name}`;
const domain = (name: string) => ({ resource: { urn: urn("libvirt:index/domain:Domain", name) } });
const failed = {
  resource: { urn: "urn:pulumi:life::lvs-lab::pulumi:pulumi:Stack::lvs-lab-life" },
  message: "update failed",
};

describe("a failed run in one error", () => {
  it("reads only the errors from the engine's events, without their colours", () => {
    const log = [
      {
        sequence: 1,
        diagnosticEvent: { urn: "u", message: "<{%fg 1%}>error: it <{%reset%}>broke\n", severity: "error" },
      },
      { sequence: 2, diagnosticEvent: { message: "look", severity: "info#err" } },
      { sequence: 3, summaryEvent: {} },
      { sequence: 4, diagnosticEvent: { message: "alone", severity: "error" } },
    ];
    assert.deepEqual(runProblemsOf(eventsOf(`${log.map((event) => JSON.stringify(event)).join("\n")}\n`)), [
      { resource: { urn: "u" }, message: "error: it broke" },
      { message: "alone" },
    ]);
  });

  it("is read from a log whose last line is half written, as after an engine was killed", () => {
    const event = { diagnosticEvent: { message: "it broke", severity: "error" } };
    assert.deepEqual(runProblemsOf(eventsOf(`${JSON.stringify(event)}\n{"diagnosticEvent":{"mess`)), [
      { message: "it broke" },
    ]);
  });

  it("names a guest that fell, its cause, and the last lines of its log", () => {
    const guest = { node: "web-2", cause: "its kernel panicked, for the third time" };
    const problems = [{ guest, message: "Kernel panic - not syncing: VFS\n---[ end Kernel panic ]---" }];
    assert.equal(
      explain(problems, context),
      [
        "pulumi up failed: web-2: its kernel panicked, for the third time",
        "  said:    Kernel panic - not syncing: VFS",
        "  said:    ---[ end Kernel panic ]---",
        "  console: /console/life-web-2-console.log (./scripts/lab console web-2)",
        "  fix:     read its serial log and correct the cause; the guest is removed, and the next run makes another; then: ./scripts/lab up life goes on from here",
      ].join("\n"),
    );
    assert.deepEqual(silentNodes(problems, context), ["web-2"]);
  });

  it("names node, cause, console and fix of a domain that cannot start", () => {
    const message = "error creating libvirt domain: internal error: qemu unexpectedly closed the monitor";
    assert.equal(
      explain([failed, { ...domain("life-web-2-domain"), message }], context),
      [
        "pulumi up failed: web-2: the guest's domain cannot start",
        `  said:    ${message}`,
        "  console: /console/life-web-2-console.log (./scripts/lab console web-2)",
        "  fix:     correct what libvirt complains about; then: ./scripts/lab up life goes on from here",
      ].join("\n"),
    );
  });

  it("reports once what several nodes have in common, and which folders may be full", () => {
    const message = "error while uploading source: No space left on device";
    const text = explain(
      [
        { ...domain("life-web-disk"), message },
        { ...domain("life-lb-disk"), message },
      ],
      context,
    );
    assert.match(text, /^pulumi up failed: web: a disk is full \(the same: lb\)\n/);
    assert.match(text, /folder: {2}\/var\/lib\/libvirt\/lvs-lab\/life\n {2}folder: {2}\/state\n/);
    assert.match(text, /fix: .*make room/);
  });

  it("reports a full disk before its consequences", () => {
    const after = { ...domain("life-web-domain"), message: "error creating libvirt domain: no" };
    const full = { ...failed, message: "failed to save snapshot: write /state/backend: no space left on device" };
    assert.match(
      explain([after, full], context),
      /^pulumi up failed: the run: a disk is full\n {2}said: {4}failed to save/,
    );
  });

  it("says that a guest never answered SSH", () => {
    const message =
      "gave up (dialErrorLimit 150): 151 attempts to reach SSH on 10.9.0.21:22 as root in 5m0s; the last error: refused";
    const resource = { urn: urn("command:remote:Command", "life-web-ready") };
    assert.match(explain([{ resource, message }], context), /: web: the guest never answered SSH/);
    const other = { ...domain("life-lb-domain"), message: "error creating libvirt domain: no" };
    assert.deepEqual(silentNodes([other, { resource, message }, { message }], context), ["web"]);
  });

  it("says whose name is taken", () => {
    const message = "error creating libvirt network: operation failed: network 'life-lan' already exists with uuid 1";
    const resource = { urn: urn("libvirt:index/network:Network", "life-lan-network") };
    assert.match(
      explain([{ resource, message }], context),
      /: life-lan-network: something outside this lab has the same name/,
    );
  });

  it("says that libvirt ended, and why", () => {
    const gone = "libvirt at qemu:///system does not answer any more; its last error: ";
    assert.match(explain([{ message: `${gone}unknown` }], context), /^pulumi up failed: the run: libvirt ended\n/);
    const full = `${gone}Unable to write /pool/root: No space left on device`;
    assert.match(explain([{ message: full }], context), /^pulumi up failed: the run: a disk is full\n/);
  });

  it("reports an error without a resource if there is no other", () => {
    const message = "failed to save snapshot: write /state/backend: no space left on device";
    assert.match(explain([{ message }], context), /^pulumi up failed: the run: a disk is full\n/);
    assert.match(explain([], context), /did not say why/);
  });
});
