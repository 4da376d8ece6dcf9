import * as fs from "node:fs";
import * as path from "node:path";
import { readInput, WANTED } from "../../operations/audit/input";
import { command } from "../command";
import { importSite } from "../../operations/import";
import { Names } from "../../operations/import/names";
import { importJson, importText, topologyText } from "../../operations/import/report";
import { UserError } from "../../model/userError";

export default command(
  {
    name: "import",
    kind: "pure",
    summary: "make a topology file from the keepalived.conf files that you run, and list what it cannot say",
    details: [
      "The topology goes to standard output, or into a new file.",
      "The report goes to standard error: each statement that a topology cannot say, with place and reason, then each assumption.",
      "If the files make no topology, it writes none and ends with 2.",
      "docs/import.md says what a topology can say.",
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
      "with-password": {
        what: "write the password of VRRP into the topology; default: the stack's secret lvs-lab:authPass",
      },
      json: { what: "print one JSON document: the topology, what it cannot say, what it assumes" },
    },
    exits: {
      0: "the topology says all that the files say",
      1: "the topology says a part of it",
    },
    examples: ["import site -o labs/mine.yaml", "import lb1=one.conf lb2=two.conf", "import --json site"],
  },
  ({ operands: { SITE }, options: { output, name, "with-password": hasPassword, json } }) => {
    if (output !== undefined && fs.existsSync(output))
      throw new UserError(`import: got ${output}, which exists, need the path of a new file`);
    const [site = ""] = SITE;
    const base = output ?? site.replace(/^[^=/]+=/, "");
    const wanted = name ?? path.basename(path.resolve(base)).replace(/(?:\.keepalived)?\.(?:conf|ya?ml)$/, "");
    const lab = new Names().take(wanted).slice(0, 32).replace(/-+$/, "");
    const imported = importSite(readInput(SITE, { verb: "import", wanted: WANTED }), { name: lab, hasPassword });
    console.error(importText(imported));
    if (output !== undefined && imported.data) fs.writeFileSync(output, topologyText(imported), { flag: "wx" });
    if (json) console.log(importJson(imported));
    else if (output === undefined && imported.data) console.log(topologyText(imported).trimEnd());
    return { whole: 0, partial: 1, none: 2 }[imported.verdict];
  },
);
