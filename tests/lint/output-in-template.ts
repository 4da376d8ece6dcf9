// The linter must refuse this file (tests/unit/lint.test.ts): an Output in a template literal reads "[object Object]" at run time.
import * as pulumi from "@pulumi/pulumi";

export const broken = `host-${pulumi.output("name")}`;
