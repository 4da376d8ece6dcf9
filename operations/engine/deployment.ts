/** A resource in Pulumi's state, with the fields that are read here. */
export type Resource = {
  readonly urn: string;
  readonly type: string;
  /** The provider's id: the uuid of a libvirt object, the path of a volume. */
  readonly id?: string;
  /** True: its successor has replaced it, and it waits for its deletion. */
  readonly delete?: boolean;
  readonly provider?: string;
  readonly parent?: string;
  readonly deletedWith?: string;
  readonly dependencies?: readonly string[];
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
  readonly replaceWith?: readonly string[];
  readonly inputs?: Readonly<Record<string, unknown>>;
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

/** libvirt's names for the domains of a state. */
export const domainsOf = ({ deployment }: Exported): string[] =>
  (deployment.resources ?? []).flatMap(({ type, inputs }) =>
    type === "libvirt:index/domain:Domain" && typeof inputs?.name === "string" ? [inputs.name] : [],
  );

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
