import * as assert from "node:assert/strict";
import type { Session } from "../../../../operations/session/session";
import { newMail, realServerMails, spoolSizes } from "../../../../operations/verify/drills/mail";
import { lab } from "../../../fixtures";

/** A session with directors whose spools follow a list, one entry per look. */
function session(looks: Readonly<Record<string, readonly string[]>>, topology = lab("dr-two-networks")): Session {
  const asked: Record<string, number> = {};
  const ssh = async (node: string, command: string) => {
    if (command.startsWith("stat")) return { stdout: "0\n" };
    const of = looks[node] ?? [];
    const at = (asked[node] ??= 0);
    asked[node] = at + 1;
    return { stdout: of[Math.min(at, of.length - 1)] ?? "" };
  };
  return { topology, ssh } as unknown as Session;
}

const up = (times: number): string => "From a\nSubject: [n] Realserver a - UP\n\nx\n".repeat(times);
const service = "From a\nSubject: [n] Virtualserver a - UP\n\nx\n";
const twice = (subjects: readonly string[]): boolean => realServerMails(subjects, "UP") >= 2;

describe("mails of a drill", () => {
  it("are waited for on each director separately: extra mails of one do not count for another", async () => {
    const one = session({ lb140: [up(1), up(1), up(2)], lb141: [up(3)] });
    assert.deepEqual(await newMail(one, await spoolSizes(one), twice), { lb140: up(2), lb141: up(3) });
  });

  it("about the virtual server, which comes with the first real server, do not count for a real server", async () => {
    const one = session({ lb140: [up(2)], lb141: [service + up(1), service + up(2)] });
    assert.deepEqual(await newMail(one, await spoolSizes(one), twice), { lb140: up(2), lb141: service + up(2) });
  });

  it("are waited for only on directors that must send them", async () => {
    const one = session({ lb140: [""], lb141: [up(2)] });
    const mail = await newMail(
      one,
      await spoolSizes(one),
      (subjects, director) => director === "lb140" || twice(subjects),
    );
    assert.deepEqual(mail, { lb140: "", lb141: up(2) });
  });

  it("are not waited for in a lab that sends none", async () => {
    const one = session({}, lab("dr-keepalived"));
    assert.deepEqual(await newMail(one, await spoolSizes(one), () => false), {});
  });
});
