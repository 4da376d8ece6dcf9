import type { PlatformObject, StateResource } from "../../components/platform/platform";
import { platforms } from "../platforms";

/** A resource in Pulumi's state, with the fields that are read here. */
export type Resource = StateResource & {
  readonly urn: string;
  /** True: its successor has replaced it, and it waits for its deletion. */
  readonly delete?: boolean;
  readonly provider?: string;
  readonly parent?: string;
  readonly deletedWith?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly replaceWith?: readonly string[];
  readonly outputs?: Readonly<Record<string, unknown>>;
};

/** What `pulumi stack export` prints (sdk/go/common/apitype). */
export type Exported = {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly Resource[];
    /** Operations that were cut off; `stack import` drops them. */
    readonly pending_operations?: readonly { readonly resource: Resource; readonly type: string }[] | null;
  };
};

/** A resource's own name. */
export const nameOf = ({ urn }: Pick<Resource, "urn">): string => urn.split("::").slice(3).join("::");

/** Names of a state's objects of one kind on their platform. */
export const namesIn = ({ deployment }: Exported, kind: PlatformObject["kind"]): string[] =>
  (deployment.resources ?? []).flatMap((resource) => {
    const object = platforms.objectOf(resource);
    return object?.kind === kind && object.name !== undefined ? [object.name] : [];
  });

/** Everything that a resource needs. */
const needs = (one: Resource): string[] => [
  ...(one.dependencies ?? []),
  ...Object.values(one.propertyDependencies ?? {}).flatMap((urns) => urns ?? []),
  ...(one.replaceWith ?? []),
  ...[one.parent, one.deletedWith].filter((urn) => urn !== undefined),
];

/**
 * A state without some resources and without everything that depends on them: a domain whose disk is gone has to be made again, and so has the
 * configuration of its machine. Also returns the removed resources, in the order of the state.
 */
export function forget(
  state: Exported,
  isGone: (resource: Resource) => boolean,
): { readonly kept: Exported; readonly forgotten: readonly Resource[] } {
  const all = state.deployment.resources ?? [];
  const forgotten = new Set(all.filter(isGone));
  // A resource that waits for its deletion has the same URN as its successor, and the others depend on the successor.
  const urns = new Set([...forgotten].filter((one) => one.delete !== true).map(({ urn }) => urn));
  let before: number;
  do {
    before = forgotten.size;
    for (const one of all.filter((other) => !forgotten.has(other) && needs(other).some((urn) => urns.has(urn)))) {
      forgotten.add(one);
      if (one.delete !== true) urns.add(one.urn);
    }
  } while (forgotten.size > before);
  const resources = all.filter((one) => !forgotten.has(one));
  return {
    kept: { ...state, deployment: { ...state.deployment, resources } },
    forgotten: all.filter((one) => forgotten.has(one)),
  };
}
