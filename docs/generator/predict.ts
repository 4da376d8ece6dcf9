import { predict } from "../../model/plan/predict/predict";
import { drawSvg } from "../../operations/draw/svg";
import { predictPlan } from "../../operations/predict/lab";
import { statesOf } from "../../operations/predict/states";
import { statesScene } from "../../operations/predict/statesScene";

/** The picture of docs/predict.md: who is MASTER over time in the page's example. */
export const predictPicture = (): string => drawSvg(statesScene(statesOf(predict(predictPlan(["dr-keepalived"])))));
