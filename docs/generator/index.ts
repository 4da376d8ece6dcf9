/** Writes the generated pages, parts of pages and pictures (`npm run docs`). A test compares them with their sources. */
import * as fs from "node:fs";
import * as path from "node:path";
import { inRoot } from "../../operations/paths";
import { shippedLabs } from "../../operations/topologies";
import { auditRules } from "./audit";
import { isSite } from "../../model/topology/own/config";
import { withBlocks } from "./block";
import { checksPage, rulesPage } from "./checks";
import { documentBlocks } from "./documents";
import { labBlocks, labPictures, labSkeleton, labsTable } from "./labs";
import { DOCUMENTS } from "../../documents";
import { predictPicture } from "./predict";
import { proofsPage } from "./proofs";
import { topologyPage } from "./topology";

/** The existing text, or the start of a new page. */
const page = (file: string, skeleton?: () => string): string => {
  const at = inRoot(file);
  if (skeleton !== undefined && !fs.existsSync(at)) return skeleton();
  return fs.readFileSync(at, "utf8");
};

const renewed = (file: string, blocks: Readonly<Record<string, string>>, skeleton?: () => string): [string, string] => [
  file,
  withBlocks(file, page(file, skeleton), blocks),
];

/** The expected text of every file with generated parts, by its path in the checkout. */
export function generated(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/topology.md", topologyPage()],
    ["docs/checks.md", checksPage()],
    ["docs/rules.md", rulesPage()],
    ["docs/proofs.md", proofsPage()],
    ["docs/releases.md", releasesPage()],
    ["docs/pictures/predict.svg", predictPicture()],
    renewed("docs/audit.md", { rules: auditRules() }),
    renewed("docs/labs/README.md", {
      labs: labsTable(
        ({ name }) => `${name}.md`,
        (document) => `../documents/${document}.md`,
      ),
    }),
    renewed("README.md", {
      labs: labsTable(
        ({ name }) => `docs/labs/${name}.md`,
        (document) => `docs/documents/${document}.md`,
        // It stays short.
        shippedLabs().filter((lab) => !isSite(lab)),
      ),
    }),
    ...shippedLabs().flatMap((lab): [string, string][] => [
      ...labPictures(lab),
      renewed(`docs/labs/${lab.name}.md`, labBlocks(lab), () => labSkeleton(lab)),
    ]),
    ...DOCUMENTS.map((document) => renewed(`docs/documents/${document.id}.md`, documentBlocks(document))),
  ]);
}

/** The changelog as a page of the site. */
const releasesPage = (): string =>
  page("CHANGELOG.md").replace(
    "# Changelog\n",
    "# Release notes\n\n<!-- Generated from CHANGELOG.md by `npm run docs`: edits here are lost. -->\n",
  );

if (require.main === module)
  for (const [file, text] of generated()) {
    const at = inRoot(file);
    fs.mkdirSync(path.dirname(at), { recursive: true });
    if (!fs.existsSync(at) || fs.readFileSync(at, "utf8") !== text) {
      fs.writeFileSync(at, text);
      console.log(file);
    }
  }
