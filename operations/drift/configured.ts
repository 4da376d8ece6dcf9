/** Looks again at what a node's script has written and switched on. It uses the same steps, and only reads. */
import { BENEATH, rulesFile, settings, type Step } from "../../components/machine/remote/script";
import { shellQuote } from "../../model/shellQuote";
import { MASKED } from "../../model/topology/secrets";
import type { Sections } from "../../components/looks/look";
import { maskPassword } from "../../components/looks/keepalivedConf";
import { type Difference, onNode } from "./difference";

type FileLike = Extract<Step, { kind: "file" | "line" | "sysctl" | "ruleset" | "absent" }>;

const isFileLike = (step: Step): step is FileLike =>
  ["file", "line", "sysctl", "ruleset", "absent"].includes(step.kind);
const of = <K extends Step["kind"]>(steps: readonly Step[], kind: K) =>
  steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);
const quoted = (words: readonly string[]): string => words.map(shellQuote).join(" ");
const live = (steps: readonly Step[]): [path: string, value: string][] =>
  of(steps, "sysctl").flatMap(({ content }) => settings(content));

/** networkd's files, whoever wrote them: the seed, cloud-init or netplan. */
const dropIns = (card: string): string => `/etc/systemd/network/10-*-${card}.network.d/routes.conf`;

/** Commands of a look (verify/look.ts) that reads all that the steps decide, with one process for each kind if possible. */
export function lookAtSteps(steps: readonly Step[]): string {
  const files = steps.filter(isFileLike);
  const [units, modules, made] = [of(steps, "unit"), of(steps, "module"), of(steps, "made")];
  const show = (section: string, command: string, wanted: readonly unknown[]): string[] =>
    wanted.length === 0 ? [] : [`show ${section} ${command}`];
  return [
    ...files.map(({ path }, index) => `show file${index} cat ${shellQuote(path)}`),
    ...of(steps, "network").map(({ interface: card }, index) => `show network${index} cat ${dropIns(card)}`),
    ...show("modes", `stat -c '%a %n' ${quoted(files.map(({ path }) => path))}`, files),
    ...show("settings", `grep -H . ${quoted(live(steps).map(([path]) => `/proc/sys/${path}`))}`, live(steps)),
    ...of(steps, "ruleset").map(({ table }, index) => `show rules${index} nft --numeric-protocol list table ${table}`),
    ...show("sums", `sha256sum ${quoted(made.map(({ path }) => path))}`, made),
    ...show("modules", `ls -d ${quoted(modules.map(({ name }) => `/sys/module/${name}`))}`, modules),
    ...show("active", `systemctl is-active ${quoted(units.map(({ name }) => name))}`, units),
    ...show("wanted", "ls /etc/systemd/system/*.wants /etc/systemd/system/*.requires", [
      ...units,
      ...of(steps, "ruleset"),
    ]),
    "",
  ].join("\n");
}

/** Compares what the look saw with the steps. Secrets are masked in both; `password` is the masked one, if it is known. */
export function stepDifferences(node: string, steps: readonly Step[], part: Sections, password?: string): Difference[] {
  const differ = onNode(node, "configured");
  const lines = (section: string): string[] => (part[section] ?? "").split("\n").filter(Boolean);
  const modes = new Map(lines("modes").map((line) => [line.slice(line.indexOf(" ") + 1), line.split(" ")[0]]));
  const values = new Map(
    lines("settings").map((line) => [
      line.slice("/proc/sys/".length, line.indexOf(":")),
      line.slice(line.indexOf(":") + 1),
    ]),
  );
  const sums = new Map(lines("sums").map((line) => [line.slice(66), line.slice(0, 64)]));
  const active = lines("active");
  const text = (section: string): string => (part[section] ?? "").replace(/\n$/, "");

  return [
    ...steps.filter(isFileLike).flatMap((step, index): Difference[] => {
      const mode = modes.get(step.path);
      if (step.kind === "absent")
        return differ(step.path, "no such file", mode === undefined ? "no such file" : "a file");
      // This file is needed until the next boot only.
      if (mode === undefined && step.path.startsWith(`${BENEATH}/`)) return [];
      if (mode === undefined) return differ(step.path, "a file", undefined);
      const wanted = ("mode" in step ? step.mode : undefined) ?? "0644";
      return [
        ...contentDifferences(step, text(`file${index}`), password).flatMap(([at, expected, found]) =>
          differ(`${step.path}${at}`, expected, found),
        ),
        ...differ(`${step.path} mode`, wanted, mode.padStart(4, "0")),
      ];
    }),
    ...of(steps, "network").flatMap(({ interface: card, content = "" }, index) =>
      firstDifference(content, text(`network${index}`)).flatMap(([at, expected, found]) =>
        differ(`routes of ${card}${at}`, expected, found),
      ),
    ),
    ...of(steps, "ruleset").flatMap(({ table, rules }, index) => [
      ...firstDifference(rules, text(`rules${index}`)).flatMap(([at, expected, found]) =>
        differ(`table ${table}${at}`, expected.trim(), found?.trim()),
      ),
      ...differ(
        "unit nftables at boot",
        "enabled",
        lines("wanted").includes("nftables.service") ? "enabled" : "disabled",
      ),
    ]),
    ...live(steps).flatMap(([path, value]) => differ(path.replaceAll("/", "."), value, values.get(path))),
    ...of(steps, "made").flatMap(({ path, sha256 }) => differ(`${path} sha256`, sha256, sums.get(path))),
    ...of(steps, "module").flatMap(({ name }) =>
      differ(`module ${name}`, "loaded", lines("modules").includes(`/sys/module/${name}`) ? "loaded" : "not loaded"),
    ),
    ...of(steps, "unit").flatMap(({ name, enabled, active: running }, index) => {
      const file = name.includes(".") ? name : `${name}.service`;
      // A unit that failed or does not exist counts as inactive.
      const state = active[index] === "active" ? "active" : running ? active[index] : "inactive";
      return [
        ...differ(`unit ${name}`, running ? "active" : "inactive", state),
        ...differ(
          `unit ${name} at boot`,
          enabled ? "enabled" : "disabled",
          lines("wanted").includes(file) ? "enabled" : "disabled",
        ),
      ];
    }),
  ];
}

type Differing = [at: string, expected: string, found: string | undefined];

function contentDifferences(
  step: Exclude<FileLike, { kind: "absent" }>,
  found: string,
  password: string | undefined,
): Differing[] {
  if (step.kind === "line") {
    // In a file that is not the lab's, only one line is the lab's.
    const ours = found.split("\n").filter((line) => line.split(/\s+/).includes(step.word));
    return ours.length === 1 && ours[0] === step.line ? [] : [[` (${step.word})`, step.line, ours.join("; ")]];
  }
  const content = step.kind === "ruleset" ? rulesFile(step) : step.content;
  if (!content.includes(MASKED)) return firstDifference(content, found);
  const shown = firstDifference(content, maskPassword(found));
  if (shown.length > 0 || password === undefined) return shown;
  // Only the secret differs: say where, and show neither of the two.
  return firstDifference(content.replaceAll(MASKED, password), found).map(([at, expected]) => {
    const masked = maskPassword(expected);
    return [at, masked, `${masked}, but different`];
  });
}

/** The first line in which two texts differ. */
function firstDifference(expected: string, found: string): Differing[] {
  if (expected === found) return [];
  const [wanted, got] = [expected.split("\n"), found.split("\n")];
  const line = Array.from({ length: Math.max(wanted.length, got.length) }).findIndex((_, n) => wanted[n] !== got[n]);
  // A newline too many or too few counts as an empty line.
  const say = (text: string | undefined): string => (text === undefined ? "end of file" : text || "an empty line");
  return [[`:${line + 1}`, say(wanted[line]), say(got[line])]];
}
