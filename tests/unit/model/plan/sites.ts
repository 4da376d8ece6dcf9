import * as fs from "node:fs";
import * as path from "node:path";
import { audit, type AuditFinding } from "../../../../model/plan/audit";
import type { Plan } from "../../../../model/plan/plan";
import { type Machine, planOf, type SiteFile } from "../../../../model/plan/site";
import { NOTHING, readAddresses, readSiteFile } from "../../../../model/plan/siteFile";
import { inRoot } from "../../../../operations/paths";

/** A site in one text: `=== PATH [executable]` begins a file, `=== mended PATH` its fixed version, `expect PLACE` names a finding. */
export interface SiteFixture {
  readonly rule: string;
  readonly expected: string;
  readonly bad: ReadonlyMap<string, SiteFile>;
  readonly mended: ReadonlyMap<string, SiteFile>;
}

const folder = inRoot("tests", "fixtures", "sites");

/** The sites of a folder; default: those of the rules. */
export const siteFixtures = (where = folder): readonly SiteFixture[] =>
  fs
    .readdirSync(where)
    .sort()
    .map((file) => siteFixture(path.basename(file, ".site"), fs.readFileSync(path.join(where, file), "utf8")));

function siteFixture(rule: string, text: string): SiteFixture {
  const [head = "", ...parts] = text.split(/^=== /m);
  const bad = new Map<string, SiteFile>();
  const mends = new Map<string, SiteFile>();
  for (const part of parts) {
    const [line = "", ...lines] = part.split("\n");
    const words = line.split(" ");
    const isMend = words[0] === "mended";
    const [name = "", mode] = isMend ? words.slice(1) : words;
    (isMend ? mends : bad).set(name, { text: lines.join("\n"), isExecutable: mode === "executable" });
  }
  return { rule, expected: head.replace("expect ", "").trim(), bad, mended: new Map([...bad, ...mends]) };
}

/** Writes the files of a site into a folder. */
export function writeSite(site: string, files: ReadonlyMap<string, SiteFile>): void {
  for (const [file, { text, isExecutable }] of files) {
    fs.mkdirSync(path.dirname(path.join(site, file)), { recursive: true });
    fs.writeFileSync(path.join(site, file), text, { mode: isExecutable ? 0o755 : 0o644 });
  }
}

/** The plan of files in memory: a folder for each machine, site.yaml beside them. */
export function planOfFiles(files: ReadonlyMap<string, SiteFile>): Plan {
  const names = [
    ...new Set([...files.keys()].flatMap((file) => (file.includes("/") ? (file.split("/")[0] ?? []) : []))),
  ];
  const machines = names.map((name): Machine => {
    const own = new Map([...files].filter(([file]) => file.startsWith(`${name}/`)));
    const cards = readAddresses(own.get(`${name}/address.json`)?.text ?? "");
    return { name, folder: name, main: `${name}/keepalived.conf`, files: own, ...(cards ? { cards } : {}) };
  });
  const yaml = files.get("site.yaml");
  return planOf(machines, yaml ? readSiteFile(yaml.text).facts : NOTHING);
}

export const auditOfFiles = (files: ReadonlyMap<string, SiteFile>): readonly AuditFinding[] =>
  audit(planOfFiles(files));
