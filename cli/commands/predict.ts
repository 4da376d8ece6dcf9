import * as fs from "node:fs";
import { hasAny } from "../../model/plan/audit";
import { predict } from "../../model/plan/predict/predict";
import { planOf } from "../../model/plan/site";
import { readInput } from "../audit/input";
import { command } from "../command";
import { failOn } from "../options";
import { labInput, PREDICT } from "../predict/lab";
import { predictionJson, predictionText } from "../predict/report";

export default command(
  {
    name: "predict",
    kind: "pure",
    summary: "predict who is MASTER after each failure, from the keepalived.conf files that you run or from a lab's",
    details: ["docs/predict.md says what it assumes, and what each column means."],
    operands: {
      SITE: {
        what: "the same as for audit: a folder with a folder per machine (lb1/keepalived.conf), files NAME.keepalived.conf, or lb1=FILE lb2=FILE; or a lab: its name, or the path of its topology file",
        many: true,
      },
    },
    options: {
      json: { what: "print one JSON document" },
      two: { what: "also show two failures at once, where they are worse than each alone" },
      "fail-on": failOn("never"),
    },
    exits: { 0: "no finding is as severe as --fail-on says", 1: "some finding is" },
    examples: [
      "predict site",
      "predict dr-keepalived",
      "predict --two lb1=one.conf lb2=two.conf",
      "predict --json --fail-on warning site",
    ],
  },
  ({ operands: { SITE }, options: { json, two, "fail-on": threshold } }) => {
    const [word = "", further] = SITE;
    const isLab =
      further === undefined && !word.includes("=") && !fs.statSync(word, { throwIfNoEntry: false })?.isDirectory();
    const { machines, facts } = (isLab ? labInput(word) : undefined) ?? readInput(SITE, PREDICT);
    const prediction = predict(planOf(machines, facts), { two });
    console.log(json ? predictionJson(prediction) : predictionText(prediction));
    return hasAny(prediction.findings, threshold) ? 1 : 0;
  },
);
