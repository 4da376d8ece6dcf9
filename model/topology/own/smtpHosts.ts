/**
 * keepalived 2.3.0 to 2.3.3 never ends reading an SMTP_CHECK with a `host` block (keepalived/check/check_smtp.c, mended in 2.3.4), and a lab's
 * machines have such a version. The words of the block mean the same in SMTP_CHECK itself.
 */
import type { Statement } from "../../keepalived/entry";
import type { Position } from "../../keepalived/finding";
import type { Edit } from "./edit";

const WHAT = "a host block of SMTP_CHECK";
const WHY = "its words stand in SMTP_CHECK itself: keepalived 2.3.3 never ends reading such a block";

/** The `host` blocks of each SMTP_CHECK that has any. */
function* found(statements: readonly Statement[]): Generator<readonly Statement[]> {
  for (const { keyword, block } of statements) {
    const inside = block?.statements ?? [];
    const hosts = inside.filter((one) => one.keyword.text === "host" && one.block !== undefined);
    if (keyword.text === "SMTP_CHECK" && hosts.length > 0) yield hosts;
    yield* found(inside);
  }
}

/** The edits that take the words out of the only `host` block of an SMTP_CHECK. */
export const hostEdits = (statements: readonly Statement[]): readonly Edit[] =>
  [...found(statements)].flatMap((hosts): Edit[] => {
    const [host] = hosts;
    if (host === undefined || hosts.length > 1) return [];
    const gone = (at: Position, length: number, isPart = true): Edit => ({
      at,
      to: at.column + length,
      text: "",
      what: WHAT,
      why: WHY,
      isPart,
    });
    const { open, close } = host.block ?? {};
    return [
      gone(host.keyword.at, "host".length, false),
      ...[open, close].flatMap((at) => (at === undefined ? [] : [gone(at, 1)])),
    ];
  });

/** Where an SMTP_CHECK has more `host` blocks than one, which mean one check for each: such a file the lab cannot run. */
export const manyHosts = (statements: readonly Statement[]): readonly Position[] =>
  [...found(statements)].flatMap(([, second]) => second?.keyword.at ?? []);
