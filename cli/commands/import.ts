import * as fs from "node:fs";
import * as path from "node:path";
import { type Input, readInput, WANTED } from "../../operations/audit/input";
import { command } from "../command";
import { importSite } from "../../operations/import";
import { Names } from "../../operations/import/names";
import * as site from "../../operations/import/report";
import * as short from "../../operations/import/short";
import * as shortReport from "../../operations/import/short/report";
import { UserError } from "../../model/userError";

/** What both kinds of topologies come to. */
interface Result {
  readonly verdict: "whole" | "partial" | "none";
  readonly report: string;
  readonly json: string;
  /** The topology file; undefined: there is none. */
  readonly text: string | undefined;
}

export default command(
  {
    name: "import",
    kind: "pure",
    summary: "make a lab that runs the keepalived.conf files that you run, and list what it assumes",
    details: [
      "The lab's machines run your files as they are. It has stand-ins for your real servers, a client, and routers where they are needed.",
      "The topology goes to standard output, or into a new file. The report goes to standard error: what the lab changes in the files, its stand-ins,",
      "what it assumes, and what it does not show, each with its place. If there is no lab, it writes none and ends with 2.",
      "With --short it makes a topology without your files: one that says the same in a few lines. It lists what such a topology cannot say.",
      "docs/import.md describes both.",
    ],
    operands: {
      SITE: {
        what: "the same as for audit: a folder with a folder per machine (lb1/keepalived.conf), files NAME.keepalived.conf, or lb1=FILE lb2=FILE",
        many: true,
      },
    },
    options: {
      output: { what: "write the topology into this file, which must not exist", value: "FILE", short: "o" },
      name: { what: "the lab's name; default: the name of the file or of the site", value: "NAME" },
      short: { what: "translate the files into a short topology with one VRRP instance" },
      "with-password": {
        what: "with --short: write the password of VRRP into the topology; default: the stack's secret lvs-lab:authPass",
      },
      json: { what: "print one JSON document: the topology, what it assumes, what it does not show" },
    },
    exits: {
      0: "the lab shows all that the files say",
      1: "the lab shows a part of it",
    },
    examples: ["import site -o labs/mine.yaml", "import lb1=one.conf lb2=two.conf", "import --short site"],
  },
  ({ operands: { SITE }, options: { output, name, short: isShort, "with-password": hasPassword, json } }) => {
    if (output !== undefined && fs.existsSync(output))
      throw new UserError(`import: got ${output}, which exists, need the path of a new file`);
    if (hasPassword && !isShort)
      throw new UserError(
        "import: got --with-password, need --short too: a lab of your own files never has their passwords",
      );
    const [first = ""] = SITE;
    const base = output ?? first.replace(/^[^=/]+=/, "");
    const wanted = name ?? path.basename(path.resolve(base)).replace(/(?:\.keepalived)?\.(?:conf|ya?ml)$/, "");
    const lab = new Names().take(wanted).slice(0, 32).replace(/-+$/, "");
    const input = readInput(SITE, { verb: "import", wanted: WANTED });
    const {
      verdict,
      report,
      json: document,
      text,
    } = isShort
      ? shortly(input, lab, hasPassword)
      : whole(input, lab, output === undefined ? "" : path.dirname(output));
    console.error(report);
    if (output !== undefined && text !== undefined) fs.writeFileSync(output, text, { flag: "wx" });
    if (json) console.log(document);
    else if (output === undefined && text !== undefined) console.log(text.trimEnd());
    return { whole: 0, partial: 1, none: 2 }[verdict];
  },
);

function whole(input: Input, name: string, folder: string): Result {
  const imported = importSite(input, { name, folder });
  const { verdict, text } = imported;
  return {
    verdict,
    report: site.importText(imported),
    json: site.importJson(imported),
    text: verdict === "none" ? undefined : text,
  };
}

function shortly(input: Input, name: string, hasPassword: boolean): Result {
  const imported = short.importSite(input, { name, hasPassword });
  return {
    verdict: imported.verdict,
    report: shortReport.importText(imported),
    json: shortReport.importJson(imported),
    text: imported.data ? shortReport.topologyText(imported) : undefined,
  };
}
