// The linter must refuse this file (tests/unit/lint.test.ts): two files that import each other cannot be read one after the other.
import type { Egg } from "./egg";

export type Hen = { readonly from: Egg };
