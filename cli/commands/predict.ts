import { hasAny } from "../../model/plan/audit";
import { changesOf, compare, type Comparison } from "../../model/plan/predict/between";
import { predict, type Prediction } from "../../model/plan/predict/predict";
import { command } from "../command";
import { failOn } from "../options";
import { comparisonJson, comparisonMarkdown, comparisonText } from "../../operations/predict/between";
import { drawSvg } from "../../operations/draw/svg";
import { predictPlan } from "../../operations/predict/lab";
import { predictionJson, predictionMarkdown, predictionText } from "../../operations/predict/report";
import { statesOf } from "../../operations/predict/states";
import { statesMermaid } from "../../operations/predict/statesMermaid";
import { statesScene } from "../../operations/predict/statesScene";
import { UserError } from "../../model/userError";

const FORMS = ["json", "markdown", "svg", "mermaid"] as const;
type Form = (typeof FORMS)[number] | "text";

const SHOWN: Readonly<Record<Form, (prediction: Prediction) => string>> = {
  text: (prediction) => `${predictionText(prediction)}\n`,
  json: (prediction) => `${predictionJson(prediction)}\n`,
  markdown: (prediction) => `${predictionMarkdown(prediction)}\n`,
  svg: (prediction) => drawSvg(statesScene(statesOf(prediction))),
  mermaid: (prediction) => statesMermaid(statesOf(prediction)),
};

/** How a comparison is shown. It has no picture. */
const COMPARED: Readonly<Partial<Record<Form, (comparison: Comparison) => string>>> = {
  text: (comparison) => `${comparisonText(comparison)}\n`,
  json: (comparison) => `${comparisonJson(comparison)}\n`,
  markdown: (comparison) => `${comparisonMarkdown(comparison)}\n`,
};

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
      svg: { what: "draw who is MASTER over time in each failure, as SVG" },
      mermaid: { what: "draw the same as a Gantt diagram of Mermaid, which code hosts draw in comments" },
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
      "predict site --svg >states.svg",
    ],
  },
  ({ operands: { SITE }, options }) => {
    const { two, between, "fail-on": threshold } = options;
    const [form = "text", second] = FORMS.filter((one) => options[one]);
    if (second) throw new UserError(`predict: got --${form} and --${second}, need one of them`);
    const ofWords = (words: readonly string[]): Prediction => predict(predictPlan(words), { two });
    if (between) {
      const [old, now, further] = SITE;
      if (old === undefined || now === undefined || further !== undefined)
        throw new UserError(
          `predict --between: got ${SITE.length === 1 ? "1 site or lab" : `${SITE.length} sites or labs`}, need two: the old one, then the new one`,
        );
      const show = COMPARED[form];
      if (!show) throw new UserError(`predict: got --between and --${form}, need --json, --markdown or neither`);
      const comparison = compare(ofWords([old]), ofWords([now]));
      process.stdout.write(show(comparison));
      return hasAny(changesOf(comparison), threshold) ? 1 : 0;
    }
    const prediction = ofWords(SITE);
    process.stdout.write(SHOWN[form](prediction));
    return hasAny(prediction.findings, threshold) ? 1 : 0;
  },
);
