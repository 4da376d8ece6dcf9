/** What the role components have to know of the system that a machine runs: frozen data. */
export type Guest = {
  readonly family: Family;
  /** Where its packages come from, and nowhere else; undefined: from where the machine itself gets them. */
  readonly packages?: PackageSource;
};

/** Distributions that name packages, units and paths alike. `rhel` stands for what is rebuilt from it too. */
export type Family = "debian" | "rhel" | "openeuler";

/** A repository, as `lvs-lab:packages` names it. */
export type PackageSource = {
  /** It needs no signature. */
  readonly trusted: boolean;
  /** An http or https address. */
  readonly address: string;
  /** apt alone: suite and components, or `./` for a folder that holds an index and packages. */
  readonly parts: readonly string[];
};

/** What `lvs-lab:image` says where it names no file: the guest image without the packages of the roles. */
export const BARE = "bare";

/** The guest image of image/, and whatever does not say that it is something else. */
export const DEBIAN: Guest = { family: "debian" };
