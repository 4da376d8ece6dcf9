import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  LOOPBACK,
  mailSpoolSteps,
  renderMailService,
  renderMailSocket,
} from "../../../../../components/roles/mail/spool";
import { golden, goldenFiles } from "../../../../golden";

const program = path.join(__dirname, "../../../../../components/roles/mail/spool.sh");

/** One session: the server's answers, and the spool afterwards. */
function session(...lines: readonly string[]): { codes: string[]; spool: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lvs-lab-mail-"));
  try {
    const spool = path.join(folder, "spool");
    const input = lines.map((line) => `${line}\r\n`).join("");
    const { stdout } = spawnSync("sh", [program], {
      input,
      env: { ...process.env, LVS_LAB_SPOOL: spool },
      encoding: "utf8",
    });
    const codes = stdout
      .split("\r\n")
      .filter(Boolean)
      .map((line) => line.slice(0, 3));
    return { codes, spool: fs.existsSync(spool) ? fs.readFileSync(spool, "utf8") : "" };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const head = ["HELO lb140", "MAIL FROM:<keepalived@localhost>", "RCPT TO:<root@localhost>", "DATA"];

describe("the mail spool", () => {
  it("units of systemd", () => {
    golden("mail/lvs-lab-mail.socket", renderMailSocket(LOOPBACK));
    golden("mail/lvs-lab-mail.everywhere.socket", renderMailSocket("0.0.0.0"));
    golden("mail/lvs-lab-mail@.service", renderMailService());
    assert.deepEqual(goldenFiles("mail"), [
      "lvs-lab-mail.everywhere.socket",
      "lvs-lab-mail.socket",
      "lvs-lab-mail@.service",
    ]);
  });

  it("keeps a mail unchanged, without the dots and carriage returns of the transfer", () => {
    const text = ["Subject: [node1] VRRP Instance VI_1 - Entering MASTER state", "", "it's \\n $HOME", "..dot", "."];
    const { codes, spool } = session(...head, ...text, "QUIT");
    assert.deepEqual(codes, ["220", "250", "250", "250", "354", "250", "221"]);
    const [from, to, ...rest] = spool.split("\n");
    assert.match(from ?? "", /^From keepalived@localhost \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
    assert.equal(to, "X-Envelope-To: <root@localhost>");
    assert.deepEqual(rest, [text[0], "", "it's \\n $HOME", ".dot", "", ""]);
  });

  it("keeps nothing of an incomplete mail", () => {
    assert.deepEqual(session(...head, "Subject: half"), { codes: ["220", "250", "250", "250", "354"], spool: "" });
  });

  it("refuses unknown commands and continues", () => {
    assert.deepEqual(session("STARTTLS", "NOOP", "RSET", "quit").codes, ["220", "502", "250", "250", "221"]);
  });

  it("consists of a program, a service, a socket and the step that starts it", () => {
    assert.deepEqual(
      mailSpoolSteps(LOOPBACK).map((step) => ("path" in step ? step.path : "name" in step && step.name)),
      [
        "/usr/local/lib/lvs-lab/mail-spool",
        "/etc/systemd/system/lvs-lab-mail@.service",
        "/etc/systemd/system/lvs-lab-mail.socket",
        "lvs-lab-mail.socket",
      ],
    );
  });
});
