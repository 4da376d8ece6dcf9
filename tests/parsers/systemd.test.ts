import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { LOOPBACK, renderMailService, renderMailSocket } from "../../components/roles/mail/spool";
import { goldenFiles, goldenPath } from "../golden";
import { judge, type Judgement } from "./run";

/** `systemd-analyze verify` of a unit's text under the name that it has on a machine. */
function verify(text: string, name = "lvs-lab-vip.service", others: Readonly<Record<string, string>> = {}): Judgement {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-units-"));
  try {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text);
    for (const [other, content] of Object.entries(others)) fs.writeFileSync(path.join(folder, other), content);
    return judge("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", file);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const units = ["web", "ipvsadm", "dns", "server", "stand-ins"].flatMap((folder) =>
  goldenFiles(folder)
    .filter((name) => name.endsWith(".service"))
    .map((name) => `${folder}/${name}`),
);
const known = (): string => fs.readFileSync(goldenPath("web/lvs-lab-vip.dr-keepalived.service"), "utf8");

describe("systemd's own parser", () => {
  for (const name of units) {
    it(`accepts ${name} without a message`, () => {
      const unit = ["ipvsadm.service", "dnsmasq.service"].find((one) => name.endsWith(one)) ?? "lvs-lab-vip.service";
      // The copy of a program is made when the unit starts.
      const text = fs.readFileSync(goldenPath(name), "utf8").replace(/^(ExecStart=)\S+\/process\/\S+/m, "$1/bin/sleep");
      assert.deepEqual(verify(text, unit), { code: 0, said: "" });
    });
  }
  for (const [title, from, to] of [
    ["a key that there is not", "RemainAfterExit=yes", "RemainAfterwards=yes"],
    ["a type that there is not", "Type=oneshot", "Type=once"],
    ["a program that there is not", "ExecStart=/usr/sbin/ip", "ExecStart=/usr/sbin/no-such-program"],
  ] as const) {
    it(`complains about ${title}`, () => {
      assert.ok(known().includes(from), from);
      const { said } = verify(known().replace(from, to));
      assert.match(said, new RegExp((to.split(/[=/]/).at(-1) ?? "").replace("yes", "RemainAfterwards")));
    });
  }
  it("accepts the mail spool's socket and service", () => {
    // The program exists only on machines that keep mails.
    const service = renderMailService().replace(/^ExecStart=.*$/m, "ExecStart=/bin/true");
    const socket = verify(renderMailSocket(LOOPBACK), "lvs-lab-mail.socket", { "lvs-lab-mail@.service": service });
    assert.deepEqual(socket, { code: 0, said: "" });
    assert.match(
      verify(renderMailSocket(LOOPBACK).replace("ListenStream", "ListenStreams"), "lvs-lab-mail.socket").said,
      /ListenStreams/,
    );
  });
});
