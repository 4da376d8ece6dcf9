import type { Platform } from "../../components/platform/platform";
import type { LabOutputs } from "../../infra/outputs";
import type { Environment } from "./pulumi";
import type { Stack } from "./stack";

/** What an operation on a lab needs: its stack, the platform that holds its machines, and the environment for Pulumi. All are found or started. */
export type LabHandle = { readonly stack: Stack; readonly host: Platform; readonly env: Environment };

/** A lab that is deployed by Pulumi's state, with its outputs. It need not run. */
export type DeployedLab = LabHandle & { readonly lab: LabOutputs };
