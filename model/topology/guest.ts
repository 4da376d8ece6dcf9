/** What role components need to know about a machine's operating system: frozen data. */
export type Guest = {
  readonly family: Family;
  /** The only package source; undefined: the sources that the machine already has. */
  readonly packages?: PackageSource;
};

/** Families of distributions with the same names of packages, units and paths. `rhel` includes its rebuilds. */
export type Family = "debian" | "rhel" | "openeuler";

/** A repository, as `lvs-lab:packages` names it. */
export type PackageSource = {
  /** Whether packages are taken without a signature. */
  readonly trusted: boolean;
  /** An http or https address. */
  readonly address: string;
  /** Only for apt: suite and components, or `./` for a folder with an index and packages. */
  readonly parts: readonly string[];
};

/** The value of `lvs-lab:image` for the guest image without the packages of the roles. */
export const BARE = "bare";

/** The guest image of image/. It is also the default. */
export const DEBIAN: Guest = { family: "debian" };
