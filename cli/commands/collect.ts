import { collect, targetsOf } from "../../operations/collect";
import { collectErrors, collectJson, collectText } from "../../operations/collect/report";
import { insist } from "../../operations/terminal/progress";
import { command } from "../command";

export default command(
  {
    name: "collect",
    kind: "reads",
    summary: "fetch over SSH what audit reads of machines that run keepalived: a folder for each, passwords masked",
    details: [
      "It uses your own ssh with its configuration, agent and jump hosts, and never asks for a password. It only reads.",
      "Equal passwords get equal stand-ins on all machines of one call, so audit can still compare them.",
      "docs/collect.md lists what is fetched.",
    ],
    operands: {
      HOST: { what: "USER@HOST, a host of ~/.ssh/config, or NAME=USER@HOST; NAME is the machine's folder", many: true },
    },
    options: {
      output: {
        what: "the folder of the site; a machine's folder in it must not exist",
        value: "FOLDER",
        default: "site",
        short: "o",
      },
      sudo: { what: "read with `sudo -n` there, for a login that is not root" },
      "with-passwords": { what: "do not mask passwords" },
      json: { what: "print one JSON document" },
    },
    exits: { 0: "every machine has its folder", 1: "some machine could not be read" },
    examples: ["collect root@lb1 root@lb2 -o site", "collect --sudo lb1=admin@192.0.2.11 lb2=admin@192.0.2.12"],
  },
  async ({ operands: { HOST }, options: { output, sudo, "with-passwords": hasPasswords, json } }) => {
    const all = await collect(targetsOf(HOST, output), { site: output, isSudo: sudo, hasPasswords });
    console.log(json ? collectJson(output, all) : collectText(output, all));
    const errors = collectErrors(all);
    for (const error of errors) insist(`lab: ${error}\n`);
    return errors.length > 0 ? 1 : 0;
  },
);
