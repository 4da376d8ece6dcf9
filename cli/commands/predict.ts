import { hasAny } from "../../model/plan/audit";
import { changesOf, compare } from "../../model/plan/predict/between";
import { predict, type Prediction } from "../../model/plan/predict/predict";
import { command } from "../command";
import { failOn } from "../options";
import { comparisonJson, comparisonMarkdown, comparisonText } from "../../operations/predict/between";
import { predictPlan } from "../../operations/predict/lab";
import { predictionJson, predictionMarkdown, predictionText } from "../../operations/predict/report";
import { UserError } from "../../model/userError";

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
      markdown: { what: "print Markdown, for a comment on a pull request or a job's summary" },
      between: {
        what: "compare the predictions of two sites or labs, the old one and the new one: show only what changes",
      },
      two: { what: "also show two failures at once, where they are worse than each alone" },
      "fail-on": failOn("never"),
    },
    exits: { 0: "no finding is as severe as --fail-on says", 1: "some finding is" },
    examples: [
      "predict site",
      "predict dr-keepalived",
      "predict --two lb1=one.conf lb2=two.conf",
      "predict --between site site.new",
      "predict --json --fail-on warning site",
    ],
  },
  ({ operands: { SITE }, options: { json, markdown, two, between, "fail-on": threshold } }) => {
    const ofWords = (words: readonly string[]): Prediction => predict(predictPlan(words), { two });
    if (between) {
      const [old, now, further] = SITE;
      if (old === undefined || now === undefined || further !== undefined)
        throw new UserError(
          `predict --between: got ${SITE.length === 1 ? "1 site or lab" : `${SITE.length} sites or labs`}, need two: the old one, then the new one`,
        );
      const comparison = compare(ofWords([old]), ofWords([now]));
      const shown = json ? comparisonJson : markdown ? comparisonMarkdown : comparisonText;
      console.log(shown(comparison));
      return hasAny(changesOf(comparison), threshold) ? 1 : 0;
    }
    const prediction = ofWords(SITE);
    const shown = json ? predictionJson : markdown ? predictionMarkdown : predictionText;
    console.log(shown(prediction));
    return hasAny(prediction.findings, threshold) ? 1 : 0;
  },
);
