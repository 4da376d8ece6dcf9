// The linter must refuse this file (tests/unit/lint.test.ts): the model may not know what is above it.
export { inRoot } from "../../../operations/paths";
