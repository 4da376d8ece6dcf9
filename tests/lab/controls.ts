import * as assert from "node:assert/strict";
import { failures, lab, said } from "./lab";
import { checksOf, type Control } from "./proofs/control";

/** Settling time of a verify that must fail: a broken lab does not settle. */
const brokenFor = 3;

/** Breaks all of them at once, sees every check fail with its message, repairs them, and sees the checks pass. Without a name: the lab of `dev`. */
export function negativeControls(
  controls: readonly Control[],
  { name, settle = brokenFor }: { readonly name?: string; readonly settle?: number } = {},
): void {
  const of = name === undefined ? [] : ["--lab", name];
  const wanted = controls.flatMap(({ node, says }) =>
    Object.entries(says).map(([check, words]) => ({ node, check, words })),
  );
  const checks = checksOf(controls);
  const only = checks.flatMap((check) => ["--only", check]);
  const ssh = async (node: string, command: string): Promise<void> => {
    const result = await lab("ssh", ...of, node, command);
    assert.equal(result.code, 0, `${node}: ${command}\n${said(result)}`);
  };

  it(`negative controls: ${checks.join(", ")}`, async () => {
    const mends: (() => Promise<void>)[] = [];
    try {
      for (const { node, damage, mend } of controls) {
        mends.unshift(() => ssh(node, mend));
        await ssh(node, damage);
      }
      const broken = await lab("verify", ...of, "--json", "--settle", String(settle), ...only);
      assert.equal(broken.code, 1, said(broken));
      const problems = failures(broken.stdout);
      for (const { check, words } of wanted) assert.match((problems[check] ?? []).join("\n"), words, check);
    } finally {
      for (const mend of mends) await mend();
    }
    const mended = await lab("verify", ...of, "--json", ...only);
    assert.equal(mended.code, 0, said(mended));
  });
}
