import { inRoot } from "../../operations/paths";
import { siteFixtures } from "../unit/model/plan/sites";

/** keepalived does not start without the namespace, and no machine of a lab has one. */
const UNSTARTED = /^net_namespace /m;

/** The sites of tests/fixtures/imports that a lab can run. */
export const rehearsed = siteFixtures(inRoot("tests", "fixtures", "imports")).filter(({ bad }) =>
  [...bad.values()].every(({ text }) => !UNSTARTED.test(text)),
);

/** What may fail in a lab that shows a part of its site: real servers whose checks want what no stand-in has are not in the table. */
const PARTIAL = ["own-table", "services-answer", "predictions", "stops"];

/** Of the checks that failed, with their problems, those that may not: of a whole lab, any. */
export const unexpected = (
  verdict: "whole" | "partial",
  failed: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(failed).filter(([name]) => verdict === "whole" || !PARTIAL.includes(name)));
