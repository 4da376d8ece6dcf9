// The linter must refuse this file (tests/unit/lint.test.ts): components know no document.
export { DOCUMENTS } from "../../../documents";
