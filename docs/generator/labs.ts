import { predict } from "../../model/plan/predict/predict";
import { compile } from "../../model/topology/compile";
import { isSite, ownDirectorsOf } from "../../model/topology/own/config";
import { graph, walk } from "../../operations/draw";
import { drawWalks } from "../../operations/draw/walkText";
import { walksOf } from "../../operations/draw/walks";
import { inRoot } from "../../operations/paths";
import { predictionTables } from "../../operations/predict/report";
import { shippedLabs } from "../../operations/topologies";
import { checkId, checksFor } from "../../operations/verify/checks";
import { errataOf } from "../../documents";
import { guestsOf } from "../../model/topology/guests";
import type { Topology } from "../../model/topology/topology";
import { block, markdownTable, plain } from "./block";

/** A lab's document as a link from a page of a folder beside documents/. */
const documentLink = ({ document }: Topology): string =>
  document === undefined ? "none" : `[${document}](../documents/${document}.md)`;

/** What a lab is, in a table. */
function facts(lab: Topology): string {
  const guests = Object.values(guestsOf(lab));
  const memory = guests.reduce((sum, guest) => sum + guest.memory, 0);
  return `${markdownTable([
    ["topology file", "source document", "machines", "memory"],
    [`[labs/${lab.name}.yaml](../../labs/${lab.name}.yaml)`, documentLink(lab), `${guests.length}`, `${memory} MiB`],
  ])}

![Topology of ${lab.name}](../${lab.name}.svg)${configurations(lab)}`;
}

/** The files that the directors bring, as links. */
function configurations(lab: Topology): string {
  const links = ownDirectorsOf(lab).map(({ name, keepalived: { file } }) => `[${name}](../../labs/${file})`);
  return links.length === 0 ? "" : `\n\nEach director brings its own keepalived.conf: ${links.join(", ")}.`;
}

/** What `lab predict` says of the lab, for those whose directors bring their own configurations. */
const predictions = (lab: Topology): string => predictionTables(predict(compile(lab)));

/** The path of a request to the first service, for each real server. `lab walk` shows the other services. */
function packets(lab: Topology): string {
  const [, ...walks] = drawWalks(lab)
    .trimEnd()
    .split(/\n\n(?=\S+ (?:TCP|UDP),)/);
  const serviceOf = (walk: string): string => walk.split(" ")[0] ?? "";
  const first = walks.filter((walk) => serviceOf(walk) === serviceOf(walks[0] ?? ""));
  const services = new Set(walks.map(serviceOf)).size;
  const more = services > 1 ? `\n\n\`./scripts/lab walk ${lab.name}\` has the walks of all ${services} services.` : "";
  return `![Packet walk of ${lab.name}](../walk/${lab.name}.svg)\n\n\`\`\`text\n${first.join("\n\n")}\n\`\`\`${more}`;
}

/** The checks of a lab with their names in that lab. */
const proofs = (lab: Topology): string =>
  markdownTable([
    ["point", "check", "what it proves"],
    ...checksFor(lab).map((check) => {
      const id = checkId(check, lab);
      return [id === check.name ? "" : id, `\`${check.name}\``, plain(check.title)];
    }),
  ]);

/** The mistakes that a lab as printed is built with. */
const mistakes = (lab: Topology): string =>
  markdownTable([
    ["the document prints", "what goes wrong", "why", "checks that fail"],
    ...errataOf(lab).map(({ words, wrong, sentence, shownBy }) => [
      plain(words),
      plain(wrong),
      plain(sentence),
      shownBy.map((name) => `\`${name}\``).join(", "),
    ]),
  ]);

/** Whether a lab has the way of a request to show: gateways without a virtual server have none. */
export const isWalked = (lab: Topology): boolean => walksOf(lab).length > 0;

/** The generated parts of a lab's page. */
export const labBlocks = (lab: Topology): Record<string, string> => ({
  facts: facts(lab),
  ...(isWalked(lab) ? { "packet walk": packets(lab) } : {}),
  ...(isSite(lab) ? { predictions: predictions(lab) } : {}),
  ...(lab.form === "as-printed" ? { mistakes: mistakes(lab) } : {}),
  checks: proofs(lab),
});

/** A first page for a new lab: the generated parts, and questions for its author. */
export function labSkeleton(lab: Topology): string {
  const part = (name: string): string => block(name, "");
  return `# ${lab.name}

${lab.description}.

${part("facts")}

## What it teaches

Write here what a reader knows after this lab.

${isWalked(lab) ? `## Packet walk\n\n${part("packet walk")}\n\n` : ""}${isSite(lab) ? `## What \`predict\` says\n\n${part("predictions")}\n\n` : ""}${lab.form === "as-printed" ? `## What the document prints\n\n${part("mistakes")}\n\n` : ""}## What to break

Write here a command that damages something, and what a reader then sees.

## What \`verify\` proves

${part("checks")}
`;
}

/** The table of all labs: links from a page in \`from\`, which is the path to docs/. */
export const labsTable = (
  to: (lab: Topology) => string,
  document: (number: string) => string,
  labs: readonly Topology[] = shippedLabs(),
): string =>
  markdownTable([
    ["lab", "document", "machines", "what it shows"],
    ...labs.map((lab) => [
      `[\`${lab.name}\`](${to(lab)})`,
      lab.document === undefined ? "" : `[${lab.document}](${document(lab.document)})`,
      `${Object.keys(guestsOf(lab)).length}`,
      plain(lab.description),
    ]),
  ]);

/** A lab's pictures, by their paths in the checkout. */
export function labPictures(lab: Topology): [string, string][] {
  const { name } = lab;
  const of = { file: inRoot("labs", `${name}.yaml`) };
  const form = { svg: true, mermaid: false };
  return [
    [`docs/${name}.svg`, graph(of, form)],
    ...(isWalked(lab) ? [[`docs/walk/${name}.svg`, walk(of, form)] as [string, string]] : []),
  ];
}
