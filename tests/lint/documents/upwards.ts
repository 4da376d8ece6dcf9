// The linter must refuse this file (tests/unit/lint.test.ts): a document needs the model alone.
export { CHECKS } from "../../../operations/verify/checks";
