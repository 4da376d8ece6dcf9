/** Compares what is outside the guests (libvirt's objects and the client) with the stack's state. */
import type { PlatformObject } from "../../components/platform/platform";
import { platforms } from "../platforms";
import { type Exported, forget, nameOf, type Resource } from "../engine/deployment";
import { type Existing, isMissing, look, straysOf } from "../engine/mend";
import { type Difference, NOTHING } from "./difference";
import { exportState, previewRefresh } from "../engine/pulumi";
import type { LabHandle } from "../engine/handle";

const host = (path: string, expected: string, found: string): Difference => ({
  path,
  expected,
  found,
  nodes: [],
  kind: "host",
});

/** What is missing, and what should not be there. Pure. */
export function objectDifferences(state: Exported, seen: Existing): Difference[] {
  const resources = state.deployment.resources ?? [];
  const still = (resource: Resource): boolean =>
    seen.objects.some(({ kind, id, active }) => ["pool", "network"].includes(kind) && !active && id === resource.id);
  const idle = resources.filter(still);
  // A stopped pool does not list its volumes.
  const isKind = (one: Resource, kind: PlatformObject["kind"]): boolean => platforms.objectOf(one)?.kind === kind;
  const isHidden = (resource: Resource): boolean =>
    isKind(resource, "volume") && idle.some((one) => isKind(one, "pool"));
  const missing = resources.filter((one) => isMissing(seen)(one) && !still(one) && !isHidden(one));
  return [
    ...idle.map((one) => host(nameOf(one), "active", "inactive")),
    ...missing.map((one) => host(nameOf(one), "there", NOTHING)),
    ...straysOf(seen.marked, state).map(({ kind, name }) => host(`${kind} ${name}`, NOTHING, "there")),
  ];
}

type Refreshed = {
  readonly steps?: readonly {
    readonly op: string;
    readonly urn: string;
    readonly detailedDiff?: Readonly<Record<string, unknown>> | null;
    readonly oldState?: Resource;
    readonly newState?: Resource;
  }[];
};

/** The differences from the state that `pulumi refresh --preview-only --json` found. */
export function propertyDifferences(json: string): Difference[] {
  const { steps = [] } = JSON.parse(json) as Refreshed;
  return steps
    .filter(({ op }) => op === "update")
    .flatMap(({ urn, detailedDiff, oldState, newState }) =>
      Object.keys(detailedDiff ?? {}).map((property) =>
        host(`${nameOf({ urn })}.${property}`, valueAt(oldState, property), valueAt(newState, property)),
      ),
    );
}

/** A property by its path, as Pulumi writes them: `disks[0].volumeId`. */
function valueAt(resource: Resource | undefined, path: string): string {
  const value = path
    .split(/[.[\]"]+/)
    .filter(Boolean)
    .reduce<unknown>((at, key) => (at as Readonly<Record<string, unknown>> | undefined)?.[key], resource?.outputs);
  return value === undefined ? NOTHING : typeof value === "string" ? value : JSON.stringify(value);
}

/** Looks at both. Excludes what is missing from the refresh, because the provider would fail on it. */
export async function hostDifferences({ stack, host: libvirt, env }: LabHandle): Promise<Difference[]> {
  const state = await exportState(env);
  const seen = await look(stack, libvirt, state);
  const { forgotten } = forget(state, isMissing(seen));
  const excluded = forgotten.map(({ urn }) => urn);
  const refreshed = await previewRefresh(stack.name, excluded, env);
  return [...objectDifferences(state, seen), ...propertyDifferences(refreshed)];
}

/** Addresses that the client's namespace lacks. */
export const clientDifferences = (addresses: readonly string[], held: readonly string[]): Difference[] =>
  addresses.filter((address) => !held.includes(address)).map((address) => host(`client ${address}`, "there", NOTHING));
