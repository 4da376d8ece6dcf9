import type { LabOutputs } from "../../infra/outputs";
import type { Hypervisor } from "./hypervisor";
import type { Environment } from "./pulumi";
import type { Stack } from "./stack";

/** What an operation on a lab needs: its stack, the libvirt that holds it, and the environment for Pulumi. All are found or started. */
export type LabHandle = { readonly stack: Stack; readonly host: Hypervisor; readonly env: Environment };

/** A lab that is deployed by Pulumi's state, with its outputs. It need not run. */
export type DeployedLab = LabHandle & { readonly lab: LabOutputs };
