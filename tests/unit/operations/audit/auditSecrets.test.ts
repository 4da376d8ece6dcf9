import * as assert from "node:assert/strict";
import {
  type AuditReport,
  reportAnnotations,
  reportJson,
  reportMarkdown,
  reportText,
} from "../../../../operations/audit/report";
import { reportSarif } from "../../../../operations/audit/sarif";
import type { Table } from "../../../../model/keepalived/entry";
import { root } from "../../../../model/keepalived/keywords";
import { audit } from "../../../../model/plan/audit";
import type { SiteFile } from "../../../../model/plan/site";
import { planOfFiles, siteFixtures } from "../../model/plan/sites";

const CANARY = "c4nary";
const outputs = [reportText, reportJson, reportSarif, reportMarkdown, reportAnnotations];

const reportOf = (files: ReadonlyMap<string, SiteFile>): AuditReport => {
  const plan = planOfFiles(files);
  return { plan, findings: audit(plan) };
};
const ofText = (text: string): AuditReport =>
  reportOf(new Map([["lb1/keepalived.conf", { text, isExecutable: false }]]));

/** Every keyword of a kind, with the blocks around it, the outermost first. */
function wordsThat(
  is: (takes: string, isSecret: boolean) => boolean,
  table: Table = root,
): readonly (readonly string[])[] {
  return Object.entries(table).flatMap(([word, { kind, retired }]) => [
    ...(retired === undefined && is(kind.takes, kind.isSecret ?? false) ? [[word]] : []),
    ...wordsThat(is, kind.table ?? {}).map((way) => [word, ...way]),
  ]);
}

/** A statement in its blocks. */
function within(blocks: readonly string[], statement: string): string {
  const heads: Readonly<Record<string, string>> = {
    virtual_server: "virtual_server 192.0.2.10 80",
    real_server: "real_server 192.0.2.21 80",
  };
  const named = new Set(["vrrp_instance", "vrrp_sync_group", "vrrp_script"]);
  const open = blocks.map((block) => `${heads[block] ?? (named.has(block) ? `${block} x` : block)} {\n`);
  return `${open.join("")}${statement}\n${"}\n".repeat(blocks.length)}`;
}

/** Ways to write a command that let a parameter get into a message. */
const commands = [
  `/bin/x --password ${CANARY}`,
  `/bin/x ${CANARY}`,
  `/bin/x user group ${CANARY}`,
  `/bin/x -p${CANARY} b c`,
  `"/bin/x ${CANARY}" ${CANARY}`,
  `"/bin/x -p ${CANARY}" user group ${CANARY}`,
  `'/bin/x ${CANARY}' a b c`,
  `"/bin/x ${CANARY}`,
  `/bin/x \\\n${CANARY} ${CANARY}`,
  `"/bin/x -p\n${CANARY}"`,
  `"/bin/x -p \\\n  --more \\\n  ${CANARY}"`,
  `/bin/x ${CANARY}\\`,
  `token=${CANARY} /bin/x`,
  `https://user:${CANARY}@192.0.2.1/`,
];

const said = (report: AuditReport): string => outputs.map((shown) => shown(report)).join("\n");

describe("what lab audit never shows", () => {
  const scripts = wordsThat((takes) => /\b(?:command|script)\b/.test(takes));

  it("a parameter of a command, wherever it stands", () => {
    assert.ok(scripts.length >= 20, scripts.join(" "));
    for (const way of scripts)
      for (const command of commands) {
        const text = within(way.slice(0, -1), `${way.at(-1) ?? ""} ${command}`);
        assert.ok(!said(ofText(text)).includes(CANARY), text);
      }
  });

  it("but it names the program of a wrong command", () => {
    const [stray] = ofText(within(["vrrp_script"], `script /bin/x ${CANARY}`)).findings;
    assert.match(stray?.message ?? "", /^script runs `\/bin\/x` without the parameters after it$/);
    assert.equal(stray?.fix, 'script "/bin/x …"');
  });

  it("surplus words after a password or a digest", () => {
    const ways = [
      ...wordsThat((_, isSecret) => isSecret),
      ["virtual_server", "real_server", "HTTP_GET", "url", "digest"],
    ];
    assert.ok(ways.some((way) => way.at(-1) === "auth_pass"));
    for (const way of ways)
      for (const value of [CANARY, `${CANARY} ${CANARY}`, `${CANARY.repeat(20)}`, `"${CANARY}`, `{ ${CANARY} {`]) {
        const text = within(way.slice(0, -1), `${way.at(-1) ?? ""} ${value}`);
        assert.ok(!said(ofText(text)).includes(CANARY), text);
      }
  });

  it("the text after the name of a password, in any word", () => {
    for (const word of [`--password=${CANARY}`, `api_key:${CANARY}`, `DB_PASSWORD=${CANARY}`, `ftp://a:${CANARY}@b/`])
      for (const text of [
        `${word} x\n`,
        within(["vrrp_instance"], word),
        within(["vrrp_instance"], `priority ${word}`),
        within(["vrrp_instance"], `priority 100 ${word}`),
        within(["vrrp_instance", "track_script"], word),
        within(["global_defs"], `router_id a ${word}`),
      ])
        assert.ok(!said(ofText(text)).includes(CANARY), text);
  });

  it("passwords and parameters of commands, in a site for every rule", () => {
    for (const { rule, bad } of siteFixtures()) {
      let planted = 0;
      const files = new Map(
        [...bad].map(([name, file]) => {
          const text = file.text
            .replace(/(auth_pass +)\S+/g, (_, word: string) => {
              planted += 1;
              return `${word}${CANARY.slice(0, 4)}${CANARY.slice(4)}`;
            })
            .replace(
              /((?:script|misc_path|notify\w*) +)("?)(\/[^\s"]+)/g,
              (_, word: string, quote: string, path: string) => {
                planted += 1;
                return `${word}${quote}${path} -p ${CANARY}`;
              },
            );
          return [name, { ...file, text }] as const;
        }),
      );
      // Each file gets a unique password.
      const main = [...files].find(([name]) => name.endsWith("keepalived.conf"));
      if (main && planted === 0)
        files.set(main[0], { ...main[1], text: `${main[1].text}\nvrrp_script z {\n  script /z ${CANARY}\n}\n` });
      assert.ok(!said(reportOf(files)).includes(CANARY), rule);
    }
  });

  it("but it still names a misspelt word beside it", () => {
    const { findings } = ofText(within(["vrrp_instance"], "prioritty 100"));
    assert.ok(findings.some(({ message }) => message.startsWith("prioritty is not understood in vrrp_instance")));
  });
});
